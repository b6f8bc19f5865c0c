import type { BranchPolicy } from './environment.ts'

/**
 * Whether a branch policy lets the jobs of a branch in. GitHub reads its patterns as Ruby's File.fnmatch does for paths: no star stands for a
 * slash, however many there are ("Managing environments for deployment"). Protected branches are not kept here: all pass for such.
 */
export function admitsBranch(policy: BranchPolicy, branch: string): boolean {
  if (typeof policy === 'string') return true
  const names = policy.flatMap(it => (typeof it === 'string' ? [it] : it.type === 'branch' ? [it.name] : []))
  return names.some(name => new RegExp(`^${name.split(/\*+/).map(escaped).join('[^/]*')}$`).test(branch))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
