import { type AppliedStack, applyStacks, describeDifference, describeFailure } from '@sluice/cloudformation'
import {
  code,
  type Digest,
  escapeMarkdown,
  Failure,
  hexOf,
  messageOf,
  type Plan,
  type Report,
  releaseId,
  table,
  UserError
} from '@sluice/core'
import { noteApplied, type Pipeline, requireTimeToApply } from '@sluice/pipeline'
import { readApprovedPlan, type WantedPlan } from './approved-plan.ts'
import { deletedRows, deleteStacks, requireRetiredAsPlanned } from './delete-retired.ts'
import { environmentUrl } from './environment-url.ts'
import { halfwayOutputs, halfwayText, howFar, progressOf } from './how-far.ts'
import { publishContent, requireContentAsPlanned, requireOwnBuckets } from './publish-content.ts'
import { loadTarget, type Target } from './target.ts'
import { storiesOf, whatRuns } from './what-runs.ts'

/** Applies exactly the plan that was announced and, at an approval gate, approved. */
export async function apply(inputs: WantedPlan, pipeline: Pipeline): Promise<Report> {
  const { log } = pipeline
  const { plan, target } = await untouched(async () => ({
    plan: await log.group('Check that this plan was approved', async () => readApprovedPlan(inputs, pipeline)),
    target: await log.group('Load the release', async () => loadTarget(pipeline, inputs, 'deploy'))
  }))
  const report = await applyPlan(pipeline, target, plan, inputs.plan)
  await noteApplied(pipeline.run, inputs)
  return report
}

/** Says of what fails here that nothing was touched: what was known of the release before still holds. */
async function untouched<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error: unknown) {
    const touched = { touched: 'false' }
    if (!(error instanceof UserError)) throw new Failure(messageOf(error), { cause: error, outputs: touched })
    const { message, details, outputs } = error
    throw new UserError(message, { cause: error, details, outputs: { ...outputs, ...touched } })
  }
}

/** Applies a plan: its stacks, then its content; what it deletes goes last, when nothing needs it any more. */
export async function applyPlan(
  pipeline: Pick<Pipeline, 'bundles' | 'clock' | 'log' | 'policy' | 'run'>,
  target: Target,
  plan: Plan,
  digest: Digest
): Promise<Report> {
  const { log, clock } = pipeline
  if (target.runbook?.digest !== plan.runbook)
    throw new UserError('The runbook differs from the one in the plan. Re-run all jobs for a new plan.', {
      outputs: { touched: 'false' }
    })
  await requireContentAsPlanned(target, plan, digest)
  const started = clock.now()
  const deadline = await requireTimeToApply(pipeline.run, clock)
  await requireRetiredAsPlanned(target, plan, digest, { clock, deadline })
  const stacks = await log.group(`Apply plan ${digest.slice(0, 19)} to ${target.environment.name}`, async () =>
    applyPlannedStacks(pipeline, target, plan, { digest, deadline })
  )
  const running = await log.group(`Compare what runs in ${target.environment.name} with the release`, async () =>
    requireRunning(pipeline, target, plan, stacks)
  )
  await publishAll(pipeline, target, plan, stacks)
  const published = plan.content.map(({ unit }) => unit)
  await deleteStacks(pipeline, target, plan, digest, { deadline, done: { stacks, published } })
  const url = environmentUrl(
    target.settings,
    target.units,
    pipeline.policy.product,
    name => stacks.find(({ stack }) => stack === name)?.outputs
  )
  const seconds = ((clock.now() - started) / 1000).toFixed(0)
  const applied = plan.stacks.map(stack => [escapeMarkdown(stack.unit), stack.action, code(stack.artifact)])
  const rows = [...applied, ...deletedRows(plan)]
  return {
    outputs: {
      outcome: 'applied',
      'has-changes': 'true',
      'plan-digest': digest,
      ...(url === undefined ? {} : { 'environment-url': url })
    },
    summary: `### ${releaseId(target.digest)} is deployed to ${escapeMarkdown(target.environment.name)}\n\nPlan ${code(digest)}, ${seconds} s\n\n${table(['unit', 'stack', 'digest'], rows)}\n${running}`
  }
}

