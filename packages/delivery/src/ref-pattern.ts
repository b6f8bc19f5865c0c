/**
 * Whether a ref matches a pattern; `*` stands for anything up to a slash, as in the branch policies of GitHub's Environments.
 *
 * All ways to read the pattern are followed at once, so that time grows with the product of both lengths and no pattern can slow a
 * delivery down; a regular expression would try one way after the other.
 */
export function matchesRef(pattern: string, ref: string): boolean {
  const parts = [...pattern]
  let reached = withoutStars(parts, new Set([0]))
  for (const character of ref) {
    const next = new Set<number>()
    for (const index of reached) {
      const part = parts[index]
      if (part === '*' && character !== '/') next.add(index)
      else if (part === character && part !== '*') next.add(index + 1)
    }
    reached = withoutStars(parts, next)
  }
  return reached.has(parts.length)
}

/** The places in a pattern from which one may go on, also where a star stands for nothing. */
function withoutStars(parts: readonly string[], places: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(places)
  // A set hands out what is added to it meanwhile.
  for (const index of all) if (parts[index] === '*') all.add(index + 1)
  return all
}

/** Whether a pattern of `deliverFrom` is one of branches or tags: all other refs hold what nobody merged (`refs/pull/1/merge`). */
export function isBranchOrTag(pattern: string): boolean {
  return !pattern.startsWith('refs/') || /^refs\/(?:heads|tags)\//.test(pattern)
}

/** Whether a pattern of `deliverFrom` can stand in a branch policy: to GitHub no star stands for a slash ("Deployments and environments"). */
export function isShallow(pattern: string): boolean {
  return !pattern.includes('**')
}

/** Whether a pattern of `deliverFrom` says anything of the names that it matches, and does not let every branch deliver. */
export function isSelective(pattern: string): boolean {
  return /[^*/]/.test(pattern.replace(/^refs\/(?:heads|tags)\//, ''))
}
