import { type Digest, decodePlan, evidencePath, type Plan, UserError } from '@sluice/core'
import {
  type Pipeline,
  requireAcceptance,
  requireApproval,
  requireProtectedGate,
  requireRecordedGate
} from '@sluice/pipeline'

/** What deploy-stack was asked to apply. */
export interface WantedPlan {
  readonly release: Digest
  readonly environment: string
  readonly plan: Digest
}

type PlanPipeline = Pick<
  Pipeline,
  | 'clock'
  | 'defaultBranch'
  | 'environment'
  | 'environmentBefore'
  | 'github'
  | 'history'
  | 'ledger'
  | 'policy'
  | 'repository'
  | 'run'
>

/**
 * Reads a plan back from the ledger, as it was announced and, at an approval gate, approved in this run.
 * @throws UserError when it was not, when its intent is missing, or when it is for something else.
 */
export async function readApprovedPlan(inputs: WantedPlan, pipeline: PlanPipeline): Promise<Plan> {
  const { history, ledger, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  // Read again at a gate that asks somebody; at another the look that the intent was recorded with is enough.
  const protection = environment.gate === 'continuous' ? undefined : await requireProtectedGate(pipeline, environment)
  const announcement = await history.announcement(inputs.plan, run.runId, environment)
  if (announcement === undefined) {
    throw new UserError(
      `Plan ${inputs.plan} was not recorded in this run. Run deploy-stack with mode plan and record its plan-digest first.`
    )
  }
  // Of the release that the plan was announced for: whether that is what this step was asked for is told below, by the plan itself.
  const intent = await history.intent({
    runId: run.runId,
    environment: environment.name,
    release: announcement.release?.digest ?? inputs.release
  })
  if (protection !== undefined) await requireApproval(pipeline, environment, protection, announcement, intent)
  if (intent?.plan !== inputs.plan) {
    throw new UserError(
      `Plan ${inputs.plan} has no \`started\` record in this run. Run record-audit with \`event: started\` and this plan-digest before applying it to ${environment.name}.`
    )
  }
  if (protection === undefined) requireRecordedGate(pipeline, environment, intent)
  const path = evidencePath(inputs.plan)
  const bytes = (await ledger.read([path])).get(path)
  if (bytes === undefined)
    throw new UserError(
      `The ledger does not hold the document of plan ${inputs.plan}, so it cannot be applied. Re-run all jobs for a new plan.`
    )
  const plan = decodePlan(bytes, inputs.plan)
  checkSubject(plan, inputs, pipeline)
  await requireAcceptance(pipeline, {
    release: { digest: plan.release, commit: plan.commit },
    environment: environment.name,
    kind: intent.detail?.promotion?.kind ?? 'release'
  })
  return plan
}

/** A plan is for one release, one environment, one policy. */
function checkSubject(plan: Plan, inputs: WantedPlan, pipeline: Pick<Pipeline, 'defaultBranch' | 'policy'>): void {
  if (
    plan.environment !== inputs.environment ||
    plan.release !== inputs.release ||
    plan.product !== pipeline.policy.product
  ) {
    throw new UserError(
      `The plan is for release ${plan.release} in ${plan.product}/${plan.environment}, not for ${inputs.release} in ${pipeline.policy.product}/${inputs.environment}.`
    )
  }
  if (plan.policy !== pipeline.policy.digest) {
    throw new UserError(
      `delivery.yml on ${pipeline.defaultBranch} changed since the plan was made (${plan.policy} then, ${pipeline.policy.digest} now). Re-run all jobs for a new plan.`
    )
  }
}
