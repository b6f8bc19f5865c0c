import * as core from '@actions/core'

/** GitHub takes 1 MiB a step and drops the whole summary above it. */
const SUMMARY_LIMIT = 1_000_000

/** Adds Markdown to the summary of the job, cut to what GitHub takes. @param env says whether there is a summary to write. */
export async function writeSummary(env: NodeJS.ProcessEnv, markdown: string): Promise<void> {
  if (env['GITHUB_STEP_SUMMARY'] === undefined || markdown === '') return
  const bytes = Buffer.from(markdown, 'utf8')
  const shown =
    bytes.length <= SUMMARY_LIMIT ? markdown : `${bytes.subarray(0, SUMMARY_LIMIT).toString('utf8')}\n\n… cut at 1 MB.`
  await core.summary.addRaw(shown, true).write()
}
