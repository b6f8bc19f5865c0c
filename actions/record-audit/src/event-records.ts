import { readFile } from 'node:fs/promises'
import {
  type Approval,
  type Authors,
  type Digest,
  type DraftOf,
  type NamedRelease,
  type Protection,
  parseDraft,
  sha256,
  UserError
} from '@sluice/core'
import { type Environment, unitNamed } from '@sluice/delivery'
import {
  acceptanceAsGrounds,
  asksReviewers,
  type GatePipeline,
  type historyOf,
  type Pipeline,
  readApprovals,
  readEnvironmentId,
  requireAcceptance,
  requireApplied,
  requireApproval,
  requireApprover,
  requireIntent,
  requirePolicyOfNow,
  requireProtectedGate,
  type UnchangedPipeline,
  type WriteRequest
} from '@sluice/pipeline'
import { announce } from './announcement.ts'
import { evidenceFor, splitReport } from './event-evidence.ts'
import { factsOf } from './facts.ts'
import type { RecordInputs } from './inputs.ts'
import { type WithdrawnPlace, withdrawal } from './withdrawal.ts'

type EventInputs = Extract<RecordInputs, { kind: 'events' }>

type EventPipeline = GatePipeline &
  UnchangedPipeline &
  Parameters<typeof historyOf>[0] &
  Pick<Pipeline, 'at' | 'clock' | 'draft' | 'environment' | 'environmentBefore' | 'history' | 'log' | 'release' | 'run'>

interface EventRequest extends WriteRequest {
  /** What the release that is withdrawn is to the environment. */
  readonly withdrawn?: WithdrawnPlace
}

/** Records of what is happening now, each with the facts that its event calls for. */
export async function recordsOfEvents(inputs: EventInputs, pipeline: EventPipeline): Promise<EventRequest> {
  const announced = await announce(pipeline, inputs)
  const release = announced?.named ?? (await releasedBefore(pipeline, inputs.release))
  const { authors, ...gate } = await gateFacts(inputs, release, pipeline)
  const unit =
    inputs.unit === undefined
      ? undefined
      : { ...inputs.unit, kind: unitNamed(await pipeline.at(pipeline.run.sha), inputs.unit.name).kind }
  const plan = inputs.planPath === undefined ? undefined : await readFile(inputs.planPath)
  const dossier = inputs.dossierPath === undefined ? undefined : await readFile(inputs.dossierPath)
  if (plan !== undefined && inputs.plan !== undefined && sha256(plan) !== inputs.plan) {
    throw new UserError(
      `The plan in ${inputs.planPath} hashes to ${sha256(plan)}, but plan-digest is ${inputs.plan}. Pass both from the job that planned.`
    )
  }
  const planDigest = inputs.plan ?? (plan === undefined ? undefined : sha256(plan))

  const facts = await factsOf(inputs)
  const { detail: reported, document: build } = inputs.events.includes('built') ? splitReport(facts) : { detail: facts }
  const withdrawn = inputs.events.includes('withdrawn')
    ? await withdrawal({ ...inputs, release, detail: facts }, pipeline)
    : undefined
  const stated = withdrawn?.detail ?? reported
  const found = { ...(authors && { authors }), ...(announced?.unchanged && { unchanged: announced.unchanged }) }
  const detail = Object.keys(found).length === 0 ? stated : { ...stated, ...found }

  const drafts = inputs.events.map(event =>
    parseDraft({
      ...pipeline.draft(),
      event,
      ...(inputs.environment === undefined ? {} : { environment: inputs.environment }),
      ...(release === undefined ? {} : { release }),
      ...(unit === undefined ? {} : { unit }),
      ...(planDigest === undefined ? {} : { plan: planDigest }),
      ...(dossier === undefined ? {} : { dossier: sha256(dossier) }),
      ...evidenceFor(event, { release: announced?.document, build }),
      ...gate,
      ...(detail === undefined ? {} : { detail })
    })
  )
  const intent = drafts.find(draft => draft.event === 'started')
  const grounds =
    intent === undefined ? (announced?.grounds ?? withdrawn?.grounds) : await requireEntry(pipeline, intent)
  return {
    drafts,
    ...(grounds && { grounds }),
    ...(withdrawn && { withdrawn: withdrawn.place }),
    attachments: [plan, dossier, announced?.document.content, build?.content].filter(it => it !== undefined)
  }
}

