import { isDigest } from '@sluice/core'
import type { BaseImage } from './builder.ts'

/** A step of BuildKit's plain progress that fetches an image; what a Dockerfile prints has a time before it. */
const FROM = /^#\d+ (?:\[[^\]]+\] )?FROM ([^\s@]+)@(sha256:[0-9a-f]{64})$/

/** A listener for BuildKit's plain progress that picks out the images which the build starts from. */
export interface BaseImages {
  readonly onLine: (line: string) => void
  /** Each once, sorted by name. */
  readonly found: () => readonly BaseImage[]
}

export function baseImages(): BaseImages {
  const images = new Map<string, BaseImage>()
  return {
    onLine(line) {
      const [, name, digest] = FROM.exec(line) ?? []
      if (name !== undefined && isDigest(digest)) images.set(`${name}@${digest}`, { name, digest })
    },
    found: () => [...images.keys()].sort().flatMap(key => images.get(key) ?? [])
  }
}
