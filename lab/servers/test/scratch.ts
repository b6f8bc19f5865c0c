import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'

const made: string[] = []

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
})

/** A directory of one test's own, removed after it. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-machine-'))
  made.push(directory)
  return directory
}
