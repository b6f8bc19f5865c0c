import type { Relation } from '@sluice/core'
import type { Repository } from './repository.ts'

/** How the commit of a release stands to the commit that is deployed. */
export async function relate(
  repository: Pick<Repository, 'isAncestor'>,
  release: string,
  deployed: string
): Promise<Relation> {
  if (release === deployed) return 'identical'
  if (await repository.isAncestor(deployed, release)) return 'ahead'
  return (await repository.isAncestor(release, deployed)) ? 'behind' : 'diverged'
}
