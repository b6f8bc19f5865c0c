import { type LedgerRecord, type Relation, UserError } from '@sluice/core'
import { relate } from '@sluice/git'
import type { Pipeline } from './pipeline.ts'

/** What counts first when a commit stands differently to several: an order that keeps what is newest. */
const PRECEDENCE: readonly Relation[] = ['behind', 'diverged', 'identical', 'ahead']

/**
 * How a commit stands to everything that is live in an environment (promise 8): the last deployment, and the releases that were found to
 * change nothing since. Those are live, too: without them an older release could undo what a newer one had found in place.
 * @returns nothing when nothing is live.
 */
export async function relateToLive(
  pipeline: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  commit: string,
  live: readonly LedgerRecord[]
): Promise<Relation | undefined> {
  const commits = new Set(live.flatMap(({ release }) => (release === undefined ? [] : [release.commit])))
  const relations = new Set<Relation>()
  for (const other of commits) relations.add(await relateCommits(pipeline, commit, other))
  return PRECEDENCE.find(relation => relations.has(relation))
}

/** A clone is as old as its checkout: GitHub knows the commits that came later. */
async function relateCommits(
  { repository, github, run }: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  release: string,
  deployed: string
): Promise<Relation> {
  try {
    return await relate(repository, release, deployed)
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    // Every page tells the relation; only the first one lists files, too, for which GitHub may take too long.
    const answer = await github.get(`/repos/${run.repository}/compare/${deployed}...${release}?per_page=1&page=2`)
    const { status } = (answer ?? {}) as { readonly status?: unknown }
    const relation = PRECEDENCE.find(it => it === status)
    if (relation === undefined) throw error
    return relation
  }
}