/** An intent lets the deployment begin, so it is not recorded of a release that may not enter. @returns what it rests on until it has landed. */
async function requireEntry(
  pipeline: EventPipeline,
  { environment, release, plan, detail }: DraftOf<'started'>
): Promise<WriteRequest['grounds']> {
  if (environment === undefined || release === undefined) return undefined
  if (plan === undefined)
    throw new UserError(
      'The event started requires the input plan-digest: the digest of the plan that is about to be applied.'
    )
  const entrant = { release, environment, kind: detail?.promotion?.kind ?? 'release' } as const
  await requireAcceptance(pipeline, entrant)
  return acceptanceAsGrounds(pipeline, entrant)
}

/** A release with its commit, from the ledger. */
async function releasedBefore(
  { history }: Pick<Pipeline, 'history'>,
  digest: Digest | undefined
): Promise<NamedRelease | undefined> {
  if (digest === undefined) return undefined
  const released = await history.released(digest)
  if (released === undefined) throw new UserError(`The ledger holds no release ${digest}. Record \`released\` first.`)
  return released
}

/** What a record says of the gate, besides what its event says anyway. */
interface GateFacts {
  readonly environmentId?: number
  readonly protection?: Protection
  readonly approvals?: readonly Approval[]
  readonly authors?: Authors
}

/**
 * What is known of the gate. A plan is announced together with who may not approve it, and with the approvals that were there before it; an
 * intent is recorded only at the same gate, and with a new approval of that plan.
 */
async function gateFacts(
  inputs: EventInputs,
  release: NamedRelease | undefined,
  pipeline: GatePipeline & Pick<Pipeline, 'clock' | 'environment' | 'history' | 'policyFile' | 'repository'>
): Promise<GateFacts> {
  if (inputs.environment === undefined) return {}
  const environment = pipeline.environment(inputs.environment)
  if (inputs.events.includes('planned')) return factsOfPlan(pipeline, environment, release)
  if (inputs.events.includes('started')) {
    const protection = await requireProtectedGate(pipeline, environment)
    const announced = environment.gate !== 'continuous' && inputs.plan !== undefined
    const announcement = announced
      ? await pipeline.history.announcement(inputs.plan, pipeline.run.runId, environment)
      : undefined
    const approvals = await requireApproval(pipeline, environment, protection, announcement)
    if (approvals !== undefined && announcement !== undefined) await requirePolicyOfNow(pipeline, announcement.time)
    return { environmentId: protection.id, protection, ...(approvals === undefined ? {} : { approvals }) }
  }
  if (inputs.events.includes('deployed') && inputs.release !== undefined) {
    const intent = await requireIntent(pipeline, environment.name, inputs.release)
    await requireApplied(pipeline.run, environment.name, inputs.plan, intent)
    return intent.protection === undefined ? {} : { environmentId: intent.protection.id }
  }
  const environmentId = await readEnvironmentId(pipeline, environment.name)
  return environmentId === undefined ? {} : { environmentId }
}

async function factsOfPlan(
  pipeline: GatePipeline & Pick<Pipeline, 'history' | 'repository'>,
  environment: Environment,
  release: NamedRelease | undefined
): Promise<GateFacts> {
  const protection = await requireProtectedGate(pipeline, environment)
  const facts = { environmentId: protection.id, protection }
  if (release === undefined || !asksReviewers(environment, protection)) return facts
  const deployed = (await pipeline.history.lastDeployed(environment.name))?.release
  const commits = { release: release.commit, deployed: deployed?.commit }
  const authors = await requireApprover(pipeline, environment, protection, commits)
  return {
    ...facts,
    ...(authors === undefined ? {} : { authors }),
    approvals: await readApprovals(pipeline, environment.name)
  }
}
