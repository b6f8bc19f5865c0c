import type { Delivery } from './delivery.ts'

/**
 * Whether releases may be created from a ref.
 * @param ref in full, e.g. `refs/heads/main`: a tag named like a branch must not pass for it.
 * @param defaultBranch counts when delivery.yml has no `deliverFrom`.
 */
export function isDeliveryRef(delivery: Pick<Delivery, 'deliverFrom'>, ref: string, defaultBranch: string): boolean {
  if (delivery.deliverFrom.length === 0) return ref === `refs/heads/${defaultBranch}`
  return delivery.deliverFrom.some(pattern =>
    matches(pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`, ref)
  )
}

/** `*` stands for anything up to a slash, `**` for anything. */
function matches(pattern: string, ref: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map(part => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.\\+?^$()[\]{}|/-]/g, '\\$&')))
    .join('')
  return new RegExp(`^${expression}$`, 's').test(ref)
}
