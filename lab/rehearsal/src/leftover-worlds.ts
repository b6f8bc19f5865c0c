import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes the folders of worlds whose process did not live to do it: `world-<pid>-…`. */
export async function sweepWorlds(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /^world-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await removeWorld(join(parent, name))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error: unknown) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Removes a world's folder; servers must have stopped. */
export async function removeWorld(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}
