import { type Digest, hexOf, type RecordOf, type RunContext, releaseId, UserError } from '@sluice/core'
import { readNote, writeNote } from './job-notes.ts'

/** A plan that a job applies to an environment. */
interface Applied {
  readonly environment: string
  readonly plan: Digest
}

/** Notes for the later steps of this job that a plan was applied. */
export async function noteApplied(run: Pick<RunContext, 'temp'>, applied: Applied): Promise<void> {
  await writeNote(run, nameOf(applied), '')
}

/**
 * Refuses to say of a plan that it is deployed which this job did not apply. It keeps a workflow that leaves a step out from recording what never
 * happened; who holds the environment's role could record it all the same.
 * @param intent the record with which this run said that it is about to apply a plan.
 */
export async function requireApplied(
  run: Pick<RunContext, 'temp'>,
  environment: string,
  plan: Digest | undefined,
  intent: RecordOf<'started'>
): Promise<void> {
  if (plan === undefined)
    throw new UserError('The event deployed requires the input plan-digest: the digest of the plan that was applied.')
  const what = `Plan ${plan} for ${environment}`
  if (intent.plan !== plan)
    throw new UserError(
      `${what} has no \`started\` record in this run: record ${intent.sequence} is about ${intent.plan ?? 'no plan'}. Pass the plan-digest that was applied.`
    )
  if ((await readNote(run, nameOf({ environment, plan }))) !== undefined) return
  const release = intent.release === undefined ? 'the release' : releaseId(intent.release.digest)
  throw new UserError(
    `${what} was not applied in this job, so ${release} cannot be recorded as deployed. Run deploy-stack with \`mode: apply\` in a step before.`
  )
}

function nameOf({ environment, plan }: Applied): string {
  return `applied ${environment} ${hexOf(plan)}`
}
