import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { causeChain, runCommand, UserError } from '@sluice/core'
import { findDebianProgram, findProgram } from './find-program.ts'
import { type LogLine, runLogged } from './installation.ts'
import { withLock } from './lock.ts'
import type { DebianProgram } from './program-list.ts'

/** How long another installation on this machine is waited for, in seconds. */
const LOCK_TIMEOUT = 300

/** Another program may be installing packages right now. */
const LOCK_PATIENCE = 300_000
const LOCK_POLL = 3_000

const ADMINISTRATOR_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

export interface DebianOptions {
  readonly root: string
  readonly log: LogLine
  /** Where packages put their programs; Debian's own folders unless told. */
  readonly directories?: readonly string[]
}

/**
 * Finds programs that come as Debian packages, installing the packages of those that are missing.
 * @returns the path of each program.
 * @throws UserError with the command to run when packages are missing and this user may not install any.
 */
export async function installPrograms(
  entries: readonly DebianProgram[],
  options: DebianOptions
): Promise<ReadonlyMap<string, string>> {
  const { root, log, directories } = options
  const missing = (among: readonly DebianProgram[]) => withoutPrograms(among, directories)
  if ((await missing(entries)).length > 0) {
    await withLock(
      join(root, '.tools', 'debian.lock'),
      async () => {
        const still = await missing(entries)
        if (still.length > 0) await installPackages(still, options)
      },
      () => log('Waiting for another process that installs Debian packages …')
    )
  }
  const found = new Map<string, string>()
  for (const { name, programs } of entries) {
    for (const program of programs) {
      const file = await findDebianProgram(program, directories)
      if (file === undefined) {
        throw new UserError(
          `${program} is in none of Debian's folders for programs although the package ${name} is installed. Run: apt-get install --reinstall ${name} (as root).`
        )
      }
      found.set(program, file)
    }
  }
  return found
}

/**
 * Installs Debian packages.
 * @throws UserError with the command to run when this user may not, or this is not Debian.
 */
export async function installPackages(
  entries: readonly DebianProgram[],
  { root, log }: Pick<DebianOptions, 'root' | 'log'>
): Promise<void> {
  const list = entries.map(({ name }) => name).join(' ')
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
    // Packages' own scripts find what apt installed for them, whatever PATH holds here.
    const variables = ['DEBIAN_FRONTEND=noninteractive', `PATH=${process.env['PATH'] ?? ''}:${ADMINISTRATOR_PATH}`]
    const command = [...elevate, 'env', ...variables, apt, '--quiet', '--assume-yes', ...args]
    await patiently(() => run(command[0] ?? 'env', command.slice(1)))
  }
  await get('update')
  const names = [
    ...entries.map(({ name }) => name),
    ...(await inThisRelease(entries.flatMap(entry => entry.with ?? [])))
  ]
  const services = entries.flatMap(entry => entry.services ?? [])
  await get(
    'install',
    '--no-install-recommends',
    '--option',
    `DPkg::Lock::Timeout=${LOCK_TIMEOUT}`,
    ...noService(services),
    ...names
  )
  log(`Installing Debian packages: ${list} … ${Math.round((Date.now() - start) / 1000)} s`)
}

/** Packages would start their services now and at each boot: only their programs are wanted. */
function noService(services: readonly string[]): readonly string[] {
  return services.flatMap(service =>
    ['/etc/init.d', '/lib/systemd/system', '/usr/lib/systemd/system'].flatMap(directory => [
      '--option',
      `DPkg::Options::=--path-exclude=${directory}/${service}*`
    ])
  )
}

/** Those packages that this release of Debian has. */
async function inThisRelease(names: readonly string[]): Promise<readonly string[]> {
  const known = await Promise.all(
    names.map(async name => (await runCommand('apt-cache', ['show', '--no-all-versions', name])).code === 0)
  )
  return names.filter((_, index) => known[index] === true)
}

async function withoutPrograms(
  entries: readonly DebianProgram[],
  directories: readonly string[] | undefined
): Promise<readonly DebianProgram[]> {
  const whole = await Promise.all(
    entries.map(async ({ programs }) => {
      const found = await Promise.all(programs.map(program => findDebianProgram(program, directories)))
      return !found.includes(undefined)
    })
  )
  return entries.filter((_, index) => whole[index] === false)
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
