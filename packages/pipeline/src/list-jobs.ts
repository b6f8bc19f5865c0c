import { decodeJobs, type RanJob } from '@sluice/policy'
import type { Pipeline } from './pipeline.ts'

/** Jobs that GitHub shows on one page; a run has at most 256 of a matrix, and more of several. */
const PAGE_SIZE = 100
const MOST_PAGES = 20

/** Jobs that are listed of a run; there may be more behind them. */
export const MOST_JOBS = PAGE_SIZE * MOST_PAGES

/** The jobs of one attempt of the run, or of all of its attempts. */
export async function listJobs(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  attempt: number | 'all'
): Promise<readonly RanJob[]> {
  const path = `/repos/${run.repository}/actions/runs/${run.runId}`
  const list = attempt === 'all' ? `${path}/jobs?filter=all&` : `${path}/attempts/${attempt}/jobs?`
  // The list moves while it is read, since jobs begin: what stood on the last page may be on the next one, too.
  const jobs = new Map<unknown, RanJob>()
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = decodeJobs(await github.get(`${list}per_page=${PAGE_SIZE}&page=${page}`))
    for (const job of found.jobs) jobs.set(job.id ?? Symbol(), job)
    if (found.jobs.length === 0 || jobs.size >= found.total) break
  }
  return [...jobs.values()]
}
