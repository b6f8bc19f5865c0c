import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '@sluice/core'
import { COMPILED, ensureTools } from '@sluice-lab/servers'
import { type ActionName, readActionFile } from './action-file.ts'
import { readFileCommands } from './file-commands.ts'
import { inRepository } from './repository.ts'

/** One step that runs an action. */
export interface BundleStep {
  readonly action: ActionName
  /** What the workflow gives under `with:`; defaults come from action.yml, as on GitHub. */
  readonly inputs: Readonly<Record<string, string>>
  /** Everything else that the runner sets. A variable that is `undefined` is not set. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Told of each line as it is printed. */
  readonly onLine?: (line: string) => void
  /** Whether what the step prints goes into a pipe, as on GitHub's runner: others can open that, if they can see it. */
  readonly piped?: boolean
}

/** What a step left behind. */
export interface BundleRun {
  readonly exitCode: number
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** Standard output and standard error, line by line. */
  readonly lines: readonly string[]
  /** The messages of `::error::` commands, unescaped. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/** Runs the committed bundle of an action on Node 24, as GitHub's runner does. */
export async function runBundle(step: BundleStep): Promise<BundleRun> {
  const { node24 } = await ensureTools({ only: ['node24'] })
  const { inputs } = await readActionFile(step.action)
  const folder = await mkdtemp(join(tmpdir(), 'sluice-step-'))
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_ENV: join(folder, 'env'),
    GITHUB_STATE: join(folder, 'state')
  }
  try {
    await Promise.all(Object.values(files).map(file => writeFile(file, '')))
    const given = Object.entries(inputs).map(([name, { default: value = '' }]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      step.inputs[name] ?? value
    ])
    const env = Object.fromEntries(
      Object.entries({
        PATH: process.env['PATH'] ?? '',
        GITHUB_ACTIONS: 'true',
        CI: 'true',
        NODE_COMPILE_CACHE: COMPILED,
        RUNNER_TEMP: folder,
        ...step.env,
        ...files,
        ...Object.fromEntries(given)
      }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    )
    const lines: string[] = []
    const program = [node24, inRepository('dist', step.action, 'index.js')] as const
    const [file, ...args] =
      step.piped === true
        ? (['bash', '--norc', '-o', 'pipefail', '-c', '"$@" 2>&1 | cat', 'step', ...program] as const)
        : program
    const { code } = await runCommand(file, args, {
      cwd: step.cwd ?? folder,
      env,
      onLine: line => {
        lines.push(line)
        step.onLine?.(line)
      }
    })
    return {
      exitCode: code,
      outputs: readFileCommands(await readFile(files.GITHUB_OUTPUT, 'utf8')),
      summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
      lines,
      errors: messagesOf('error', lines),
      warnings: messagesOf('warning', lines)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function messagesOf(command: 'error' | 'warning', lines: readonly string[]): readonly string[] {
  const pattern = new RegExp(`^::${command}(?: [^:]*)?::(.*)$`)
  return obeyed(lines).flatMap(line => {
    const message = pattern.exec(line)?.[1]
    return message === undefined ? [] : [message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')]
  })
}

/**
 * The lines in which the runner looks for commands: all except those between `::stop-commands::<token>` and `::<token>::`
 * (GitHub, "Workflow commands", Stopping and starting workflow commands).
 */
export function obeyed(lines: readonly string[]): readonly string[] {
  let token: string | undefined
  return lines.filter(line => {
    if (token !== undefined) {
      if (line === `::${token}::`) token = undefined
      return false
    }
    token = /^::stop-commands::(.+)$/.exec(line)?.[1]
    return token === undefined
  })
}
