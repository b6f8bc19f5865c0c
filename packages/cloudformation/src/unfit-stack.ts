import { UserError } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import { type LiveStack, readStack, readStatus } from './live-stack.ts'
import { pollUntil } from './poll.ts'
import { describeCause, lastCause } from './root-cause.ts'
import { rollbackOf, stateOf } from './stack-status.ts'

/** How long to wait for an operation that somebody else has under way on a stack, in milliseconds. */
const PATIENCE = 10 * 60_000

/**
 * One stack that can take a deployment, by name; absent when there is none. Waits for an operation that is under way.
 * @param deadline the latest end of the wait, in milliseconds since the epoch.
 * @throws UserError when the stack is unfit for a plan or an apply: how it came to that, and the command that helps.
 */
export async function readFit(
  cloudFormation: CloudFormation,
  name: string,
  deadline = Number.POSITIVE_INFINITY
): Promise<LiveStack | undefined> {
  return asFit(cloudFormation, await readSettled(cloudFormation, name, deadline))
}

/** {@link readFit} of a stack that was looked at already. */
export async function asFit(
  cloudFormation: CloudFormation,
  seen: LiveStack | undefined
): Promise<LiveStack | undefined> {
  const live = seen === undefined || stateOf(seen.status) === 'busy' ? seen : await readStack(cloudFormation, seen.name)
  if (live !== undefined) await refuseUnfit(cloudFormation, live)
  return live
}

/** One stack, without its template, when no operation is under way; still busy when none of the others has ended in time. */
export async function readSettled(
  cloudFormation: CloudFormation,
  name: string,
  deadline = Number.POSITIVE_INFINITY
): Promise<LiveStack | undefined> {
  let last: LiveStack | undefined
  await pollUntil(cloudFormation.clock, Math.min(deadline, cloudFormation.clock.now() + PATIENCE), async () => {
    last = await readStatus(cloudFormation, name)
    return last !== undefined && stateOf(last.status) === 'busy' ? undefined : true
  })
  return last
}

async function refuseUnfit(cloudFormation: CloudFormation, live: LiveStack): Promise<void> {
  const state = stateOf(live.status)
  if (state === 'settled' || state === 'review' || state === 'absent') return
  const cause = state === 'busy' ? undefined : await lastCause(cloudFormation, live.id)
  const why = cause === undefined ? (live.reason ?? '') : describeCause(cause)
  throw new UserError(
    `Stack ${live.name} is in ${live.status}${why === '' ? '' : ` (${why})`}. ${nextStep(live.name, cloudFormation.region, live.status)}.`
  )
}

/** The command that brings a dead or stuck stack to where it can be deployed again. */
export function nextStep(stack: string, region: string, status: string): string {
  const on = `--stack-name ${stack} --region ${region}`
  switch (stateOf(status)) {
    case 'dead':
      return 'It holds no working deployment and can only be replaced, which the plan does not say: re-run all jobs for a new plan that does'
    case 'stuck':
      return rollbackOf(status) === undefined
        ? 'CloudFormation has no operation that Sluice could plan for it: who administers the account brings it to where it can be updated, or asks AWS Support; then re-run the job'
        : 'It has to be rolled back first, which the plan does not say: re-run all jobs for a new plan that does'
    case 'busy':
      return `Wait until the operation has finished (watch it with \`aws cloudformation describe-stack-events ${on}\`), then re-run the job`
    default:
      return 'Re-run the job'
  }
}
