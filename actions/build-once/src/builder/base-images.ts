import { isDigest } from '@sluice/core'
import type { BaseImage } from './builder.ts'

/** A step of BuildKit's plain progress that fetches an image; what a Dockerfile prints has a time before it. */
const FROM = /^#\d+ (?:\[[^\]]+\] )?FROM ([^\s@]+)@(sha256:[0-9a-f]{64})$/

/** The images that a build of BuildKit started from, as its plain progress tells them: each once, sorted by name. */
export function baseImages(progress: readonly string[]): readonly BaseImage[] {
  const found = new Map<string, BaseImage>()
  for (const line of progress) {
    const [, name, digest] = FROM.exec(line) ?? []
    if (name !== undefined && isDigest(digest)) found.set(`${name}@${digest}`, { name, digest })
  }
  return [...found.keys()].sort().flatMap(key => found.get(key) ?? [])
}
