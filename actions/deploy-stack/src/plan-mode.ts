import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasChanges, type Protection, type Report } from '@sluice/core'
import { accountNamed, type Environment } from '@sluice/delivery'
import { type Pipeline, partiesOfRun, requireApprover, requireProtectedGate } from '@sluice/pipeline'
import { type Background, type DossierFacts, factsOf, readBackground, writeDossier } from './dossier/index.ts'
import { environmentUrl } from './environment-url.ts'
import type { DeployInputs } from './inputs.ts'
import { discardLeftovers } from './leftover-change-sets.ts'
import { makePlan } from './make-plan.ts'
import { documentName, loadTarget } from './target.ts'
import { unfinishedBy } from './unfinished-deployment.ts'

/** Shows what a release would change in an environment; changes nothing. */
export async function plan(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const { log, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  // Where nobody reads the plan, the record of the intent tells of the gate: it comes before anything is changed.
  const protection =
    environment.gate === 'continuous'
      ? undefined
      : await log.group(`Check the gate of ${environment.name}`, async () =>
          requireProtectedGate(pipeline, environment)
        )
  const target = await log.group('Load the release', async () => loadTarget(pipeline, inputs, 'plan'))
  // Before anything is planned: a release that is not what its digest names is a reason to stop.
  const background = await log.group('Read what is deployed now', async () => readBackground(pipeline, target))
  await log.group('Check that the images can run', async () =>
    pipeline.requireImages({
      environment: environment.name,
      account: accountNamed(pipeline.policy, environment.account).id,
      units: target.release.units,
      deployed: background.previous.kind === 'known' ? background.previous.units : undefined
    })
  )
  await log.group('Clean up after runs that could not', async () => discardLeftovers(pipeline, target))
  const made = await log.group(`Compute what changes in ${environment.name}`, async () => makePlan(pipeline, target))
  const unfinished = await unfinishedBy(pipeline, target, made)
  const { policy } = pipeline
  const asked = hasChanges(made.plan) || unfinished !== undefined
  const excluded = asked ? await whoMayNot(pipeline, environment, protection, made.plan.commit, background) : undefined
  const dossier = writeDossier(factsOf(target, made, { ...background, protection, excluded, policy, unfinished }))

  const folder = join(run.temp, 'sluice', 'plans')
  await mkdir(folder, { recursive: true })
  const planPath = join(folder, `${documentName(target, made.digest)}.json`)
  const dossierPath = join(folder, `${documentName(target, made.digest)}.md`)
  await writeFile(planPath, made.text)
  await writeFile(dossierPath, dossier)

  const url = environmentUrl(target.settings, target.units, policy.product, stack => made.live.get(stack)?.outputs)
  const changes = hasChanges(made.plan) ? 'changes' : asked ? 'only tags and records' : 'no changes'
  log.info(`Plan ${made.digest}: ${changes}`)
  return {
    outputs: {
      'has-changes': String(asked),
      'plan-digest': made.digest,
      'plan-path': planPath,
      'dossier-path': dossierPath,
      ...(url === undefined ? {} : { 'environment-url': url })
    },
    summary: dossier
  }
}

/** Who may not approve the plan: whoever has a part in it. Nobody is asked at a continuous gate. */
async function whoMayNot(
  pipeline: Pick<Pipeline, 'github' | 'log' | 'repository' | 'run'>,
  environment: Environment,
  protection: Protection | undefined,
  release: string,
  { previous }: Background
): Promise<DossierFacts['excluded']> {
  if (protection === undefined) return undefined
  const deployed = previous.kind === 'none' ? undefined : previous.release.commit
  const authors = await pipeline.log.group('Find out who may approve', async () =>
    requireApprover(pipeline, environment, protection, { release, deployed })
  )
  return authors && { parties: partiesOfRun(pipeline.run, authors), unknown: authors.unknown }
}
