import { readdir, readlink } from 'node:fs/promises'
import { Failure } from '@sluice/core'

/** How long what was killed may take to be gone, in milliseconds, and the wait between two looks. */
const LIMIT = 10_000
const PAUSE = 20

/**
 * Ends what works below a folder. Steps of a run have process groups of their own; those that act left behind are known by their working folder.
 * Looked for until a look finds none: what is just being ended may have started something after the list of processes was read.
 */
export async function endStragglers(directory: string): Promise<void> {
  const deadline = Date.now() + LIMIT
  while ((await endFound(directory)) > 0) {
    if (Date.now() > deadline) throw new Failure(`What runs below ${directory} does not end, though it was killed.`)
    await new Promise(resolve => setTimeout(resolve, PAUSE))
  }
}

/** @returns how many processes were found. */
async function endFound(directory: string): Promise<number> {
  let found = 0
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const folder = await readlink(`/proc/${name}/cwd`)
      if (folder !== directory && !folder.startsWith(`${directory}/`)) continue
      process.kill(Number(name), 'SIGKILL')
      found += 1
    } catch {
      // Ended meanwhile, or not ours to look at.
    }
  }
  return found
}
