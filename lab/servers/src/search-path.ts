import { mkdir, readdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hexOf, runCommand, sha256, UserError } from '@sluice/core'
import { findProgram } from './find-program.ts'
import type { LogLine } from './installation.ts'
import { cloneOfThisPackage, neededFor, type Purpose, programList } from './program-list.ts'
import { installEntries } from './tools.ts'

export interface SearchPathOptions {
  /** The clone; the one that holds this package unless told. */
  readonly root?: string
  /** Progress, a line at a time. */
  readonly log?: LogLine
}

const DIRECTORIES = ['/bin', '/sbin', '/usr/bin', '/usr/sbin'] as const

/** Where the folders of links are, in a clone. */
const LINKS = 'bin'

/**
 * Makes the PATH of a purpose: one folder that holds what `tools/programs.json` names for it, what must be there before,
 * Debian's essential packages, and nothing else. Whatever is started through it is found on a new machine, too.
 *
 * What is missing is installed. A folder is named by its content and never changes, so that whoever uses one keeps it.
 * @returns the folder.
 * @throws UserError that names what is missing and how to install it.
 */
export async function makeSearchPath(purpose: Purpose, options: SearchPathOptions = {}): Promise<string> {
  const { root = cloneOfThisPackage } = options
  const links = new Map<string, string>([
    ...(await essentialPrograms()),
    ...(await presentPrograms()),
    ...(await installEntries(purpose === 'setup' ? [] : neededFor(purpose), options))
  ])
  const content = [...links].map(link => link.join(' ')).sort()
  const folder = join(root, '.tools', LINKS, `${purpose}-${hexOf(sha256(content.join('\n'))).slice(0, 12)}`)
  if (!(await exists(folder))) await fill(folder, links)
  return folder
}

async function fill(folder: string, links: ReadonlyMap<string, string>): Promise<void> {
  const part = `${folder}.${process.pid}`
  await mkdir(part, { recursive: true })
  for (const [name, target] of links) await symlink(target, join(part, name))
  try {
    await rename(part, folder)
  } catch (error: unknown) {
    await rm(part, { recursive: true })
    // Another process made the same folder meanwhile.
    if (!(await exists(folder))) throw error
  }
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false
  )
}

/** What Debian marks as essential, which is on every machine with Debian: packages need not even depend on it. */
async function essentialPrograms(): Promise<ReadonlyMap<string, string>> {
  const all = await dpkgQuery('--show', '--showformat=${Essential} ${Package}\\n')
  const packages = all.flatMap(line => (line.startsWith('yes ') ? line.slice('yes '.length) : []))
  const files = (await dpkgQuery('--listfiles', ...packages)).filter(file => isProgram(file))
  const links = new Map(files.map(file => [basename(file), file]))
  const real = new Set((await Promise.all(files.map(async file => realpath(file).catch(() => [])))).flat())
  // `which` and others are links that no package has in its list: to one of several programs, as the administrator chose.
  for (const directory of DIRECTORIES) {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const file = join(directory, entry.name)
      if (entry.isSymbolicLink() && real.has(await realpath(file).catch(() => ''))) links.set(entry.name, file)
    }
  }
  return links
}

function isProgram(file: string): boolean {
  return DIRECTORIES.some(directory => dirname(file) === directory)
}

async function dpkgQuery(...args: readonly string[]): Promise<readonly string[]> {
  const found = await findProgram('dpkg-query')
  if (found === undefined) {
    throw new UserError(
      'dpkg-query is missing: this is neither Debian nor Ubuntu, and what else is there cannot be told. Use a machine or a container with Debian.'
    )
  }
  const { code, stdout, stderr } = await runCommand(found, args)
  if (code !== 0) throw new UserError(`dpkg-query does not answer: ${stderr.trim()}`)
  return stdout.toString('utf8').split('\n')
}

/** What the README asks for. */
async function presentPrograms(): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>()
  for (const { programs, optional = false } of programList.present) {
    for (const program of programs) {
      // Tests run on the Node of GitHub's runners; what they start as a person would, on the Node of the machine.
      const file = (await findProgram(program)) ?? (program === 'node' ? process.execPath : undefined)
      if (file !== undefined) links.set(program, await linkedFrom(file))
      else if (!optional)
        throw new UserError(`${program} is not on PATH. Install it; README.md lists what must be there.`)
    }
  }
  return links
}

/** A search path may be made where another one is in use already: its links are looked through. */
async function linkedFrom(file: string): Promise<string> {
  const isOurs = basename(dirname(dirname(file))) === LINKS && basename(dirname(dirname(dirname(file)))) === '.tools'
  return isOurs ? readlink(file) : file
}
