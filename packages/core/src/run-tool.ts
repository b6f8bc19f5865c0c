import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { exec } from '@actions/exec'
import { Failure, messageOf } from './errors.ts'
import type { CommandResult } from './run-command.ts'

export interface ToolOptions {
  /** Also decides where the tool is looked for (`PATH`). */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Runs a tool of the runner by the toolkit (`@actions/exec`), without a shell. For tools that read no input: the toolkit leaves their
 * stdin open, or dies itself of EPIPE when a tool ends before it has read what it was given. For what reads its input, and for what
 * needs a deadline, prints much or must be ended by force, there is `runCommand`.
 * @throws Failure when the tool cannot be started; a non-zero exit code is a result, not an error.
 */
export async function runTool(file: string, args: readonly string[], options: ToolOptions): Promise<CommandResult> {
  const { env } = options
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  try {
    // The toolkit reads a command line, and looks along the PATH of this process.
    const code: number | null = await exec(`"${await locate(file, env)}"`, [...args], {
      env: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
      ),
      silent: true,
      ignoreReturnCode: true,
      listeners: {
        stdout(chunk) {
          stdout.push(chunk)
        },
        stderr(chunk) {
          stderr.push(chunk)
        }
      }
    })
    // A tool that was killed has no code.
    return { code: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }
  } catch (error: unknown) {
    throw new Failure(`${file} could not be run: ${messageOf(error)}`, { cause: error })
  }
}

async function locate(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (file.includes('/')) return file
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, file)
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false
    )
    if (folder !== '' && executable) return path
  }
  throw new Error(`it is not on the PATH (${env['PATH'] ?? ''})`)
}
