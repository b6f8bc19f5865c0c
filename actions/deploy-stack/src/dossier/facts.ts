import {
  type Digest,
  type NamedRelease,
  type Party,
  type Plan,
  type Protection,
  type Release,
  releaseId
} from '@sluice/core'
import type { Delivery, Environment } from '@sluice/delivery'
import type { LogEntry } from '@sluice/git'
import type { Pipeline } from '@sluice/pipeline'
import type { MadePlan } from '../make-plan.ts'
import type { Target } from '../target.ts'
import type { Unfinished } from '../unfinished-deployment.ts'
import { type Adoption, readAdoptions } from './adoptions.ts'
import { type RulesSince, rulesSince } from './deployed-rules.ts'
import { readStanding, type StandingFacts } from './standing.ts'

/** What is deployed now, as far as it can be known: an approver must not take what cannot be read for what is not there. */
export type Previous =
  | { readonly kind: 'none' }
  | { readonly kind: 'known'; readonly release: NamedRelease; readonly units: Release['units'] }
  /** @param why a sentence. */
  | { readonly kind: 'unknown'; readonly release: NamedRelease; readonly why: string }

/** Everything that the dossier is written from. Plain data: who writes it asks nobody anything. */
export interface DossierFacts {
  readonly release: Digest
  readonly units: Release['units']
  /** The units that Sluice did not build. */
  readonly adoptions: readonly Adoption[]
  /** Its address is what the release's commit says. */
  readonly environment: Pick<Environment, 'name' | 'gate' | 'url'>
  /** Of the GitHub Environment; absent where the gate is continuous. */
  readonly protection: Protection | undefined
  /** Whose approval does not count, and the addresses in commits that no account is known for; absent where nobody is asked. */
  readonly excluded: { readonly parties: readonly Party[]; readonly unknown: readonly string[] } | undefined
  /** It names the release's commit. */
  readonly plan: Plan
  readonly planDigest: Digest
  readonly previous: Previous
  /** What the release's commit has and the deployed one has not, newest first; absent where that is no question. */
  readonly commits: readonly LogEntry[] | undefined
  /** What the deployed commit has and the release's has not, newest first: it goes; absent where that is no question. */
  readonly reverted: readonly LogEntry[] | undefined
  /** How the rules differ from those under which the deployed release was let in. */
  readonly rules: RulesSince
  readonly runbook: Target['runbook']
  /** delivery.yml of the default branch, which is in force. */
  readonly policy: Delivery
  /** delivery.yml of the release's commit. */
  readonly committed: Delivery
  /** What speaks against the release, or against what is live, and whether the latter is certain. */
  readonly standing: StandingFacts
  /** Why there is something to do although no stack changes; absent where stacks change, or nothing is to be done. */
  readonly unfinished: Unfinished | undefined
}

/** What is deployed now, and what has been committed since. */
export type Background = Pick<DossierFacts, 'adoptions' | 'previous' | 'commits' | 'reverted' | 'rules' | 'standing'>

/**
 * Reads what the approver compares the release with.
 * @throws UserError or Failure when the stored release is not what its digest names: then nothing that is shown could be trusted.
 */
export async function readBackground(
  pipeline: Pick<Pipeline, 'at' | 'findRelease' | 'history' | 'policy' | 'policyFile' | 'repository' | 'run'>,
  { environment, release, delivery, digest }: Pick<Target, 'environment' | 'release' | 'delivery' | 'digest'>
): Promise<Background> {
  const adoptions = await readAdoptions(pipeline, release)
  const standing = await readStanding(pipeline, environment.name, digest)
  const last = await pipeline.history.lastDeployed(environment.name)
  const rules = await rulesSince(pipeline, last, { commit: release.commit, delivery })
  const deployed = last?.release
  if (deployed === undefined)
    return { adoptions, previous: { kind: 'none' }, commits: undefined, reverted: undefined, rules, standing }
  const previous = await readPrevious(pipeline, deployed)
  const same = deployed.commit === release.commit
  const { repository } = pipeline
  const commits = same ? undefined : await repository.log(deployed.commit, release.commit)
  const reverted = same ? undefined : await repository.log(release.commit, deployed.commit)
  return { adoptions, previous, commits, reverted, rules, standing }
}

/** A release document may have expired: the dossier then says so, and the plan still holds. Every other fault is one. */
async function readPrevious({ findRelease }: Pick<Pipeline, 'findRelease'>, deployed: NamedRelease): Promise<Previous> {
  const found = await findRelease(deployed.digest)
  if (found !== undefined) return { kind: 'known', release: deployed, units: found.units }
  const why = `The document of release ${releaseId(deployed.digest)} is no longer in the ops registry.`
  return { kind: 'unknown', release: deployed, why }
}

/** Puts together what a plan's dossier is written from. */
export function factsOf(
  target: Target,
  made: MadePlan,
  rest: Pick<DossierFacts, keyof Background | 'protection' | 'excluded' | 'policy' | 'unfinished'>
): DossierFacts {
  return {
    release: target.digest,
    units: target.release.units,
    environment: withAddress(target),
    plan: made.plan,
    planDigest: made.digest,
    runbook: target.runbook,
    committed: target.delivery,
    ...rest
  }
}

function withAddress({ environment: { name, gate }, settings: { url } }: Target): DossierFacts['environment'] {
  return { name, gate, ...(url === undefined ? {} : { url }) }
}
