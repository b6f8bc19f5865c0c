import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A path in this repository. */
export function inRepository(...parts: readonly string[]): string {
  return join(ROOT, ...parts)
}
