import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { supervise, type Tools } from '@sluice-lab/servers'
import { type ActEvent, parseActLine } from './act-event.ts'
import type { LocalAction } from './checkout-action.ts'
import { endStragglers } from './stragglers.ts'

/** A run of a workflow by act. */
export interface ActOptions {
  readonly tools: Pick<Tools, 'act'>
  /** Clone of the repository whose workflow is run. */
  readonly repository: string
  /** Path of the workflow in it. */
  readonly workflow: string
  /** Actions and workflows that are not downloaded. */
  readonly local: readonly LocalAction[]
  readonly actor: string
  readonly token: string
  readonly env: Readonly<Record<string, string>>
  /** What started the run, e.g. `push`. */
  readonly eventName: string
  /** What GitHub tells of that, as far as anybody reads it. */
  readonly event: Readonly<Record<string, unknown>>
  /** Folders that come first on the PATH of the steps. */
  readonly path: readonly string[]
  /** act's own files: caches, logs, the jobs' workspaces. */
  readonly directory: string
  readonly onEvent: (event: ActEvent) => void
  readonly signal: AbortSignal
}

/** How often act's log is looked at, in milliseconds. */
const LOOK = 60

/** How long act may take to end when it is told to, in milliseconds. */
const GRACE = 2_000

/** Bytes of act's log that are read at a time. */
const CHUNK_SIZE = 256 * 1024

/**
 * Runs a workflow by act on this machine (host mode, no containers) and tells its events as they come.
 * @returns act's exit code. When it resolves, none of the run's processes is left.
 */
export async function runAct(options: ActOptions): Promise<number> {
  const { directory, signal } = options
  const logFile = join(directory, 'act.log')
  const act = await startAct(options, logFile)
  const stop = (): void => {
    void act.stop(GRACE)
  }
  signal.addEventListener('abort', stop, { once: true })
  let ended = false
  const exited = act.exited.then(code => {
    ended = true
    return code
  })
  try {
    await follow(
      logFile,
      () => ended,
      line => {
        for (const event of parseActLine(line)) options.onEvent(event)
      }
    )
    return await exited
  } finally {
    signal.removeEventListener('abort', stop)
    await endStragglers(directory)
  }
}

async function startAct(options: ActOptions, logFile: string): Promise<ReturnType<typeof supervise>> {
  const { directory } = options
  const envFile = join(directory, 'run.env')
  await writeFile(
    envFile,
    Object.entries(options.env)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join(''),
    { mode: 0o600 }
  )
  const eventFile = join(directory, 'event.json')
  await writeFile(eventFile, JSON.stringify(options.event))
  return supervise({
    file: options.tools.act,
    args: [
      options.eventName,
      '--json',
      '--eventpath',
      eventFile,
      '--workflows',
      options.workflow,
      '--platform',
      'ubuntu-latest=-self-hosted',
      ...options.local.flatMap(it => ['--local-repository', `${it.name}@${it.ref}=${it.directory}`]),
      '--actor',
      options.actor,
      '--defaultbranch',
      'main',
      // Tokens come by a file and by act's environment: on the command line every user of the machine could read them.
      '--env-file',
      envFile,
      '--secret',
      'GITHUB_TOKEN'
    ],
    cwd: options.repository,
    env: {
      PATH: [...options.path, process.env['PATH'] ?? ''].join(':'),
      HOME: directory,
      XDG_CACHE_HOME: join(directory, 'cache'),
      XDG_CONFIG_HOME: join(directory, 'config'),
      LANG: 'C.UTF-8',
      GITHUB_TOKEN: options.token
    },
    logFile
  })
}

/** Hands over every line of a growing file until its writer has ended and nothing is left. */
async function follow(file: string, ended: () => boolean, onLine: (line: string) => void): Promise<void> {
  const handle = await open(file, 'a+')
  const buffer = Buffer.alloc(CHUNK_SIZE)
  let position = 0
  let rest = Buffer.alloc(0)
  try {
    for (;;) {
      // Asked before the read: what is written until the end is seen by a read after the end.
      const last = ended()
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
      position += bytesRead
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        onLine(rest.subarray(0, end).toString('utf8'))
        rest = rest.subarray(end + 1)
      }
      if (bytesRead > 0) continue
      if (last) return
      await new Promise(resolve => setTimeout(resolve, LOOK))
    }
  } finally {
    await handle.close()
  }
}
