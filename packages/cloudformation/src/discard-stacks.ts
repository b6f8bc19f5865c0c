import type { ChangeSetSummary } from '@aws-sdk/client-cloudformation'
import { type AwsSession, type Clock, type Log, systemClock } from '@sluice/core'
import { deleteChangeSet } from './change-set.ts'
import { AccessDenied, type CloudFormation, CloudFormationError, withCloudFormation } from './connection.ts'
import { readStatus } from './live-stack.ts'
import { pollUntil } from './poll.ts'
import { stateOf } from './stack-status.ts'

/** How long AWS may take to forget a stack that holds nothing, or a change set, in milliseconds. */
const FORGET_LIMIT = 60_000

const SILENT: Pick<Log, 'info'> = { info: () => undefined }

/** After how long whoever reads the log is told what is waited for, in milliseconds. */
const TELL_AFTER = 3_000

/** Takes back what planning made: the change sets of that name, and stacks in which nothing was ever deployed and nobody else plans. */
export async function discardStacks(request: {
  readonly session: AwsSession
  readonly stacks: readonly { readonly stack: string }[]
  readonly changeSetName: string
  readonly clock?: Clock
  readonly log?: Pick<Log, 'info'>
}): Promise<void> {
  const { session, stacks, changeSetName, clock = systemClock, log } = request
  await withCloudFormation(session, clock, async cloudFormation => {
    await Promise.all(stacks.map(({ stack }) => discardStack(cloudFormation, stack, changeSetName, log)))
  })
}

/** The names of all change sets that wait in these stacks, also those of others; executed ones are history. */
export async function waitingChangeSets(request: {
  readonly session: AwsSession
  readonly stacks: readonly { readonly stack: string }[]
  readonly clock?: Clock
}): Promise<readonly string[]> {
  return withCloudFormation(request.session, request.clock ?? systemClock, async cloudFormation => {
    const found = await Promise.all(request.stacks.map(async ({ stack }) => changeSets(cloudFormation, stack)))
    const waiting = found.flat().filter(({ ExecutionStatus }) => ExecutionStatus?.startsWith('EXECUTE_') !== true)
    return [...new Set(waiting.map(({ ChangeSetName }) => ChangeSetName ?? ''))]
  })
}

/** Takes back one stack's change set, and the empty stack around it. */
export async function discardStack(
  cloudFormation: CloudFormation,
  stack: string,
  changeSetName: string,
  log: Pick<Log, 'info'> = SILENT
): Promise<void> {
  const live = await readStatus(cloudFormation, stack)
  if (live === undefined) return
  const before = await changeSetNames(cloudFormation, stack)
  if (before.includes(changeSetName)) await deleteChangeSet(cloudFormation, stack, changeSetName)
  if (stateOf(live.status) !== 'review') return
  const others = await untilForgotten(cloudFormation, log, `the change set ${changeSetName} of ${stack}`, async () => {
    const names = await changeSetNames(cloudFormation, stack)
    return names.includes(changeSetName) ? undefined : names
  })
  // Looked at again right before: another run may have executed its first change set meanwhile.
  if (others?.length !== 0 || stateOf((await readStatus(cloudFormation, stack))?.status) !== 'review') return
  if (!(await deleteEmpty(cloudFormation, live.id))) return
  await untilForgotten(cloudFormation, log, `the empty stack ${stack}`, async () =>
    (await readStatus(cloudFormation, live.id)) === undefined ? true : undefined
  )
}

/** Waits until AWS has deleted something, as it was told, and says so when that takes a while. What it keeps is no harm: later plans take it back. */
async function untilForgotten<T>(
  { clock }: CloudFormation,
  log: Pick<Log, 'info'>,
  what: string,
  look: () => Promise<T | undefined>
): Promise<T | undefined> {
  const begun = clock.now()
  let told = false
  const found = await pollUntil(clock, begun + FORGET_LIMIT, async () => {
    const seen = await look()
    if (seen === undefined && !told && clock.now() - begun >= TELL_AFTER) {
      told = true
      log.info(`Waiting until AWS has deleted ${what}, ${FORGET_LIMIT / 1000} s at most`)
    }
    return seen
  })
  if (found === undefined) log.info(`AWS still has ${what}. It runs nothing, and the next plan takes it back.`)
  return found
}

/** Whether AWS takes the order. A stack that holds nothing hurts nobody: the next plan uses it, so a role may be denied to delete any. */
async function deleteEmpty(cloudFormation: CloudFormation, id: string): Promise<boolean> {
  try {
    await cloudFormation.deleteStack({ StackName: id })
    return true
  } catch (error: unknown) {
    if (error instanceof AccessDenied) return false
    throw error
  }
}

async function changeSetNames(cloudFormation: CloudFormation, stack: string): Promise<readonly string[]> {
  return (await changeSets(cloudFormation, stack)).map(summary => summary.ChangeSetName ?? '')
}

async function changeSets(cloudFormation: CloudFormation, stack: string): Promise<readonly ChangeSetSummary[]> {
  const found: ChangeSetSummary[] = []
  let token: string | undefined
  try {
    do {
      const page = await cloudFormation.listChangeSets({
        StackName: stack,
        ...(token === undefined ? {} : { NextToken: token })
      })
      found.push(...(page.Summaries ?? []))
      token = page.NextToken
    } while (token !== undefined && token !== '')
    return found
  } catch (error: unknown) {
    if (error instanceof CloudFormationError && /does not exist/.test(error.reason)) return []
    throw error
  }
}
