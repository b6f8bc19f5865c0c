import { fitsStars } from './star-pattern.ts'

/** What files of a bundle are published with. */
export interface CacheRule {
  /** Paths within the bundle; `*` stands for anything. */
  readonly files: string
  /** The header `Cache-Control` of their answers (RFC 9111). */
  readonly value: string
}

/** What a file is published with: the first rule that fits counts; absent where none does, and browsers and caches decide. */
export function cacheControlOf(rules: readonly CacheRule[], path: string): string | undefined {
  return rules.find(({ files }) => fitsStars(files, path))?.value
}
