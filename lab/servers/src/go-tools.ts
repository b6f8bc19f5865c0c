import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, UserError } from '@sluice/core'
import { findProgram } from './find-program.ts'
import { type Installation, install, type LogLine } from './installation.ts'
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
    pins: [mod, sum, ...tool.packages].join('\n'),
    inPlace: false,
    async fill(directory, run) {
      const go = await findProgram('go')
      if (go === undefined) {
        throw new UserError(
          `Go is missing; it builds ${tool.name}. Install Go ${oldestOf('go')} or newer (https://go.dev/doc/install) and put it on PATH.`
        )
      }
      await mkdir(directory, { recursive: true })
      await run(
        go,
        [
          'build',
          '-mod=readonly',
          '-trimpath',
          '-buildvcs=false',
          '-ldflags=-s -w',
          '-o',
          `${directory}/`,
          ...tool.packages
        ],
        { cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' } }
      )
    }
  }
  return install(join(root, '.tools'), installation, log)
}

function versionOf(mod: string, module: string): string {
  const version = mod
    .split('\n')
    .map(line => line.trim().split(' '))
    .find(words => words[0] === module)?.[1]
  if (version === undefined) throw new Failure(`go.mod does not require ${module}.`)
  return version.replace(/^v/, '')
}
