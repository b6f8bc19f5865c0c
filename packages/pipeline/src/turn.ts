import { APPLY_DEADLINE, type LedgerRecord, runUrl, UserError } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import type { Since } from '@sluice/ledger'
import { requireCurrentPolicy } from './current-policy.ts'
import { isOver, isOwn } from './dead-runs.ts'
import type { Standing } from './environment-standing.ts'
import type { History } from './history.ts'
import { historyOf } from './history-of.ts'
import { jobBudget } from './job-budget.ts'
import type { Pipeline } from './pipeline.ts'
import type { Subject } from './subject.ts'

/** How long a run is waited for after the last that it said, in milliseconds: as long as an apply may take, and half an hour for the rest. */
const PATIENCE = APPLY_DEADLINE + 30 * 60_000

/** How long a wait may be before what was read before it is read again, in milliseconds. */
const STALE = 60_000

/** The wait before the first look, and what a call of GitHub costs afterwards, in milliseconds: no more than one a minute. */
const FIRST = 10_000
const PER_CALL = 60_000

/** Calls that it takes to read a ledger that has moved: its newest state; then, together, what is live and what the run ahead said last. */
const CALLS_TO_READ = 2

/** How often who waits says so, in milliseconds. */
const SAY = 10 * 60_000

/** The moment when a run may go on. */
export interface Turn {
  readonly standing: Standing
  readonly history: History
}

type TurnPipeline = Pick<
  Pipeline,
  'anchors' | 'clock' | 'github' | 'ledger' | 'log' | 'policy' | 'policyFile' | 'run' | 'vouching'
>

/** What was read of the ledger, and how far it went then. */
interface Seen extends Turn {
  /** Sequence of the newest record; 0 where there is none. */
  readonly newest: number
}

/**
 * Waits until no other run deploys to an environment, so that a plan is not made against what is about to change, and a release is
 * accepted for what it is. Who announced itself first goes first; before this run has announced itself, everybody else does.
 * The ledger is the queue: it orders runs of all machines, and a run that died does not block it, since GitHub knows that it is over.
 * @returns where the environment stands then, and the history that says so.
 * @throws UserError when somebody takes too long, and when delivery.yml changed meanwhile.
 */
export async function awaitTurn(
  pipeline: TurnPipeline,
  environment: Environment,
  subject: Subject = { environments: [environment.name] }
): Promise<Turn> {
  // What this process recorded a moment ago landed on what it goes by now: nobody else came between.
  let seen = await read(pipeline, environment, undefined, subject)
  const began = pipeline.clock.now()
  const over = new Set<string>()
  for (;;) {
    const busy = await firstBusy(pipeline, seen.standing, over)
    if (busy === undefined) break
    seen = await outwait(pipeline, environment, seen, busy, { subject, over })
  }
  if (pipeline.clock.now() - began > STALE) await requireCurrentPolicy(pipeline)
  return { standing: seen.standing, history: seen.history }
}

async function read(
  pipeline: TurnPipeline,
  environment: Environment,
  since: Since | undefined,
  subject: Subject
): Promise<Seen> {
  const history = historyOf(pipeline, since).about(subject)
  const standing = await history.standing(environment.name)
  return { history, standing, newest: (await history.newest())?.sequence ?? 0 }
}

/** Runs that announced themselves before this one, and have not said what became of the environment: their last records. */
function runsAhead(pipeline: Pick<Pipeline, 'run'>, { open }: Standing): readonly LedgerRecord[] {
  const mine = open.find(it => isOwn(it, pipeline))?.begun ?? Number.POSITIVE_INFINITY
  return open
    .filter(it => it.begun !== undefined && it.begun < mine && it.last.run.id !== pipeline.run.runId)
    .map(({ last }) => last)
}

async function firstBusy(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  standing: Standing,
  over: ReadonlySet<string>
): Promise<LedgerRecord | undefined> {
  for (const last of runsAhead(pipeline, standing))
    if (!over.has(attemptOf(last)) && !(await isOver(pipeline, last))) return last
  return undefined
}

/** The attempt of a run that wrote a record. */
function attemptOf({ run }: LedgerRecord): string {
  return `${run.id}/${run.attempt}`
}

