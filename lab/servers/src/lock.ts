import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@sluice/core'

const POLL = 200

/**
 * Does some work while no other process does work under the same file's lock.
 *
 * The lock is the kernel's (`flock`), held by a child whose standard input this process keeps open: it is gone as soon
 * as this process is, also after SIGKILL. So there is no stale lock to detect, and the file stays where it is.
 * @param onWait called once when another process holds the lock.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: () => void = () => undefined
): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  let release = await acquire(file)
  if (release === undefined) onWait()
  while (release === undefined) {
    await sleep(POLL)
    release = await acquire(file)
  }
  try {
    return await work()
  } finally {
    await release()
  }
}

/** @returns what releases the lock, or nothing when somebody else holds it. */
async function acquire(file: string): Promise<(() => Promise<void>) | undefined> {
  const holder = spawn('flock', ['--nonblock', file, 'sh', '-c', 'echo held; exec cat'], {
    // Ctrl-C in a terminal reaches the whole foreground group; the lock must last until this process lets go.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore']
  })
  const ended = new Promise<void>((resolve, reject) => {
    holder.on('exit', () => resolve())
    holder.on('error', cause => reject(new Failure('flock could not be run: install util-linux.', { cause })))
  })
  const held = new Promise<true>(resolve => holder.stdout.once('data', () => resolve(true)))
  if (!(await Promise.race([held, ended.then(() => false)]))) return undefined
  return async () => {
    holder.stdin.end()
    await ended
  }
}
