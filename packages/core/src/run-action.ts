import * as core from '@actions/core'
import { causeChain, Failure, messageOf, UserError } from './errors.ts'
import { writeSummary } from './job-summary.ts'
import { code } from './markdown.ts'

/** What an action tells: outputs by name, and Markdown for the summary of the job. */
export interface Report {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

/**
 * Runs an action: its report becomes outputs and job summary; what it throws becomes one annotation, a summary, and exit code 1.
 * @param title heads the summary when the action fails.
 * @param env says whether there is a summary to write.
 */
export async function runAction(title: string, env: NodeJS.ProcessEnv, action: () => Promise<Report>): Promise<void> {
  try {
    const report = await action()
    for (const [name, value] of Object.entries(report.outputs)) core.setOutput(name, value)
    await writeSummary(env, report.summary)
  } catch (error: unknown) {
    const expected = error instanceof UserError
    if (expected || error instanceof Failure)
      for (const [name, value] of Object.entries(error.outputs)) core.setOutput(name, value)
    for (const message of causeChain(error).slice(1)) core.debug(`caused by: ${message}`)
    if (!expected && error instanceof Error && error.stack !== undefined) core.debug(error.stack)
    core.setFailed(messageOf(error))
    const details = expected && error.details !== '' ? `\n${error.details}\n` : ''
    await writeSummary(env, `### ${title}: ${expected ? 'refused' : 'failed'}\n\n${code(messageOf(error))}\n${details}`)
  }
}
