import { type AwsSession, type Clock, type Log, messageOf, type RetiredStack } from '@sluice/core'
import { type FailedStack, failureOf } from './apply-outcome.ts'
import { type CloudFormation, withCloudFormation } from './connection.ts'
import type { Difference } from './difference.ts'
import { followOperation, type OperationEnd } from './monitor.ts'
import { tokenOf } from './request.ts'
import { assessRetired } from './retired-stack.ts'
import { describeCause } from './root-cause.ts'
import { EventStream, pages, type StackEvent } from './stack-events.ts'
import { explainUndeleted, LastEvents, withoutStop } from './undeleted.ts'
import { readSettled } from './unfit-stack.ts'

/** Stacks of retired units that are deleted as it was approved. */
export interface DeletionRequest {
  readonly session: AwsSession
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
  /** In the order in which they go. */
  readonly plan: readonly RetiredStack[]
  /** The plan digest's hex digits: every client token begins with it, so that AWS's trail joins the ledger. */
  readonly clientToken: string
  /** Told in order, each once. Texts are untrusted. */
  readonly onEvent: (event: StackEvent) => void
  /** Milliseconds since the epoch. */
  readonly deadline: number
}

/** How deleting ended. In each case `deleted` are the units whose stacks are gone, whoever deleted them. */
export type DeletionOutcome =
  | { readonly kind: 'deleted'; readonly deleted: readonly string[] }
  | { readonly kind: 'obsolete'; readonly deleted: readonly string[]; readonly differences: readonly Difference[] }
  | { readonly kind: 'failed'; readonly deleted: readonly string[]; readonly failure: FailedStack }

/**
 * In what stacks differ from what was approved to be deleted; empty where they are that, or less. Changes nothing.
 * @throws UserError when an operation on one of them does not end in time.
 */
export async function compareRetired({
  session,
  clock,
  plan,
  deadline
}: Pick<DeletionRequest, 'session' | 'clock' | 'plan' | 'deadline'>): Promise<readonly Difference[]> {
  if (plan.length === 0) return []
  return withCloudFormation(session, clock, async cloudFormation => {
    const found = await Promise.all(plan.map(async it => assessRetired(cloudFormation, it, plan, deadline)))
    return found.flatMap(it => (it.kind === 'obsolete' ? it.differences : []))
  })
}

/**
 * Deletes stacks one after another, each once it was compared with what was approved. Running it again after it was killed joins what is under way and goes
 * on; after a failure it tries again. Never throws for one of them: what became of each must be known.
 */
export async function deleteRetired(request: DeletionRequest): Promise<DeletionOutcome> {
  if (request.plan.length === 0) return { kind: 'deleted', deleted: [] }
  return withCloudFormation(request.session, request.clock, cloudFormation => deleteWith(cloudFormation, request))
}

/** {@link deleteRetired} over a connection that is there already. */
export async function deleteWith(
  cloudFormation: CloudFormation,
  request: Omit<DeletionRequest, 'session' | 'clock'>
): Promise<DeletionOutcome> {
  const deleted: string[] = []
  for (const planned of request.plan) {
    const { unit, stack } = planned
    const stopped = await deleteOne({ ...request, cloudFormation }, planned).catch((error: unknown): Stopped => {
      return { kind: 'failed', failure: { unit, stack, cause: { reason: messageOf(error) } } }
    })
    if (stopped !== undefined) return { ...stopped, deleted }
    deleted.push(unit)
  }
  return { kind: 'deleted', deleted }
}

type Context = Parameters<typeof deleteWith>[1] & { readonly cloudFormation: CloudFormation }

/** Why a stack is not deleted. */
type Stopped =
  | { readonly kind: 'failed'; readonly failure: FailedStack }
  | { readonly kind: 'obsolete'; readonly differences: readonly Difference[] }

