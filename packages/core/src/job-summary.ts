import { stat } from 'node:fs/promises'
import * as core from '@actions/core'

/** GitHub takes 1 MiB a step, of all that the step wrote, and drops the whole summary above it (runner, `CreateStepSummaryCommand`). */
const SUMMARY_LIMIT = 1_000_000

/** Less than that of a part is not worth its beginning, in bytes. */
const LEAST = 1_000

/** Adds Markdown to the summary of the job, cut to what GitHub takes of this step. @param env says whether there is a summary to write. */
export async function writeSummary(env: NodeJS.ProcessEnv, markdown: string): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY']
  if (file === undefined || markdown === '') return
  const bytes = Buffer.from(markdown, 'utf8')
  const room = SUMMARY_LIMIT - (await sizeOf(file))
  const shown =
    bytes.length <= room ? markdown : `${bytes.subarray(0, Math.max(room, LEAST)).toString('utf8')}\n\n… cut at 1 MB.`
  await core.summary.addRaw(shown, true).write()
}

/** How many bytes the parts of the step before this one have written. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch {
    return 0
  }
}
