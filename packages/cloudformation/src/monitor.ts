import { isThrottling, isTransient } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import { type LiveStack, readStack, readStatus } from './live-stack.ts'
import { PollSchedule } from './poll.ts'
import { type RootCause, rootCause, validationErrors } from './root-cause.ts'
import { type EventStream, isOfStack, type StackEvent } from './stack-events.ts'
import { isSuccess, stateOf } from './stack-status.ts'

/** How an operation on a stack ended. */
export type OperationEnd =
  | { readonly kind: 'complete'; readonly live: LiveStack }
  | { readonly kind: 'failed'; readonly status: string; readonly cause: RootCause }
  /** The deadline passed; in AWS the operation goes on. */
  | { readonly kind: 'timeout'; readonly status: string }

/** Looks for the end of events that the status already tells of, at most. */
const FINAL_LOOKS = 5

/**
 * Follows an operation until it ends or the deadline passes, and tells its events in order.
 *
 *     DescribeStacks ──► at rest, and the operation was seen to begin? ──► final events ──► end
 *           ▲                              │ no
 *           └── wait (poll.ts) ◄── events ─┘
 *
 * A status alone proves nothing right after the start: CloudFormation may still tell the one before. So the end counts only
 * after an event of the stack itself.
 */
export async function followOperation(
  cloudFormation: CloudFormation,
  operation: {
    readonly stackId: string
    readonly events: EventStream
    readonly deadline: number
    readonly onEvent: (event: StackEvent) => void
  }
): Promise<OperationEnd> {
  const { clock } = cloudFormation
  const { stackId, events, deadline, onEvent } = operation
  const schedule = new PollSchedule()
  const history: StackEvent[] = []
  const tell = async (): Promise<void> => {
    for (const event of await events.read()) {
      history.push(event)
      onEvent(event)
    }
  }
  let status = 'unknown'
  for (;;) {
    const last = clock.now() >= deadline
    try {
      const live = await readStatus(cloudFormation, stackId)
      status = live?.status ?? 'DELETE_COMPLETE'
      await tell()
      const began = history.some(isOfStack)
      if (stateOf(status) === 'absent' || (began && stateOf(status) !== 'busy' && stateOf(status) !== 'review')) {
        await tellRest(cloudFormation, tell, () => history.some(it => isOfStack(it) && it.status === status), schedule)
        return await conclude(cloudFormation, stackId, status, history, live?.reason)
      }
    } catch (error: unknown) {
      // Nobody is helped by giving up on a stack that goes on: only the deadline ends this.
      if (!isTransient(error)) throw error
      if (isThrottling(error)) schedule.throttled()
    }
    if (last) return { kind: 'timeout', status }
    await clock.sleep(Math.max(1, Math.min(schedule.next(), deadline - clock.now())))
  }
}

/** The last events may be listed a little after the status that they lead to. */
async function tellRest(
  { clock }: CloudFormation,
  tell: () => Promise<void>,
  complete: () => boolean,
  schedule: PollSchedule
): Promise<void> {
  for (let look = 1; look <= FINAL_LOOKS; look++) {
    await tell()
    if (complete()) return
    await clock.sleep(schedule.next())
  }
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
  if (cause?.resource !== undefined) return { kind: 'failed', status, cause }
  const validation = await validationErrors(cloudFormation, { StackName: stackId })
  const reason = validation.length > 0 ? validation.join('; ') : (cause?.reason ?? statusReason ?? 'AWS gave no reason')
  return { kind: 'failed', status, cause: { reason } }
}
