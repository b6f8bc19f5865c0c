import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Calls,
  copySuite,
  type Decider,
  type Delivered,
  type DeliveryEvent,
  deliver,
  ensureRehearsalTools,
  refOfSuite,
  startMeter,
  startWorld,
  type World
} from '@sluice-lab/rehearsal'
import { startWay, type Way } from './way.ts'

/** The clone that the tests are part of. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What one delivery of a test left behind, besides what the world shows. */
export interface Run extends Delivered {
  readonly events: readonly DeliveryEvent[]
  /** Command lines that the steps gave to the builder. */
  readonly builds: readonly string[]
  /** What it asked of GitHub and AWS, as the report of a rehearsal counts it. */
  readonly calls: Calls
  /** Environments that asked for a decision. */
  readonly gates: readonly string[]
  /** Errors that jobs ended with. */
  readonly errors: readonly string[]
}

/** How a delivery differs from a new run in this world. */
export interface Variation {
  readonly runId?: number
  readonly attempt?: number
  readonly signal?: AbortSignal
  /** The caller's workflow; default `deliver.yml`. */
  readonly workflow?: string
  /** What somebody gives who starts it by hand, and not by a push. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The world as this delivery sees it, e.g. through a faulty network. */
  readonly world?: World
  readonly onEvent?: (event: DeliveryEvent) => void
}

/** A world with the storefront in it, and deliveries through it. */
export interface Rehearsed {
  readonly world: World
  /** What every request to the registry passes. */
  readonly registry: Way
  /** Delivers a commit with a copy of the suite of its own, as another clone would. */
  deliver(commit: string, decide?: Decider, variation?: Variation): Promise<Run>
  /** A number that no run has had. */
  newRunId(): number
  stop(): Promise<void>
}

/** Approves whatever asks. */
export const approve: Decider = async () => ({ state: 'approved', comment: 'looks right' })

/** Starts a world for a test file; `stop` removes every trace of it. */
export async function startRehearsed(
  options: { readonly hourlyLimit?: number; readonly product?: string } = {}
): Promise<Rehearsed> {
  const tools = await ensureRehearsalTools()
  const directory = await mkdtemp(join(tmpdir(), 'sluice-rehearsed-'))
  let registry: Way | undefined
  const world = await startWorld({
    tools,
    directory,
    product: join(ROOT, 'examples', 'storefront'),
    beforeRegistry: async url => {
      registry = await startWay(url)
      return registry
    },
    ...options
  })
  if (registry === undefined) throw new Error('The world has no registry.')
  let lastRunId = 7000
  const newRunId = (): number => {
    lastRunId += 1
    return lastRunId
  }
  return {
    world,
    registry,
    newRunId,
    async deliver(commit, decide = approve, variation = {}) {
      const { runId = newRunId(), attempt = 1 } = variation
      const clone = join(directory, `clone-${runId}-${attempt}`)
      const ref = refOfSuite(await readFile(join(world.product.work, '.github/workflows/deliver.yml'), 'utf8'))
      await copySuite(ROOT, clone, ref)
      const shim = await countingShim(join(clone, 'shim'), tools.buildctl)
      const events: DeliveryEvent[] = []
      const meter = startMeter(world)
      const delivered = await deliver({
        world: variation.world ?? world,
        commit,
        runId,
        attempt,
        suite: { directory: clone, ref },
        decide,
        onEvent: event => {
          events.push(event)
          meter.see(event)
          variation.onEvent?.(event)
        },
        signal: variation.signal ?? new AbortController().signal,
        ...(variation.workflow === undefined ? {} : { workflow: variation.workflow }),
        ...(variation.inputs === undefined ? {} : { inputs: variation.inputs }),
        path: [shim.folder]
      })
      return {
        ...delivered,
        events,
        builds: await shim.calls(),
        calls: meter.read(),
        gates: events.flatMap(event => (event.kind === 'gate-waiting' ? [event.environment] : [])),
        errors: errorsOf(events, delivered.exitCode)
      }
    },
    async stop() {
      await world.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** How many lines stand for the error of a run that failed without one. */
const LAST_LINES = 60

/** The errors of a run; of one that failed and named none, what it printed last, so that a failing test says why. */
function errorsOf(events: readonly DeliveryEvent[], exitCode: number): readonly string[] {
  const lines = events.flatMap(event => (event.kind === 'log' ? [event.text] : []))
  const errors = lines.filter(text => text.includes('::error'))
  return errors.length > 0 || exitCode === 0 ? errors : lines.slice(-LAST_LINES)
}

/** Puts a `buildctl` before the real one that notes every build it passes on. */
async function countingShim(
  folder: string,
  buildctl: string
): Promise<{ readonly folder: string; calls(): Promise<readonly string[]> }> {
  await mkdir(folder, { recursive: true })
  const notes = join(folder, 'calls')
  const shim = join(folder, 'buildctl')
  await writeFile(notes, '')
  await writeFile(
    shim,
    `#!/bin/sh\ncase " $* " in *" build "*) echo "$*" >> '${notes}';; esac\nexec '${buildctl}' "$@"\n`
  )
  await chmod(shim, 0o755)
  return {
    folder,
    calls: async () => (await readFile(notes, 'utf8')).split('\n').filter(line => line !== '')
  }
}
