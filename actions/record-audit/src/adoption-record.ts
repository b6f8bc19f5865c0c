import { adoptionJobName, type Digest, parseDraft, sourceTag, UserError } from '@sluice/core'
import { fingerprintOf, type Unit, unitNamed } from '@sluice/delivery'
import {
  type GatePipeline,
  isTested,
  isUnconfined,
  type Pipeline,
  requireConsent,
  requireOnlyAdoption,
  requireProtectedRefs,
  storedBuilds,
  type WriteRequest
} from '@sluice/pipeline'
import type { RecordInputs } from './inputs.ts'

type AdoptionInputs = Extract<RecordInputs, { kind: 'adoption' }>

type AdoptionPipeline = GatePipeline &
  Pick<
    Pipeline,
    | 'at'
    | 'bundles'
    | 'clock'
    | 'defaultBranch'
    | 'draft'
    | 'history'
    | 'log'
    | 'policy'
    | 'policyFile'
    | 'registry'
    | 'repository'
  >

/**
 * Records that a digest which Sluice did not build counts as the build of a unit at this commit. From then on it may reach production like
 * any other, so it is as hard to have as production: by hand, with a reason, and with the word of a reviewer who did not ask for it.
 */
export async function recordOfAdoption(inputs: AdoptionInputs, pipeline: AdoptionPipeline): Promise<WriteRequest> {
  const { run, repository } = pipeline
  if (run.event !== 'workflow_dispatch')
    throw new UserError(
      `A digest is adopted by hand only, but this run was started by ${run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`
    )
  // Called by itself, so nobody asked before.
  await requireProtectedRefs(pipeline)
  const consent = await requireConsent(pipeline, {
    asked: { question: 'adopt', name: adoptionJobName(inputs.digest, inputs.unit) },
    instead: 'Adopt in a run of its own, by a workflow that only calls adopt.yml.',
    plans: async environment => {
      const { open } = await pipeline.history.standing(environment)
      return open.some(({ last }) => last.run.id === run.runId)
    }
  })
  const delivery = await pipeline.at(run.sha)
  const unit = unitNamed(delivery, inputs.unit)
  const fingerprint = await fingerprintOf(repository, run.sha, unit)
  await requireStored(pipeline, unit, fingerprint, inputs.digest)
  await requireSound(pipeline, { unit, fingerprint, digest: inputs.digest })
  const draft = parseDraft({
    ...pipeline.draft(),
    event: 'adopted',
    unit: { name: unit.name, kind: unit.kind, digest: inputs.digest, fingerprint },
    ...consent,
    detail: { reason: inputs.reason, checked: inputs.checked }
  })
  await requireOnlyAdoption(pipeline, draft)
  return { drafts: [draft] }
}

/** Refuses what people's word does not stand in for: the sandbox of a build that is on record without one, and tests. */
async function requireSound(pipeline: AdoptionPipeline, build: Parameters<typeof isTested>[1]): Promise<void> {
  const { unit, digest } = build
  if (await isUnconfined(pipeline, build))
    throw new UserError(
      `The ledger says that ${digest} was built without a sandbox, which delivery.yml demands now. No one's word stands in for that: deliver the commit, so that ${unit.name} is built again.`
    )
  if (!(await isTested(pipeline, build)))
    throw new UserError(
      `The ledger holds no record that ${unit.name} passed its tests as ${digest}. Adopt by adopt.yml as it is shipped: it runs the tests of this commit and records that they passed.`
    )
}

async function requireStored(
  pipeline: AdoptionPipeline,
  unit: Unit,
  fingerprint: Digest,
  digest: Digest
): Promise<void> {
  const found: Digest[] = []
  for await (const stored of storedBuilds(pipeline, unit, fingerprint, 'push')) {
    if (stored.digest === digest) return
    if (stored.digest !== undefined) found.push(stored.digest)
  }
  throw new UserError(
    `The ops registry does not name ${digest} as a build of ${unit.name} at this commit (${sourceTag(fingerprint)}); it names ${found.length === 0 ? 'none' : found.join(', ')}. Adopt one of those, or start the workflow on the commit that the digest was built from.`
  )
}
