import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { causeChain, runCommand, UserError } from '@sluice/core'
import { type LogLine, runLogged } from './installation.ts'
import { withLock } from './lock.ts'
import { findProgram } from './program.ts'

/** Another program may be installing packages right now. */
const LOCK_PATIENCE = 300_000
const LOCK_POLL = 3_000

/** A program and the Debian package it comes in. */
export interface DebianProgram {
  readonly program: string
  readonly package: string
}

/**
 * Finds programs that come as Debian packages, installing the packages of those that are missing.
 * @returns the path of each program.
 * @throws UserError with the command to run when packages are missing and this user may not install any.
 */
export async function installPrograms(
  root: string,
  programs: readonly DebianProgram[],
  log: LogLine
): Promise<ReadonlyMap<string, string>> {
  const absent = await missing(programs)
  if (absent.length > 0) {
    await withLock(
      join(root, '.tools', 'debian.lock'),
      async () => {
        const still = await missing(absent)
        const names = still.map(entry => entry.package)
        if (names.length > 0) await installPackages(root, names, log)
      },
      () => log('Waiting for another process that installs Debian packages …')
    )
  }
  const found = new Map<string, string>()
  for (const { program, package: name } of programs) {
    const file = await findProgram(program)
    if (file === undefined) throw new UserError(`${program} is not on PATH although the package ${name} is installed.`)
    found.set(program, file)
  }
  return found
}

/**
 * Installs Debian packages.
 * @throws UserError with the command to run when this user may not, or this is not Debian.
 */
export async function installPackages(root: string, names: readonly string[], log: LogLine): Promise<void> {
  const list = names.join(' ')
  const byHand = `Run: apt-get update && apt-get install --no-install-recommends ${list} (as root).`
  const apt = await findProgram('apt-get')
  if (apt === undefined) {
    throw new UserError(`${list}: missing, and this system has no apt-get. Install them with its own package manager.`)
  }
  const elevate = await elevation()
  if (elevate === undefined) throw new UserError(`${list}: missing, and only root can install packages. ${byHand}`)
  log(`Installing Debian packages: ${list} …`)
  const start = Date.now()
  const run = runLogged(join(root, '.tools', 'debian.log'))
  const get = async (...args: readonly string[]): Promise<void> => {
    const command = [...elevate, 'env', 'DEBIAN_FRONTEND=noninteractive', apt, '--quiet', '--assume-yes', ...args]
    await patiently(() => run(command[0] ?? 'env', command.slice(1)))
  }
  await get('update')
  await get('install', '--no-install-recommends', '--option', 'DPkg::Lock::Timeout=300', ...noService, ...names)
  log(`Installing Debian packages: ${list} … ${Math.round((Date.now() - start) / 1000)} s`)
}

/** The registry's package would start a service on port 5000 now and at each boot: only its program is wanted. */
const noService = ['/etc/init.d', '/lib/systemd/system', '/usr/lib/systemd/system'].flatMap(directory => [
  '--option',
  `DPkg::Options::=--path-exclude=${directory}/docker-registry*`
])

async function missing(programs: readonly DebianProgram[]): Promise<readonly DebianProgram[]> {
  const found = await Promise.all(programs.map(({ program }) => findProgram(program)))
  return programs.filter((_, index) => found[index] === undefined)
}

/** What to put before a command so that it runs as root; nothing when that needs a password. */
async function elevation(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return []
  const sudo = await findProgram('sudo')
  if (sudo === undefined) return undefined
  const { code } = await runCommand(sudo, ['-n', 'true'])
  return code === 0 ? [sudo, '-n'] : undefined
}

async function patiently(work: () => Promise<void>): Promise<void> {
  const start = Date.now()
  for (;;) {
    try {
      return await work()
    } catch (error: unknown) {
      const busy = causeChain(error).some(message => /could not get lock|unable to lock/i.test(message))
      if (!busy || Date.now() - start > LOCK_PATIENCE) throw error
      await sleep(LOCK_POLL)
    }
  }
}