/**
 * Waits for one run. Each look is one call: in turn, whether the ledger has moved (who goes on to the next environment is not over, but has
 * written what became of this one), and whether GitHub says that the run is over (who died writes nothing). The ledger is read again only
 * when it has moved, and what that costs is waited for.
 * @param how.over attempts that are known to be over; this one is added when it is.
 * @returns what the ledger says once the run is over, or done here.
 */
async function outwait(
  pipeline: TurnPipeline,
  environment: Environment,
  before: Seen,
  busy: LedgerRecord,
  { subject, over }: { readonly subject: Subject; readonly over: Set<string> }
): Promise<Seen> {
  const { clock, ledger, log } = pipeline
  const { waitUntil } = await jobBudget(pipeline.run, clock)
  const watch = new Watch(pipeline, environment.name, waitUntil)
  let seen = before
  let last = busy
  for (let look = 0, pause = FIRST; ; look++) {
    watch.say(last)
    const left = watch.left(last)
    if (left <= 0) throw new UserError(watch.complaint(last))
    const isLast = left <= pause
    await clock.sleep(Math.min(pause, left))
    pause = look === 0 ? PER_CALL - FIRST : PER_CALL
    const asksGitHub = look % 2 === 1
    if ((asksGitHub || isLast) && (await isOver(pipeline, last))) {
      over.add(attemptOf(last))
      // It may have recorded more before it ended, and somebody else may have withdrawn what waits here.
      return read(pipeline, environment, 'now', subject)
    }
    if (asksGitHub && !isLast) continue
    if (((await ledger.head())?.sequence ?? 0) === seen.newest) continue
    seen = await read(pipeline, environment, 'now', subject)
    pause += CALLS_TO_READ * PER_CALL
    const still = runsAhead(pipeline, seen.standing).find(({ run }) => run.id === busy.run.id)
    if (still === undefined) {
      log.info(`Run ${busy.run.id} is done in ${environment.name}.`)
      return seen
    }
    last = still
  }
}

/** Says what is waited for, and until when. */
class Watch {
  readonly #pipeline: Pick<Pipeline, 'clock' | 'github' | 'log' | 'run'>
  readonly #environment: string
  readonly #began: number
  /** Until when the job may wait. */
  readonly #until: number
  #said: number | undefined

  constructor(pipeline: Pick<Pipeline, 'clock' | 'github' | 'log' | 'run'>, environment: string, until: number) {
    this.#pipeline = pipeline
    this.#environment = environment
    this.#began = pipeline.clock.now()
    this.#until = until
  }

  /** What is left of the patience, in milliseconds. A record from the future buys nobody more of it. */
  left({ time }: LedgerRecord): number {
    const { clock, github } = this.#pipeline
    const patience = Math.min(Date.parse(time) - github.now(), this.#began - clock.now()) + PATIENCE
    return Math.min(patience, this.#until - clock.now())
  }

  say(last: LedgerRecord): void {
    const { clock, github, log } = this.#pipeline
    const now = clock.now()
    if (this.#said !== undefined && now - this.#said < SAY) return
    const until = new Date(github.now() + this.left(last)).toISOString().slice(0, 16)
    const [who, waited] = [this.#announcement(last), Math.round((now - this.#began) / 60_000)]
    log.info(
      this.#said === undefined
        ? `${who} Waiting for it to finish, until ${until}Z at the latest.`
        : `${who} Still waiting, for ${waited} min now, until ${until}Z at the latest.`
    )
    this.#said = now
  }

  complaint(last: LedgerRecord): string {
    const now = this.#pipeline.clock.now()
    if (now >= this.#until && now - this.#began < PATIENCE)
      return `${this.#announcement(last)} This job has waited for others so long that GitHub might end it before its own stacks are done. Re-run all jobs when that run is over.`
    return `${this.#announcement(last)} Nothing that goes well takes longer than ${PATIENCE / 3_600_000} h. Cancel that run if it hangs; re-run all jobs of this one when it is over.`
  }

  #announcement({ run, event, sequence, time }: LedgerRecord): string {
    const url = runUrl({ ...this.#pipeline.run, runId: run.id })
    return `Run ${run.id} is deploying to ${this.#environment}: ${url}. The last that it recorded is \`${event}\` (record ${sequence}, ${time}).`
  }
}
