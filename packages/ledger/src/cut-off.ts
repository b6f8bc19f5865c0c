import { git, outputOf } from '@sluice/git'
import { HEAD_PATH } from './paths.ts'
import type { LedgerProblem } from './snapshot.ts'

/**
 * What a shallow clone holds back. Its oldest commit passes for the first one, with whatever files it has: nothing of before can be checked.
 * A shallow clone may still have the whole ledger, so the commit itself is asked whether it has parents.
 * @param roots commits that have no parents, as far as the clone knows.
 */
export async function cutOffProblems(directory: string, roots: readonly string[]): Promise<readonly LedgerProblem[]> {
  const shallow = outputOf(
    await git(directory, ['rev-parse', '--is-shallow-repository']),
    `look at ${directory}`
  ).trim()
  if (shallow !== 'true') return []
  const problems: LedgerProblem[] = []
  for (const oid of roots) {
    const content = outputOf(await git(directory, ['cat-file', 'commit', oid]), `read ${oid}`)
    if (!/^tree \w+\nparent /.test(content)) continue
    const problem = `commit ${oid.slice(0, 12)}: the clone is shallow, so earlier history is missing. Fetch it: git fetch --unshallow`
    problems.push({ kind: 'shallow', path: HEAD_PATH, problem })
  }
  return problems
}
