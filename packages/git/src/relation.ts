import type { Repository } from './repository.ts'

/** How one release's commit stands to another's: *newer* (`ahead`) means that the other is an ancestor (promise 8). */
export type Relation = 'ahead' | 'behind' | 'identical' | 'diverged'

/** How the commit of a release stands to the commit that is deployed. */
export async function relate(repository: Repository, release: string, deployed: string): Promise<Relation> {
  if (release === deployed) return 'identical'
  if (await repository.isAncestor(deployed, release)) return 'ahead'
  return (await repository.isAncestor(release, deployed)) ? 'behind' : 'diverged'
}
