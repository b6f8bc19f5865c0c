import { describeStacks, type LiveStack, planRetired, planWithMoves } from '@sluice/cloudformation'
import { type Digest, encodePlan, type Plan } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { plannedContent } from './planned-content.ts'
import { retiredUnits } from './retired-units.ts'
import type { Target } from './target.ts'

/** A plan with the bytes and the digest that name it, and what was live when it was made. */
export interface MadePlan {
  readonly plan: Plan
  readonly text: string
  readonly digest: Digest
  readonly live: ReadonlyMap<string, LiveStack>
}

/** Asks CloudFormation what the release would change, and puts it into one document. */
export async function makePlan(
  pipeline: Pick<Pipeline, 'at' | 'bundles' | 'clock' | 'history' | 'log' | 'policy' | 'run'>,
  target: Target
): Promise<MadePlan> {
  const { policy, clock, log } = pipeline
  const { environment, session, stacks } = target
  const live = await describeStacks(
    session,
    stacks.map(({ stack }) => stack)
  )
  // What cannot be deleted is refused before there are change sets.
  const retired = await planRetired({ session, clock, log, retired: await retiredUnits(pipeline, target) })
  const { stacks: planned, mayMove } = await planWithMoves({
    session,
    stacks,
    changeSetName: target.changeSetName,
    executionRoleArn: target.executionRoleArn,
    clock,
    log
  })
  const plan: Plan = {
    version: 1,
    product: policy.product,
    environment: environment.name,
    release: target.digest,
    commit: target.release.commit,
    policy: policy.digest,
    ...(target.runbook === undefined ? {} : { runbook: target.runbook.digest }),
    stacks: planned,
    content: await plannedContent(pipeline, target, { live, mayMove }),
    ...(retired.length === 0 ? {} : { retired })
  }
  return { plan, ...encodePlan(plan), live }
}
