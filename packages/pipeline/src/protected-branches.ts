import { UserError } from '@sluice/core'
import { decodeBranchProtection, evaluateBranches } from '@sluice/policy'
import type { Pipeline } from './pipeline.ts'

/** A ref that is a branch. */
const BRANCH = /^refs\/heads\//

/**
 * Refuses to deliver from branches that anyone may push to; where nothing but development depends on them, it warns. Asked once in a run:
 * it finds what was never set up, and does not watch an administrator. It needs `contents: read`.
 * @throws UserError naming the branches, and what to set up.
 */
export async function requireProtectedBranches({
  defaultBranch,
  github,
  log,
  policy,
  run
}: Pick<Pipeline, 'defaultBranch' | 'github' | 'log' | 'policy' | 'run'>): Promise<void> {
  const own = BRANCH.test(run.ref) ? [run.ref.replace(BRANCH, '')] : []
  const unprotected: string[] = []
  for (const branch of new Set([defaultBranch, ...own])) {
    const answer = await github.get(`/repos/${run.repository}/branches/${encodeURIComponent(branch)}`)
    if (!decodeBranchProtection(answer)) unprotected.push(branch)
  }
  const levels = policy.environments.map(({ level }) => level)
  const verdict = evaluateBranches(unprotected, levels)
  if (!verdict.allowed) throw new UserError(`${verdict.reason} ${verdict.remedy}`)
  if (verdict.warning !== undefined) log.warning(verdict.warning)
}