async function deleteOne(context: Context, planned: RetiredStack): Promise<Stopped | undefined> {
  const { cloudFormation, plan, deadline, log } = context
  const { stack, id } = planned
  const readiness = await assessRetired(cloudFormation, planned, plan, deadline)
  switch (readiness.kind) {
    case 'gone':
      log.info(`${stack}: already deleted`)
      return undefined
    case 'obsolete':
      return readiness
    case 'running':
      if (await isOurs(context, id)) return endOf(context, planned, await join(context, planned))
      // It is as good as ours when it is done; and where it fails, the next look begins anew.
      log.info(`${stack}: someone else is deleting it; waiting until that is over`)
      return (await readSettled(cloudFormation, id, deadline))?.status === 'DELETE_IN_PROGRESS'
        ? endOf(context, planned, { end: { kind: 'timeout', status: 'DELETE_IN_PROGRESS' }, undeleted: [] })
        : deleteOne(context, planned)
    case 'ready':
      return endOf(context, planned, await begin(context, planned))
  }
}

/** How a deletion ended, and which resources it left. */
interface Ended {
  readonly end: OperationEnd
  readonly undeleted: readonly StackEvent[]
}

/** Orders the deletion, by the ARN, which no other stack of the name has. Without a role: CloudFormation takes that of the stack. */
async function begin(context: Context, { stack, id }: RetiredStack): Promise<Ended> {
  const { cloudFormation, clientToken, log } = context
  log.info(`${stack}: deleting`)
  const events = await EventStream.fromNow(cloudFormation, id)
  // A token is good for one operation: what failed is ordered again with another one.
  const newest = await newestEvent(cloudFormation, id)
  await cloudFormation.deleteStack({
    StackName: id,
    ClientRequestToken: tokenOf(clientToken, `${id} ${newest?.id ?? ''}`)
  })
  return follow(context, id, events)
}

/** Follows the deletion that an earlier attempt had ordered. */
async function join(context: Context, { stack, id }: RetiredStack): Promise<Ended> {
  const { cloudFormation, clientToken, log } = context
  log.info(`${stack}: an earlier run started its deletion; monitoring it`)
  const events = await EventStream.fromToken(cloudFormation, id, clientToken)
  return follow(context, id, events)
}

async function follow(
  { cloudFormation, deadline, onEvent }: Context,
  stackId: string,
  events: EventStream
): Promise<Ended> {
  const last = new LastEvents()
  const tell = (event: StackEvent): void => {
    last.add(event)
    onEvent(event)
  }
  const end = await followOperation(cloudFormation, { stackId, events, deadline, onEvent: tell })
  return { end, undeleted: last.undeleted }
}

async function isOurs({ cloudFormation, clientToken }: Context, id: string): Promise<boolean> {
  return (await newestEvent(cloudFormation, id))?.token?.startsWith(clientToken) === true
}

async function newestEvent(cloudFormation: CloudFormation, id: string): Promise<StackEvent | undefined> {
  for await (const event of pages(cloudFormation, id)) return event
  return undefined
}

function endOf({ deadline, log }: Context, planned: RetiredStack, { end, undeleted }: Ended): Stopped | undefined {
  const { unit, stack } = planned
  if (end.kind === 'failed' && end.status === 'DELETE_COMPLETE') {
    log.info(`${stack}: deleted`)
    return undefined
  }
  const failed = (failure: Omit<FailedStack, 'unit' | 'stack'>): Stopped => ({
    kind: 'failed',
    failure: { unit, stack, ...failure }
  })
  if (end.kind === 'timeout') return failed(failureOf(deadline, end))
  const { status } = end.kind === 'complete' ? end.live : end
  if (end.kind === 'failed' && status === 'DELETE_FAILED')
    return failed({ status, cause: { reason: explainUndeleted(planned, undeleted, end.cause) } })
  // Called off: it is what it was before.
  const why = end.kind === 'complete' ? (end.live.reason ?? 'AWS gave no reason') : describeCause(end.cause)
  return failed({ status, cause: { reason: `CloudFormation did not delete it: ${withoutStop(why)}. Re-run all jobs` } })
}