/** Refuses to go on where a service does not run the release. @returns what runs, as Markdown. @throws Failure with how far that is, and why. */
async function requireRunning(
  { clock, log }: Pick<Pipeline, 'clock' | 'log'>,
  target: Target,
  plan: Plan,
  stacks: readonly AppliedStack[]
): Promise<string> {
  const { problems, unanswered, resources, warnings, summary } = await whatRuns(target, clock)
  for (const warning of warnings) log.warning(warning)
  if (problems.length + unanswered.length === 0)
    return [...warnings.map(it => `\n⚠️ ${escapeMarkdown(it)}\n`), summary].join('')
  const far = howFar(plan, { stacks, stopped: [...problems, ...unanswered].map(({ unit }) => unit), published: [] })
  const half = far === undefined ? '' : ` ${halfwayText(target.environment.name, far)}`
  const stories = await storiesOf(target.session, resources)
  for (const { text } of stories) log.untrusted(text)
  const found = problems.map(({ problem }) => problem)
  const unknown = unanswered.map(({ unit, problem }) => `what ${unit} runs is not known: ${problem}`)
  throw new Failure(
    problems.length > 0
      ? `${[...found, ...unknown].join('; ')}. The stack is as planned, so applying the plan again changes nothing: deliver a corrected release, or go back to the release before.${half}`
      : `The stacks are as planned, but ${unknown.join('; ')}. Re-run the failed jobs when AWS answers: nothing is deployed twice, and what runs is compared then.${half}`,
    {
      outputs: far === undefined ? {} : halfwayOutputs(far),
      details: [summary, ...stories.map(it => it.markdown)].join('')
    }
  )
}

/** Publishes the content of a plan. @throws what stopped it, with how far that is. */
async function publishAll(
  pipeline: Parameters<typeof publishContent>[0],
  target: Target,
  plan: Plan,
  stacks: readonly AppliedStack[]
): Promise<void> {
  const published: string[] = []
  const bucketOf = ({ unit, bucket }: Plan['content'][number]): string | undefined =>
    stacks.find(it => it.unit === unit)?.outputs[bucket]
  for (const content of plan.content) {
    try {
      requireOwnBuckets(plan.content.map(it => ({ unit: it.unit, bucket: bucketOf(it) })))
      await publishContent(pipeline, target, content, stacks)
    } catch (error: unknown) {
      const far = howFar(plan, { stacks, stopped: [content.unit], published })
      if (far === undefined) throw error
      const message = `${messageOf(error)} ${halfwayText(target.environment.name, far)}`
      throw new (error instanceof UserError ? UserError : Failure)(message, {
        cause: error,
        outputs: halfwayOutputs(far)
      })
    }
    published.push(content.unit)
  }
}

/** Executes the stacks of a plan. @throws when one of them fails, or is no longer what the plan was made against. */
async function applyPlannedStacks(
  { clock, log }: Pick<Pipeline, 'clock' | 'log'>,
  target: Target,
  plan: Plan,
  { digest, deadline }: { readonly digest: Digest; readonly deadline: number }
): Promise<readonly AppliedStack[]> {
  const failing: ReturnType<typeof storiesOf>[] = []
  const outcome = await applyStacks({
    session: target.session,
    stacks: target.stacks,
    changeSetName: target.changeSetName,
    executionRoleArn: target.executionRoleArn,
    plan: plan.stacks,
    clientToken: hexOf(digest),
    clock,
    log,
    onEvent: event => {
      log.untrusted(`${event.stack}  ${event.status}  ${event.logicalId}  ${event.reason ?? ''}`)
      // Asked at once: a rollback removes a service that was new, and its log with it.
      // A story that is not to be had must not end a deployment that goes on.
      if (event.status.endsWith('_FAILED') && event.physicalId !== '')
        failing.push(storiesOf(target.session, [event]).catch(() => []))
    },
    deadline
  })
  const far = howFar(plan, progressOf(outcome))
  switch (outcome.kind) {
    case 'obsolete': {
      const differences = outcome.differences.map(describeDifference).join('; ')
      if (far !== undefined)
        throw new UserError(
          `The plan became obsolete on the way: ${differences}. ${halfwayText(target.environment.name, far)} Re-run all jobs for a new plan and a new approval.`,
          { outputs: { ...halfwayOutputs(far), 'plan-digest': digest } }
        )
      throw new UserError(
        `The plan is obsolete: ${differences}. What was approved is no longer what would be applied. Re-run all jobs for a new plan and a new approval.`,
        { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } }
      )
    }
    case 'failed': {
      const failures = outcome.failures.map(describeFailure).join('; ')
      const stories = (await Promise.all(failing)).flat()
      for (const { text } of stories) log.untrusted(text)
      const details = stories.map(it => it.markdown).join('')
      if (far === undefined) throw new Failure(failures, { details })
      throw new Failure(`${failures}. ${halfwayText(target.environment.name, far)}`, {
        ...{ outputs: halfwayOutputs(far), details }
      })
    }
    case 'applied':
      return outcome.stacks
  }
}
