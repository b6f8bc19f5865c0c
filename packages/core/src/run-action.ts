import * as core from '@actions/core'
import { causeChain, Failure, messageOf, UserError } from './errors.ts'
import { writeSummary } from './job-summary.ts'
import { code } from './markdown.ts'

/** What an action tells: outputs by name, and Markdown for the summary of the job. */
export interface Report {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

/** Tells what a part of an action came to: its outputs are set and its summary is written at once, whatever becomes of the rest. */
export type Tell = (report: Report) => Promise<void>

/**
 * Runs an action: its report becomes outputs and job summary; what it throws becomes one annotation, a summary, and exit code 1.
 * An action of several parts tells each of them, and reports nothing at its end.
 * @param title heads the summary when the action fails.
 * @param env says whether there is a summary to write.
 */
export async function runAction(
  title: string,
  env: NodeJS.ProcessEnv,
  action: (tell: Tell) => Promise<Report | undefined>
): Promise<void> {
  const tell: Tell = async ({ outputs, summary }) => {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
    await writeSummary(env, summary)
  }
  try {
    const report = await action(tell)
    if (report !== undefined) await tell(report)
  } catch (error: unknown) {
    const expected = error instanceof UserError
    if (expected || error instanceof Failure)
      for (const [name, value] of Object.entries(error.outputs)) core.setOutput(name, value)
    for (const message of causeChain(error).slice(1)) core.debug(`caused by: ${message}`)
    if (!expected && error instanceof Error && error.stack !== undefined) core.debug(error.stack)
    core.setFailed(messageOf(error))
    const details = (expected || error instanceof Failure) && error.details !== '' ? `\n${error.details}\n` : ''
    await writeSummary(env, `### ${title}: ${expected ? 'refused' : 'failed'}\n\n${code(messageOf(error))}\n${details}`)
  }
}
