import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasChanges, type Report } from '@sluice/core'
import { type Pipeline, requireProtectedGate } from '@sluice/pipeline'
import { factsOf, readBackground, writeDossier } from './dossier/index.ts'
import { environmentUrl } from './environment-url.ts'
import type { DeployInputs } from './inputs.ts'
import { discardLeftovers } from './leftover-change-sets.ts'
import { makePlan } from './make-plan.ts'
import { documentName, loadTarget } from './target.ts'
import { isUnfinished } from './unfinished-deployment.ts'

/** Shows what a release would change in an environment; changes nothing. */
export async function plan(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const { log, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  const protection = await log.group(`Check the gate of ${environment.name}`, async () =>
    requireProtectedGate(pipeline, environment)
  )
  const target = await log.group('Load the release', async () => loadTarget(pipeline, inputs, 'plan'))
  // Before anything is planned: a release that is not what its digest names is a reason to stop.
  const background = await log.group('Read what is deployed now', async () => readBackground(pipeline, target))
  await log.group('Clean up after runs that could not', async () => discardLeftovers(pipeline, target))
  const made = await log.group(`Compute what changes in ${environment.name}`, async () => makePlan(pipeline, target))
  const unfinished = await isUnfinished(pipeline, target, made)
  const { policy } = pipeline
  const dossier = writeDossier(factsOf(target, made, { ...background, protection, policy, unfinished }))

  const folder = join(run.temp, 'sluice', 'plans')
  await mkdir(folder, { recursive: true })
  const planPath = join(folder, `${documentName(target, made.digest)}.json`)
  const dossierPath = join(folder, `${documentName(target, made.digest)}.md`)
  await writeFile(planPath, made.text)
  await writeFile(dossierPath, dossier)

  const url = environmentUrl(target.settings, target.units, policy.product, stack => made.live.get(stack)?.outputs)
  const changes = hasChanges(made.plan) ? 'changes' : unfinished ? 'only tags and records' : 'no changes'
  log.info(`Plan ${made.digest}: ${changes}`)
  return {
    outputs: {
      'has-changes': String(hasChanges(made.plan) || unfinished),
      'plan-digest': made.digest,
      'plan-path': planPath,
      'dossier-path': dossierPath,
      ...(url === undefined ? {} : { 'environment-url': url })
    },
    summary: dossier
  }
}
