import { join } from 'node:path'
import { Failure, UserError } from '@sluice/core'
import { type DebianOptions, installPrograms } from './debian.ts'
import { isExecutable } from './find-program.ts'
import { installGoModule } from './go-tools.ts'
import {
  cloneOfThisPackage,
  type InstalledProgram,
  isDebian,
  type NpmProgram,
  programList,
  programsOf
} from './program-list.ts'
import { installPython } from './python-tools.ts'

/** The programs that are started by their path, and their names in `tools/programs.json`. */
const NAMES = {
  act: 'act',
  actionlint: 'actionlint',
  buildctl: 'buildctl',
  buildkitd: 'buildkitd',
  buildx: 'buildx',
  containerd: 'containerd',
  containerdShim: 'containerd-shim-runc-v2',
  docker: 'docker',
  dockerd: 'dockerd',
  dockerInit: 'docker-init',
  dockerRegistry: 'docker-registry',
  ip: 'ip',
  ministack: 'ministack',
  motoServer: 'moto_server',
  /** Node 24, which runs the bundles as GitHub does. */
  node24: 'node24',
  runc: 'runc',
  skopeo: 'skopeo',
  zizmor: 'zizmor'
} as const

export type ToolName = keyof typeof NAMES

/** Absolute paths of third-party programs. */
export type Tools = Readonly<Record<ToolName, string>>

export interface EnsureOptions<Name extends ToolName> extends Partial<DebianOptions> {
  /** Which programs. */
  readonly only: readonly Name[]
}

/**
 * Makes sure that third-party programs are installed, in the pinned versions, and returns their paths.
 *
 * What is missing goes into `<root>/.tools/` (Debian packages into the system). When everything is there, this takes
 * milliseconds and starts no process. Two processes may call it at once, and it may be killed at any time.
 * @throws UserError that names what is missing (Go, Python, root) and how to install it.
 */
export async function ensureTools<const Name extends ToolName>(
  options: EnsureOptions<Name>
): Promise<Pick<Tools, Name>> {
  const wanted: readonly string[] = options.only.map(name => NAMES[name])
  const entries = programList.installed.filter(entry => programsOf(entry).some(program => wanted.includes(program)))
  const paths = await installEntries(entries, options)
  const found = options.only.map(name => {
    const path = paths.get(NAMES[name])
    if (path === undefined) throw new Failure(`tools/programs.json does not say where ${NAMES[name]} comes from.`)
    return [name, path] as const
  })
  return Object.fromEntries(found) as Pick<Tools, Name>
}

/**
 * Installs entries of the list unless they are there.
 * @param options what is not told: the clone that holds this package, and no progress.
 * @returns the path of each of their programs, by its name.
 */
export async function installEntries(
  entries: readonly InstalledProgram[],
  options: Partial<DebianOptions> = {}
): Promise<ReadonlyMap<string, string>> {
  const { root = cloneOfThisPackage, log = () => undefined } = options
  const within = (directory: string, names: readonly string[]): readonly (readonly [string, string])[] =>
    names.map(name => [name, join(directory, name)])
  // One call of apt-get, and one of pip, for all of theirs.
  const debian = entries.filter(isDebian)
  const python = entries.flatMap(entry => (entry.from === 'pypi' ? entry.programs : []))
  const found = await Promise.all([
    debian.length === 0 ? [] : installPrograms(debian, { ...options, root, log }).then(paths => [...paths]),
    python.length === 0 ? [] : installPython(root, log).then(directory => within(directory, python)),
    ...entries.map(async entry => {
      if (entry.from === 'go') return within(await installGoModule(root, entry, log), programsOf(entry))
      return entry.from === 'npm' ? npmProgram(root, entry) : []
    })
  ])
  return new Map(found.flat())
}

/** npm installs it as an optional dependency of the root package: one package for each architecture. */
async function npmProgram(root: string, entry: NpmProgram): Promise<readonly (readonly [string, string])[]> {
  const file = join(root, 'node_modules', `${entry.name}-${process.arch}`, entry.file)
  if (!(await isExecutable(file))) {
    throw new UserError(
      `${entry.programs.join(', ')} is missing at ${file}. Run npm ci in ${root}, without --omit=optional.`
    )
  }
  return entry.programs.map(program => [program, file])
}
