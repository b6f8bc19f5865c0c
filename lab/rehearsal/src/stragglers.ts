import { readdir, readlink } from 'node:fs/promises'

/**
 * Ends what works below a folder. Steps of a run have process groups of their own; those that act left behind are known by their working folder.
 * Looked for until a look finds none: what is just being ended may have started something after the list of processes was read.
 */
export async function endStragglers(directory: string): Promise<void> {
  while ((await endFound(directory)) > 0);
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
