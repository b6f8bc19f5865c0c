import { type Digest, hexOf } from '@sluice/core'

/**
 * The time of an image and of every file in it, in seconds. It is the same for all, so that no digest depends on when, or for which
 * commit, something was built. Layers of base images keep the times that they have.
 */
export const EPOCH = 0

/** Zip files hold no time before 1980; a day later, no time zone gets there. */
const EARLIEST = Date.UTC(1980, 0, 2) / 1000

/**
 * The time that every file of a build context must have, in seconds, some time in the eighties. It follows from the fingerprint,
 * so that a step that looks at times sees the same on every fresh builder. None of these times reaches the image.
 *
 * It is no constant, because BuildKit keeps the files of the context before: it takes a file of the same path, size and time for
 * unchanged, and would build another commit's or unit's instead.
 */
export function contextTime(fingerprint: Digest): number {
  // 28 bits of seconds and 20 of fraction: all that a double has room for beside EARLIEST.
  return EARLIEST + Number.parseInt(hexOf(fingerprint).slice(0, 12), 16) / 2 ** 20
}
