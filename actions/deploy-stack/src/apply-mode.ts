import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { publishBundle, publishedDigest } from '@sluice/bundle'
import { applyStacks, describeDifference, describeFailure } from '@sluice/cloudformation'
import {
  type AwsSession,
  code,
  type Digest,
  decodePlan,
  escapeMarkdown,
  evidencePath,
  Failure,
  hexOf,
  type Plan,
  type PlannedContent,
  type Report,
  releaseId,
  table,
  UserError
} from '@sluice/core'
import { type Pipeline, requireApproval, requireProtectedGate } from '@sluice/pipeline'
import { environmentUrl } from './environment-url.ts'
import { loadTarget, type Target } from './target.ts'

/** How long all stacks of an environment may take, in milliseconds. */
const DEADLINE = 3 * 60 * 60_000

/** Carries out exactly the plan that was announced and, at an approval gate, approved. */
export async function apply(
  inputs: { readonly release: Digest; readonly environment: string; readonly plan: Digest },
  pipeline: Pipeline
): Promise<Report> {
  const { log, ledger, history, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  const plan = await log.group('Check that this plan was approved', async () => {
    await requireProtectedGate(pipeline, environment)
    const announcement = await history.announcement(inputs.plan, run.runId, environment.gate)
    if (announcement === undefined) {
      throw new UserError(
        `Plan ${inputs.plan} was not recorded in this run. Run deploy-stack with mode plan, and record it, first.`
      )
    }
    await requireApproval(pipeline, environment, announcement)
    const intent = await history.intent({ runId: run.runId, environment: environment.name, release: inputs.release })
    if (intent?.plan !== inputs.plan) {
      throw new UserError(
        `The ledger does not say yet that plan ${inputs.plan} is about to be carried out. Record \`started\` with it first: whatever touches ${environment.name} is announced before.`
      )
    }
    const path = evidencePath(inputs.plan)
    const bytes = (await ledger.read([path])).get(path)
    if (bytes === undefined)
      throw new UserError(`The ledger does not hold plan ${inputs.plan}, so it cannot be carried out. Plan again.`)
    return decodePlan(bytes, inputs.plan)
  })
  checkSubject(plan, inputs, pipeline)
  const target = await log.group('Load the release', async () => loadTarget(pipeline, inputs, 'deploy'))
  return carryOut(pipeline, target, plan, inputs.plan)
}

/** A plan is for one release, one environment, one policy. */
function checkSubject(
  plan: Plan,
  inputs: { readonly release: Digest; readonly environment: string },
  pipeline: Pipeline
): void {
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

/** Executes a plan's stacks and content. */
export async function carryOut(
  pipeline: Pick<Pipeline, 'bundles' | 'clock' | 'log' | 'policy' | 'run'>,
  target: Target,
  plan: Plan,
  digest: Digest
): Promise<Report> {
  const { log, clock } = pipeline
  if (target.runbook?.digest !== plan.runbook)
    throw new UserError('The run-book differs from the one in the plan. Re-run all jobs for a new plan.')

  const started = clock.now()
  const outcome = await log.group(`Apply plan ${digest.slice(0, 19)} to ${target.environment.name}`, async () =>
    applyStacks({
      session: target.session,
      stacks: target.stacks,
      changeSetName: target.changeSetName,
      executionRoleArn: target.executionRoleArn,
      plan: plan.stacks,
      clientToken: hexOf(digest),
      clock,
      log,
      onEvent: event => log.untrusted(`${event.stack}  ${event.status}  ${event.logicalId}  ${event.reason ?? ''}`),
      deadline: started + DEADLINE
    })
  )
  switch (outcome.kind) {
    case 'obsolete':
      throw new UserError(
        `The plan is obsolete: ${outcome.differences.map(describeDifference).join('; ')}. What was approved is no longer what would happen. Re-run all jobs of this run for a new plan and a new approval.`,
        { outputs: { outcome: 'obsolete', 'plan-digest': digest } }
      )
    case 'failed':
      throw new Failure(outcome.failures.map(describeFailure).join('; '))
    case 'applied':
      break
  }

  for (const content of plan.content) {
    const bucket = outcome.stacks.find(({ unit }) => unit === content.unit)?.outputs[content.bucket]
    if (bucket === undefined)
      throw new UserError(
        `The stack of ${content.unit} has no output ${content.bucket}, which delivery.yml names as its bucket.`
      )
    await log.group(`Publish ${content.unit}`, async () => {
      if ((await publishedDigest(target.session, bucket)) === content.digest) return
      await publish(pipeline, target.session, content, bucket)
    })
  }

  const url = environmentUrl(
    target.settings,
    target.units,
    pipeline.policy.product,
    name => outcome.stacks.find(({ stack }) => stack === name)?.outputs
  )
  const seconds = ((clock.now() - started) / 1000).toFixed(0)
  const rows = plan.stacks.map(stack => [escapeMarkdown(stack.unit), stack.action, code(stack.artefact)])
  return {
    outputs: {
      outcome: 'applied',
      'has-changes': 'true',
      'plan-digest': digest,
      ...(url === undefined ? {} : { 'environment-url': url })
    },
    summary: `### ${releaseId(target.digest)} is deployed to ${escapeMarkdown(target.environment.name)}\n\nPlan ${code(digest)}, ${seconds} s\n\n${table(['unit', 'stack', 'digest'], rows)}\n`
  }
}

/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(
  pipeline: Pick<Pipeline, 'run' | 'bundles' | 'log'>,
  session: AwsSession,
  { unit, digest }: Pick<PlannedContent, 'unit' | 'digest'>,
  bucket: string
): Promise<void> {
  const folder = await mkdtemp(join(pipeline.run.temp, 'sluice-bundle-'))
  try {
    const archive = join(folder, 'bundle.zip')
    if (!(await pipeline.bundles('pull').fetch(unit, digest, archive))) {
      throw new Failure(`Bundle ${unit} ${digest} is not in the ops registry.`)
    }
    const { files, removed } = await publishBundle({ session, bucket, archive, digest })
    pipeline.log.info(`${unit}: ${files} files published, ${removed} removed`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
