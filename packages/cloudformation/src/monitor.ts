import { Failure, isThrottling, isTransient } from '@sluice/core'
import { type CloudFormation, CloudFormationError } from './connection.ts'
import { type LiveStack, readStack, readStatus } from './live-stack.ts'
import { PollSchedule } from './poll.ts'
import { type RootCause, rootCause, validationErrors } from './root-cause.ts'
import { type EventStream, isOfStack, type StackEvent } from './stack-events.ts'
import { isSuccess, stateOf } from './stack-status.ts'

/** How an operation on a stack ended. */
export type OperationEnd =
  | { readonly kind: 'complete'; readonly live: LiveStack }
  | {
      readonly kind: 'failed'
      readonly status: string
      readonly cause: RootCause
      /** What a stack that is gone left behind, since its template says so (`DeletionPolicy`). Untrusted. */
      readonly leftBehind?: readonly string[]
    }
  /** The deadline passed; in AWS the operation goes on. */
  | { readonly kind: 'timeout'; readonly status: string }

/** An operation that was begun. */
interface Operation {
  readonly stackId: string
  readonly events: EventStream
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly onEvent: (event: StackEvent) => void
}

/** Among many stacks, every such look reads events, too. */
const FULL_LOOK = 3

/** How long the event of a status may be missing until the status alone is believed, in milliseconds. */
const EVENT_LIMIT = 30_000

/** What a creation that failed may pass through: CloudFormation goes on to delete the stack where its change set says so. */
const MAY_GO_ON = ['CREATE_FAILED', 'ROLLBACK_COMPLETE']

/**
 * Follows an operation until it ends or the deadline passes, and tells its events in order.
 *
 *     events ──► DescribeStacks ──► at rest, and the newest event of the stack itself says the same? ──► end
 *       ▲                                    │ no
 *       └──────────── wait (poll.ts) ◄───────┘
 *
 * A status alone proves nothing: CloudFormation may still tell the one from before the operation. Nor is an event enough that was
 * listed after the status was read. So the status is read last, and where the events do not confirm it, it has to last; so has one
 * after which CloudFormation may go on by itself.
 */
export async function followOperation(cloudFormation: CloudFormation, operation: Operation): Promise<OperationEnd> {
  return cloudFormation.pace.follow(async () => follow(cloudFormation, operation))
}

async function follow(cloudFormation: CloudFormation, operation: Operation): Promise<OperationEnd> {
  const { clock, pace } = cloudFormation
  const { stackId, deadline } = operation
  const schedule = new PollSchedule(pace)
  const seen: Seen = { history: [], status: 'unknown' }
  for (let look = 0; ; look++) {
    const last = clock.now() >= deadline
    // Among many stacks, most looks find what the one before found: then one call is enough to see that.
    const brief = !last && pace.isBusy && look % FULL_LOOK !== 0
    try {
      const goesOn = brief && stateOf((await readStatus(cloudFormation, stackId))?.status) === 'busy'
      const end = goesOn ? undefined : await lookAt(cloudFormation, operation, seen)
      if (end !== undefined) return end
    } catch (error: unknown) {
      // Nobody is helped by giving up on a stack that goes on: only the deadline ends this.
      if (!isTransient(error) && !isWithoutSession(error)) throw error
      if (isThrottling(error)) schedule.throttled()
    }
    if (last) return { kind: 'timeout', status: seen.status }
    await clock.sleep(Math.max(1, Math.min(schedule.next(), deadline - clock.now())))
  }
}

/** What the looks at one stack have found so far. */
interface Seen {
  readonly history: StackEvent[]
  status: string
  newest?: StackEvent
  restingSince?: number | undefined
}

/** One whole look: new events, then the status; how the operation ended, where it has. */
async function lookAt(
  cloudFormation: CloudFormation,
  { stackId, events, onEvent }: Operation,
  seen: Seen
): Promise<OperationEnd | undefined> {
  const { clock } = cloudFormation
  for (const event of await events.read()) {
    seen.history.push(event)
    onEvent(event)
    // An event that is listed late says nothing of what came after it; those of nested stacks are about others.
    if (isOfStack(event) && event.stackId === stackId && event.at >= (seen.newest?.at ?? 0)) seen.newest = event
  }
  const live = await readStatus(cloudFormation, stackId)
  seen.status = live?.status ?? 'DELETE_COMPLETE'
  const { status, newest, history } = seen
  seen.restingSince = isOver(status, newest) ? (seen.restingSince ?? clock.now()) : undefined
  if (seen.restingSince === undefined) return undefined
  const lasted = clock.now() - seen.restingSince >= EVENT_LIMIT
  return lasted || (newest?.status === status && !MAY_GO_ON.includes(status))
    ? await conclude(cloudFormation, stackId, status, history, live?.reason)
    : undefined
}

/** Whether no session was to be had: GitHub or STS could not be reached just then. */
function isWithoutSession(error: unknown): boolean {
  return error instanceof CloudFormationError && error.cause instanceof Failure
}

/** Whether a status may be the end of an operation: of one that began, unless its stack is gone. */
function isOver(status: string, newest: StackEvent | undefined): boolean {
  const state = stateOf(status)
  return state === 'absent' || (newest !== undefined && state !== 'busy' && state !== 'review')
}

async function conclude(
  cloudFormation: CloudFormation,
  stackId: string,
  status: string,
  history: readonly StackEvent[],
  statusReason: string | undefined
): Promise<OperationEnd> {
  if (isSuccess(status)) {
    const live = await readStack(cloudFormation, stackId)
    if (live !== undefined) return { kind: 'complete', live }
  }
  const cause = rootCause(history)
  const kept = stateOf(status) === 'absent' ? skipped(history) : []
  const leftBehind = kept.length === 0 ? {} : { leftBehind: kept }
  if (cause?.resource !== undefined) return { kind: 'failed', status, cause, ...leftBehind }
  const validation = await validationErrors(cloudFormation, { StackName: stackId })
  const reason = validation.length > 0 ? validation.join('; ') : (cause?.reason ?? statusReason ?? 'AWS gave no reason')
  return { kind: 'failed', status, cause: { reason }, ...leftBehind }
}

/** Resources that exist, and that CloudFormation did not delete with their stack. */
function skipped(history: readonly StackEvent[]): readonly string[] {
  const found = history.flatMap(({ status, logicalId, type, physicalId }) =>
    status === 'DELETE_SKIPPED' && physicalId !== '' ? [`${logicalId} (${type}) ${physicalId}`] : []
  )
  return [...new Set(found)]
}
