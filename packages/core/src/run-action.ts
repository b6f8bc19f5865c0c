import * as core from '@actions/core'
import { causeChain, messageOf, UserError } from './errors.ts'
import { code } from './markdown.ts'

/** What an action tells: outputs by name, and Markdown for the summary of the job. */
export interface Report {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

/** The log of a job, as actions write it. */
export interface Log {
  info(message: string): void
  warning(message: string): void
  debug(message: string): void
  /** A collapsible section; the title is an imperative sentence. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
  /** Prints text from outside so that the runner obeys none of it as a workflow command. */
  untrusted(text: string): void
}

/** The runner's log. */
export function actionLog(): Log {
  return {
    info: core.info,
    warning: core.warning,
    debug: core.debug,
    group: core.group,
    untrusted(text) {
      // The token must be unguessable: whoever knows it can switch commands on again.
      const token = `sluice-${crypto.randomUUID()}`
      core.info(`::stop-commands::${token}\n${text}\n::${token}::`)
    }
  }
}

/** GitHub takes 1 MiB a step and drops the whole summary above it. */
const SUMMARY_LIMIT = 1_000_000

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
    if (expected) for (const [name, value] of Object.entries(error.outputs)) core.setOutput(name, value)
    for (const message of causeChain(error).slice(1)) core.debug(`caused by: ${message}`)
    if (!expected && error instanceof Error && error.stack !== undefined) core.debug(error.stack)
    core.setFailed(messageOf(error))
    const details = expected && error.details !== '' ? `\n${error.details}\n` : ''
    await writeSummary(env, `### ${title}: ${expected ? 'refused' : 'failed'}\n\n${code(messageOf(error))}\n${details}`)
  }
}

async function writeSummary(env: NodeJS.ProcessEnv, markdown: string): Promise<void> {
  if (env['GITHUB_STEP_SUMMARY'] === undefined || markdown === '') return
  const bytes = Buffer.from(markdown, 'utf8')
  const shown =
    bytes.length <= SUMMARY_LIMIT ? markdown : `${bytes.subarray(0, SUMMARY_LIMIT).toString('utf8')}\n\n… cut at 1 MB.`
  await core.summary.addRaw(shown, true).write()
}
