import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '@sluice/core'
import { type DebianProgram, installPrograms } from './debian.ts'
import { goModules, installGoModule } from './go-tools.ts'
import type { LogLine } from './installation.ts'
import { isExecutable } from './program.ts'
import { installPython } from './python-tools.ts'

/** Absolute paths of the third-party programs. */
export interface Tools {
  /** Runs workflows (nektos/act). */
  readonly act: string
  /** Checks workflows. */
  readonly actionlint: string
  /** BuildKit's daemon. */
  readonly buildkitd: string
  /** BuildKit's client. */
  readonly buildctl: string
  /** OCI registry (CNCF Distribution). */
  readonly dockerRegistry: string
  readonly git: string
  /** AWS emulator. */
  readonly ministack: string
  /** AWS emulator, second opinion. */
  readonly motoServer: string
  /** Node 24, which runs the bundles as GitHub does. */
  readonly node24: string
  readonly runc: string
  /** Reads and copies images. */
  readonly skopeo: string
  /** Audits workflows. */
  readonly zizmor: string
}

export type ToolName = keyof Tools

export interface EnsureOptions<Name extends ToolName> {
  /** The clone; the one that holds this package unless told. */
  readonly root?: string
  /** Progress, a line at a time: `Building act 0.2.89 …`. */
  readonly log?: LogLine
  /** Which programs; all unless told. */
  readonly only?: readonly Name[]
}

type Found = { -readonly [Name in ToolName]?: Tools[Name] }

/** Installs what it must and says where it is. */
type Source = (root: string, log: LogLine) => Promise<Found>

/**
 * Makes sure that third-party programs are installed, in the pinned versions, and returns their paths.
 *
 * What is missing goes into `<root>/.tools/` (Debian packages into the system). When everything is there, this takes
 * milliseconds and starts no process. Two processes may call it at once, and it may be killed at any time.
 * @throws UserError that names what is missing (Go, Python, root) and how to install it.
 */
export async function ensureTools(options?: Omit<EnsureOptions<ToolName>, 'only'>): Promise<Tools>
export async function ensureTools<const Name extends ToolName>(options: EnsureOptions<Name>): Promise<Pick<Tools, Name>>
export async function ensureTools(options: EnsureOptions<ToolName> = {}): Promise<Found> {
  const root = options.root ?? cloneOfThisPackage
  const log = options.log ?? (() => undefined)
  const found: Found = {}
  await Promise.all(
    sourcesOf(options.only ?? toolNames).map(async source => Object.assign(found, await source(root, log)))
  )
  return found
}

/** The clone this file is in, whether it runs from `src/` or from `lib/`. */
const cloneOfThisPackage = fileURLToPath(new URL('../../..', import.meta.url))

const act: Source = async (root, log) => ({ act: join(await installGoModule(root, goModules.act, log), 'act') })

const actionlint: Source = async (root, log) => ({
  actionlint: join(await installGoModule(root, goModules.actionlint, log), 'actionlint')
})

const buildkit: Source = async (root, log) => {
  const directory = await installGoModule(root, goModules.buildkit, log)
  return { buildkitd: join(directory, 'buildkitd'), buildctl: join(directory, 'buildctl') }
}

const python: Source = async (root, log) => {
  const directory = await installPython(root, log)
  return {
    ministack: join(directory, 'ministack'),
    motoServer: join(directory, 'moto_server'),
    zizmor: join(directory, 'zizmor')
  }
}

/** npm installs it as an optional dependency of the root package: one package for each architecture. */
const node24: Source = async root => {
  const file = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (!(await isExecutable(file))) {
    throw new UserError(`Node 24 is missing at ${file}. Run npm ci in ${root}, without --omit=optional.`)
  }
  return { node24: file }
}

/** By tool: where it comes from. A source that provides several is asked once. */
const sources: Readonly<Record<ToolName, Source | { readonly debian: DebianProgram }>> = {
  act,
  actionlint,
  buildkitd: buildkit,
  buildctl: buildkit,
  dockerRegistry: { debian: { program: 'docker-registry', package: 'docker-registry' } },
  git: { debian: { program: 'git', package: 'git' } },
  ministack: python,
  motoServer: python,
  node24,
  runc: { debian: { program: 'runc', package: 'runc' } },
  skopeo: { debian: { program: 'skopeo', package: 'skopeo' } },
  zizmor: python
}

const toolNames: readonly ToolName[] = [
  'act',
  'actionlint',
  'buildkitd',
  'buildctl',
  'dockerRegistry',
  'git',
  'ministack',
  'motoServer',
  'node24',
  'runc',
  'skopeo',
  'zizmor'
]

function sourcesOf(names: readonly ToolName[]): readonly Source[] {
  const wanted = new Set<Source>()
  const debian = new Map<ToolName, DebianProgram>()
  for (const name of names) {
    const source = sources[name]
    if (typeof source === 'function') wanted.add(source)
    else debian.set(name, source.debian)
  }
  // One call of apt-get for all of them.
  if (debian.size > 0) wanted.add((root, log) => debianTools(root, debian, log))
  return [...wanted]
}

async function debianTools(root: string, programs: ReadonlyMap<ToolName, DebianProgram>, log: LogLine): Promise<Found> {
  const paths = await installPrograms(root, [...programs.values()], log)
  const found: Found = {}
  for (const [name, { program }] of programs) {
    const path = paths.get(program)
    if (path !== undefined) found[name] = path
  }
  return found
}
