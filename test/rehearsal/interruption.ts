import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { directoryOfRun } from '@sluice-lab/rehearsal'
import type { Rehearsed } from './rehearsed.ts'

/** Where moments come up. */
export type Place = Pick<Rehearsed, 'world' | 'registry'>

/**
 * A moment in a delivery; calls `strike` when it has come, and takes itself off by what it returns. Who asked a server something
 * gets no answer before `strike` is done: so the moment is hit however busy the machine is.
 */
export type Moment = (place: Place, strike: () => Promise<void>) => () => void

/** Which step is struck: values of its environment, e.g. `{ GITHUB_JOB: 'deploy', INPUT_MODE: 'apply' }`; `undefined` must not be there. */
export type Step = Readonly<Record<string, string | undefined>>

/** One attempt of a run. */
export interface RunNumber {
  readonly runId: number
  readonly attempt: number
}

/** A step that is killed at a moment. */
export interface Interruption {
  readonly step: Step
  readonly at: Moment
}

/** How often programs that give no sign are looked at, in milliseconds. */
const LOOK = 5

/** The moment in which AWS has done what a call of this name asks. */
export function callOf(action: string): Moment {
  return ({ world }, strike) =>
    world.calls.onAnswer(async call => {
      if (call.action === action) await strike()
    })
}

/** The moment in which the registry has taken what was put at a path. */
export function pushOf(path: RegExp): Moment {
  return ({ registry }, strike) =>
    registry.onAnswer(async request => {
      if (request.method === 'PUT' && path.test(request.path)) await strike()
    })
}

/** The moment in which a record has landed on the ledger. */
export function landingOf(event: string, environment: string): Moment {
  return ({ world }, strike) =>
    world.github.on('commit', async ({ files }) => {
      for (const { path, content } of files) {
        if (!/^records\/.*\.json$/.test(path) || content === undefined) continue
        const record = JSON.parse(Buffer.from(content).toString('utf8')) as { event: string; environment?: string }
        if (record.event === event && record.environment === environment) await strike()
      }
    })
}

/** The moment in which a run has a program with this argument at work, which takes its time. */
export function programOf(run: RunNumber, argument: string): Moment {
  return ({ world }, strike) =>
    every(async () => {
      for (const pid of await processesOf(directoryOfRun(world, run.runId, run.attempt))) {
        const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
        if (line.split('\0').some(part => part.includes(argument))) await strike()
      }
    })
}

/**
 * Lies in wait for a step of a run and kills it as the kernel would: no signal handler, no `finally`.
 * @returns how many processes were killed so far, and what calls it off.
 */
export function interrupt(place: Place, run: RunNumber, { step, at }: Interruption): { killed(): number; off(): void } {
  const directory = directoryOfRun(place.world, run.runId, run.attempt)
  let killed = 0
  const caught = new Set<number>()
  const off = at(place, async () => {
    if (killed > 0) return
    for (const pid of await processesOf(directory, step)) {
      // The moment may come again, by another step, while this one is at it.
      if (caught.has(pid)) continue
      caught.add(pid)
      try {
        process.kill(pid, 'SIGKILL')
        killed += 1
      } catch {
        // Ended meanwhile.
      }
    }
  })
  return { killed: () => killed, off }
}

/** Processes that work below a folder; with a step, its node process only. */
export async function processesOf(directory: string, step?: Step): Promise<readonly number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const cwd = await readlink(`/proc/${name}/cwd`)
      if (cwd !== directory && !cwd.startsWith(`${directory}/`)) continue
      if (step === undefined || (await isStep(name, step))) found.push(Number(name))
    } catch {
      // Ended meanwhile.
    }
  }
  return found
}

async function isStep(pid: string, step: Step): Promise<boolean> {
  if (basename(await readlink(`/proc/${pid}/exe`)) !== 'node') return false
  const environ = new Set((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0'))
  const names = new Set([...environ].map(variable => variable.split('=')[0]))
  return Object.entries(step).every(([name, value]) =>
    value === undefined ? !names.has(name) : environ.has(`${name}=${value}`)
  )
}

function every(look: () => Promise<void>): () => void {
  let on = true
  void (async () => {
    while (on) {
      await look()
      await new Promise(resolve => setTimeout(resolve, LOOK))
    }
  })()
  return () => {
    on = false
  }
}
