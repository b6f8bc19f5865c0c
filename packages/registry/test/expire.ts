import type { LifecyclePolicy, LifecycleRule } from '../src/lifecycle.ts'

/** An image of a repository; times are days. */
export interface Stored {
  readonly digest: string
  readonly tags: ReadonlySet<string>
  readonly pushed: number
  /** Of an index: the images that it lists. */
  readonly lists?: readonly string[]
}

/**
 * What ECR deletes of a repository, by its own description ("Automate the cleanup of images", "How lifecycle policies work"):
 * all rules mark images at once; then they are gone through in the order of their priority. An image that matches the tags of one rule is
 * not expired by any after it, whether or not it is old or one too many by the first. What an index lists stays with it.
 */
export function expired(images: readonly Stored[], { rules }: LifecyclePolicy, today: number): ReadonlySet<string> {
  const ordered = [...rules].sort((a, b) => a.rulePriority - b.rulePriority)
  if (ordered.slice(0, -1).some(({ selection }) => selection.tagStatus === 'any'))
    throw new Error('A rule for any image must be the last one.')
  const marked = ordered.map(rule => mark(images, rule, today))
  const gone = new Set<string>()
  for (const image of images) {
    const first = ordered.findIndex(rule => matches(image, rule))
    if (first >= 0 && marked[first]?.has(image.digest)) gone.add(image.digest)
  }
  const listed = images.filter(({ digest }) => !gone.has(digest)).flatMap(({ lists = [] }) => lists)
  for (const digest of listed) gone.delete(digest)
  return gone
}

function mark(images: readonly Stored[], { selection, ...rule }: LifecycleRule, today: number): ReadonlySet<string> {
  const found = images.filter(image => matches(image, { selection, ...rule })).sort((a, b) => b.pushed - a.pushed)
  const over =
    selection.countType === 'imageCountMoreThan'
      ? found.slice(selection.countNumber)
      : found.filter(({ pushed }) => today - pushed > selection.countNumber)
  return new Set(over.map(({ digest }) => digest))
}

/** Several patterns of one rule must all be met, each by some tag of the image. */
function matches({ tags }: Stored, { selection }: LifecycleRule): boolean {
  switch (selection.tagStatus) {
    case 'any':
      return true
    case 'untagged':
      return tags.size === 0
    case 'tagged':
      return (selection.tagPatternList ?? []).every(pattern => [...tags].some(tag => isLike(tag, pattern)))
  }
}

const LIKE = new Map<string, RegExp>()

function isLike(tag: string, pattern: string): boolean {
  const known = LIKE.get(pattern)
  if (known !== undefined) return known.test(tag)
  const parts = pattern.split('*').map(part => part.replace(/[.\\+?^$|()[\]{}]/g, '\\$&'))
  LIKE.set(pattern, new RegExp(`^${parts.join('.*')}$`))
  return isLike(tag, pattern)
}
