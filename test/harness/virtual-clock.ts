import { pathToFileURL } from 'node:url'
import { inRepository } from './repository.ts'

/**
 * The environment of a step that waits for what never comes: its waits are over at once, and for it their time has passed. Not for what does
 * come: whatever it waits for would have no time to happen.
 */
export const VIRTUAL_CLOCK: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=${pathToFileURL(inRepository('test', 'harness', 'virtual-clock.mjs'))}`
}
