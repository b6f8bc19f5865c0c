import { membersOf } from './json.ts'
import { refuse, type Verdict } from './verdict.ts'

/** Whether a rule protects a branch (`GET /repos/{owner}/{repo}/branches/{branch}`); a branch that is not there is none that one does. */
export function decodeBranchProtection(answer: unknown): boolean {
  return membersOf(answer)['protected'] === true
}

/**
 * Whether the branches that decide are protected: the delivery refs, whose commits are delivered, and the default branch, whose delivery.yml
 * is in force. Whoever may push to them needs no gate (promise 5). GitHub says of a branch that a rule protects it, a classic one or one of a
 * ruleset, not what the rule forbids.
 * @param unprotected branches that no rule protects.
 * @param levels of all environments: what only development depends on is warned of.
 */
export function evaluateBranches(
  unprotected: readonly string[],
  levels: readonly ('development' | 'preproduction' | 'production')[]
): Verdict<{ readonly warning?: string }> {
  if (unprotected.length === 0) return { allowed: true }
  const [what, whom] = unprotected.length === 1 ? ['is', 'it'] : ['are', 'them']
  const reason = `${unprotected.join(' and ')} ${what} not protected on GitHub: whoever may push to ${whom} decides what is delivered, and by which delivery.yml.`
  const remedy =
    'Add a branch ruleset under Settings > Rules > Rulesets that requires a pull request with an approval, and forbids force-pushes and deletion.'
  return levels.some(level => level !== 'development')
    ? refuse('failed', reason, remedy)
    : { allowed: true, warning: `${reason} ${remedy}` }
}
