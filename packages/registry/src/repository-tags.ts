import type { Repository } from '@aws-sdk/client-ecr'
import { MOVING_TAGS, sha256, sourceTag } from '@sluice/core'

/** What ECR itself does to tags: `guarded` keeps all but `env-*` and `prev-*`, `loose` keeps none of them, `fixed` not even those move. */
export type RepositoryTags = 'guarded' | 'loose' | 'fixed'

export function tagsOf({
  imageTagMutability = 'MUTABLE',
  imageTagMutabilityExclusionFilters
}: Repository): RepositoryTags {
  const mutable = !imageTagMutability.startsWith('IMMUTABLE')
  // ECR takes no exclusion without a filter: only an emulator that does not keep them names none.
  const untold = imageTagMutability === 'IMMUTABLE_WITH_EXCLUSION' ? MOVING_TAGS : []
  const filters = imageTagMutabilityExclusionFilters?.map(({ filter }) => filter ?? '') ?? untold
  const moves = (tag: string): boolean => filters.some(filter => covers(filter, tag)) !== mutable
  if (!MOVING_TAGS.every(moves)) return 'fixed'
  return moves(sourceTag(sha256(''))) ? 'loose' : 'guarded'
}

/** Whether a wildcard filter takes all that another one takes, or a tag: the `*` of another is matched by nothing but a `*`. */
function covers(filter: string, other: string): boolean {
  const parts = filter.split('*').map(part => part.replaceAll('.', '\\.'))
  return new RegExp(`^${parts.join('.*')}$`).test(other)
}
