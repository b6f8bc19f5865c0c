import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, sha256 } from '@sluice/core'
import { withLock } from './lock.ts'
import { lastLines, supervise } from './supervise.ts'

/** Where progress goes, a line at a time. */
export type LogLine = (line: string) => void

/** Something under `.tools/` that is either there, in the form its pins ask for, or not. */
export interface Installation {
  /** Name of its folder under `.tools/`. */
  readonly name: string
  /** For people: `act 0.2.89`. */
  readonly title: string
  /** Whatever decides about its content: other text, other installation. */
  readonly pins: string
  /** What is done to it, for people: `Building`, `Installing`. */
  readonly verb: string
  /** Fills `directory`, whose final path is `destination`. */
  readonly fill: (directory: string, run: Run) => Promise<void>
  /** Whether it must be filled where it stays, because it holds its own path. It counts as absent until it is complete. */
  readonly inPlace: boolean
}

/** Runs a program to its end and throws a Failure with the end of its output when it fails. */
export type Run = (
  file: string,
  args: readonly string[],
  options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }
) => Promise<void>

const STAMP = '.stamp'

/**
 * Installs something unless it is there already, and returns its folder.
 *
 * The stamp is written last (or moves into place with everything else), so an installation that was killed halfway
 * counts as absent; the lock makes a second process wait and then find the first one's result.
 */
export async function install(folder: string, installation: Installation, log: LogLine): Promise<string> {
  // A copy of the clone may have a link here. What holds its own path would be made again for each name that it goes by.
  const tools = await realpath(folder).catch(() => folder)
  const directory = join(tools, installation.name)
  const stamp = sha256(`${installation.pins}\n${process.arch}\n${installation.inPlace ? directory : ''}`)
  if (await isStamped(directory, stamp)) return directory
  await withLock(
    join(tools, `${installation.name}.lock`),
    async () => {
      if (await isStamped(directory, stamp)) return
      const { title, verb } = installation
      log(`${verb} ${title} …`)
      const start = Date.now()
      const filled = installation.inPlace ? directory : `${directory}.new`
      await rm(filled, { recursive: true, force: true })
      await installation.fill(filled, runLogged(join(tools, `${installation.name}.log`)))
      await writeFile(join(filled, `${STAMP}.new`), stamp)
      await rename(join(filled, `${STAMP}.new`), join(filled, STAMP))
      if (!installation.inPlace) {
        await rm(directory, { recursive: true, force: true })
        await rename(filled, directory)
      }
      log(`${verb} ${title} … ${Math.round((Date.now() - start) / 1000)} s`)
    },
    () => log(`Waiting for another process that installs ${installation.title} …`)
  )
  return directory
}

async function isStamped(directory: string, stamp: string): Promise<boolean> {
  try {
    return (await readFile(join(directory, STAMP), 'utf8')) === stamp
  } catch {
    return false
  }
}

/** Runs programs one after the other with one log file, ending them when this process ends. */
export function runLogged(logFile: string): Run {
  return async (file, args, options = {}) => {
    const program = supervise({ file, args, logFile, ...options })
    const hold = setInterval(() => undefined, 60_000)
    try {
      const code = await program.exited
      if (code !== 0) {
        throw new Failure(
          `${[file, ...args].join(' ')} failed with code ${code}. Last lines of ${logFile}:\n${await lastLines(logFile)}`
        )
      }
    } finally {
      clearInterval(hold)
    }
  }
}
