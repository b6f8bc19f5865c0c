import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, runCommand, UserError } from '@sluice/core'
import { findProgram } from './find-program.ts'
import { type Installation, install, type LogLine, type Run } from './installation.ts'
import { type GoProgram, oldestOf } from './program-list.ts'

/**
 * Builds a Go module's programs unless they are there, and returns their folder.
 * go.sum is checked for each module that goes in, and nothing may change go.mod.
 * @throws UserError when Go is missing.
 */
export async function installGoModule(root: string, tool: GoProgram, log: LogLine): Promise<string> {
  const source = join(root, 'tools', tool.name)
  const [mod, sum] = await Promise.all([
    readFile(join(source, 'go.mod'), 'utf8'),
    readFile(join(source, 'go.sum'), 'utf8')
  ])
  const installation: Installation = {
    name: tool.name,
    title: `${tool.name} ${versionOf(mod, tool.module)}`,
    verb: 'Building',
    pins: [mod, sum, ...tool.packages, ...(tool.fixes === undefined ? [] : [JSON.stringify(tool.fixes)])].join('\n'),
    inPlace: false,
    async fill(directory, run) {
      const go = await findProgram('go')
      if (go === undefined) {
        throw new UserError(
          `Go is missing; it builds ${tool.name}. Install Go ${oldestOf('go')} or newer (https://go.dev/doc/install) and put it on PATH.`
        )
      }
      await mkdir(directory, { recursive: true })
      const terms = { cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' } }
      const modfile = await fixed(tool, { go, directory, run, terms })
      await run(
        go,
        [
          'build',
          ...(modfile === undefined ? [] : ['-modfile', modfile]),
          '-mod=readonly',
          '-trimpath',
          '-buildvcs=false',
          '-ldflags=-s -w',
          '-o',
          `${directory}/`,
          ...tool.packages
        ],
        terms
      )
      await rm(join(directory, FIXED), { recursive: true, force: true })
    }
  }
  return install(join(root, '.tools'), installation, log)
}

/** Where fixed files lie while they are compiled. */
const FIXED = '.fixed'

interface Building {
  readonly go: string
  readonly directory: string
  readonly run: Run
  readonly terms: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }
}

/**
 * Makes a copy of a module with what is to be fixed in it; the module itself was checked by its hash.
 * @returns what `go build -modfile` takes (https://go.dev/ref/mod#build-commands); absent: nothing is to be fixed.
 */
async function fixed({ name, module, fixes = [] }: GoProgram, building: Building): Promise<string | undefined> {
  if (fixes.length === 0) return undefined
  const { go, directory, run, terms } = building
  await run(go, ['mod', 'download', module], terms)
  const { code, stdout, stderr } = await runCommand(
    go,
    ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', module],
    terms
  )
  if (code !== 0) throw new Failure(`go did not find ${module}: ${stderr.trim()}`)
  const copy = join(directory, FIXED, 'module')
  await copyModule(stdout.toString('utf8').trim(), copy)
  for (const { file, instead, write } of fixes) {
    const text = await readFile(join(copy, file), 'utf8')
    if (text.split(instead).length !== 2)
      throw new Failure(
        `${file} of ${module} does not say what tools/programs.json fixes of ${name}. Look whether this version still needs it.`
      )
    await writeFile(
      join(copy, file),
      text.replace(instead, () => write)
    )
  }
  const mod = join(directory, FIXED, 'go.mod')
  await copyFile(join(terms.cwd, 'go.sum'), join(directory, FIXED, 'go.sum'))
  await writeFile(mod, `${await readFile(join(terms.cwd, 'go.mod'), 'utf8')}\nreplace ${module} => ${copy}\n`)
  return mod
}

/** Copies the files of a module, so that they can be written: nobody may write Go's own. What tests of it read is left out. */
async function copyModule(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && entry.name !== 'testdata') await copyModule(source, copy)
    if (!entry.isFile()) continue
    await copyFile(source, copy)
    await chmod(copy, 0o644)
  }
}

function versionOf(mod: string, module: string): string {
  const version = mod
    .split('\n')
    .map(line => line.trim().split(' '))
    .find(words => words[0] === module)?.[1]
  if (version === undefined) throw new Failure(`go.mod does not require ${module}.`)
  return version.replace(/^v/, '')
}
