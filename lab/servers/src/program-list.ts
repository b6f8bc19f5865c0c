import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '@sluice/core'

/** What programs are started for: setting up, a rehearsal, a rehearsal with `--builder buildx`, the tests, mutants. */
export type Purpose = 'setup' | 'rehearsal' | 'buildx' | 'tests' | 'mutants'

/** What a machine must have before anything of this repository runs. */
export interface Present {
  /** For people. */
  readonly name: string
  readonly programs: readonly string[]
  /** The oldest version that works. */
  readonly oldest?: string
  /** Whether set-up can do without: root needs no sudo. */
  readonly optional?: boolean
}

interface Installable {
  readonly name: string
  readonly neededBy: readonly Purpose[]
  /** What it is there for, as a clause. */
  readonly for: string
}

/** Built from a Go module; `tools/<name>/go.mod` and `go.sum` pin it and everything it is made of. */
export interface GoProgram extends Installable {
  readonly from: 'go'
  /** The module whose version is shown. */
  readonly module: string
  /** Import paths of the main packages. The last part of the path is the program's name. */
  readonly packages: readonly string[]
  /** What is built otherwise than the module has it. */
  readonly fixes?: readonly Fix[]
}

/** A defect of a module that no release of it lacks. */
export interface Fix {
  /** A file of the module. */
  readonly file: string
  /** What the file says exactly once. */
  readonly instead: string
  readonly write: string
  /** What goes wrong without it. */
  readonly why: string
}

/** Installed from the Python Package Index; `tools/python/requirements.txt` pins it with the hashes of its files. */
export interface PythonProgram extends Installable {
  readonly from: 'pypi'
  readonly programs: readonly string[]
}

/** One npm package for each architecture, `<name>-<architecture>`; `package-lock.json` pins it. Or one that its own lock file pins. */
export interface NpmProgram extends Installable {
  readonly from: 'npm'
  readonly programs: readonly string[]
  /** Folder of a lock file of its own, for what is installed when it is first asked for, by who asks. */
  readonly lock?: string
  /** The program's path in its package. */
  readonly file: string
}

/** A Debian package of that name. A release of Debian has one version of it. */
export interface DebianProgram extends Installable {
  readonly from: 'debian'
  readonly programs: readonly string[]
  /** Packages that hold a part of it in some releases, and do not exist in others. */
  readonly with?: readonly string[]
  /** Services that the package would start: only its programs are wanted. */
  readonly services?: readonly string[]
}

/** A third-party program, or several that come together. */
export type InstalledProgram = GoProgram | PythonProgram | NpmProgram | DebianProgram

/** `tools/programs.json`: every program that is neither part of Debian's essential packages nor of this repository. */
export interface ProgramList {
  readonly present: readonly Present[]
  readonly installed: readonly InstalledProgram[]
}

/** The clone this file is in, whether it runs from `src/` or from `lib/`. */
export const cloneOfThisPackage = fileURLToPath(new URL('../../..', import.meta.url))

/** The one list of third-party programs: set-up installs from it, search paths are made from it, docs are written from it. */
export const programList: ProgramList = JSON.parse(
  readFileSync(join(cloneOfThisPackage, 'tools', 'programs.json'), 'utf8')
) as ProgramList

/** The names of the programs of an entry. */
export function programsOf(entry: InstalledProgram): readonly string[] {
  return entry.from === 'go' ? entry.packages.map(path => path.slice(path.lastIndexOf('/') + 1)) : entry.programs
}

/** The entries that serve a purpose. A rehearsal with `--builder buildx` is a rehearsal, too. */
export function neededFor(purpose: Purpose): readonly InstalledProgram[] {
  const purposes: readonly Purpose[] = purpose === 'buildx' ? ['rehearsal', 'buildx'] : [purpose]
  return programList.installed.filter(({ neededBy }) => neededBy.some(name => purposes.includes(name)))
}

/** Whether an entry is a Debian package. */
export function isDebian(entry: InstalledProgram): entry is DebianProgram {
  return entry.from === 'debian'
}

/** The oldest version that works of a program that must be there. */
export function oldestOf(program: string): string {
  const oldest = programList.present.find(({ programs }) => programs.includes(program))?.oldest
  if (oldest === undefined) throw new Failure(`tools/programs.json names no oldest version of ${program}.`)
  return oldest
}
