import { type Digest, type LedgerRecord, type SkippedRecord, UserError } from '@sluice/core'
import { trustRulesOf } from '@sluice/delivery'
import { fetchedTip } from '@sluice/git'
import {
  findBrokenProof,
  MADE_ANEW,
  openSnapshot,
  previewRepair,
  type RepairPreview,
  readHistory,
  readLedgerFiles,
  repairLedger,
  type TrustRules
} from '@sluice/ledger'
import { requireBoundConfig } from './bound-config.ts'
import { requireConsent, requireUnanswered } from './consent.ts'
import type { Pipeline } from './pipeline.ts'
import { requireProtectedRefs } from './protected-refs.ts'
import { type Policy, readPolicyNow } from './read-policy.ts'
import { repairOrigins } from './repair-origins.ts'
import { readEnvironmentId } from './run-gate.ts'
import { sectionsOf } from './sections-of.ts'
import { type WritingPipeline, writingTerms } from './write-records.ts'

type RepairPipeline = WritingPipeline &
  Pick<Pipeline, 'defaultBranch' | 'draft' | 'environment' | 'policyFile' | 'repository'>

export type { RepairPreview }

/** What a repair wrote. */
export interface RepairedSection {
  readonly record: LedgerRecord
  readonly hash: Digest
  readonly skipped: readonly SkippedRecord[]
}

/** Which part of the ledger is repaired. */
interface RepairedPart {
  /** Absent: what belongs to no environment. */
  readonly environment: string | undefined
}

/** The whole ledger, as the clone of the job has it. */
interface WholeLedger {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly oid: string
  /** The number of the last record that its history counts. */
  readonly reach: number
  readonly records: ReturnType<typeof openSnapshot>['records']
}

/**
 * Tells what a repair would leave out, to show it to the reviewer before he is asked; nothing is written, and no rights are needed but to read.
 * @throws UserError when there is nothing to repair, or what is wrong is not for a record to repair.
 */
export async function previewOfRepair(pipeline: RepairPipeline, { environment }: RepairedPart): Promise<RepairPreview> {
  const { policy, run, vouching } = pipeline
  await requireUnanswered(pipeline)
  const { files, reach } = await readWhole(pipeline)
  const rules = { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() }
  return previewRepair({
    ...{ files, reach, sections: sectionsOf(policy), isAnchored: policy.ledger.anchors !== undefined },
    owner: { repository: run.repositoryId, product: policy.product },
    rules: judging(pipeline, rules),
    about: { ...pipeline.draft(), ...(environment === undefined ? {} : { environment }) }
  })
}

/**
 * Leaves out of the ledger what was never valid in one of its sections, with the word of a reviewer who did not ask for it. A ledger that ends in
 * such a record cannot be asked anything, so all of it is read, from the clone of the job.
 * @throws UserError when there is nothing to repair, or what is wrong is not for a record to repair.
 */
export async function repairSection(
  pipeline: RepairPipeline,
  { environment, reason, shown }: RepairedPart & { readonly reason: string; readonly shown?: Digest }
): Promise<RepairedSection> {
  const { policy, run } = pipeline
  if (run.event !== 'workflow_dispatch')
    throw new UserError(
      `A ledger is repaired by hand only, but this run was started by ${run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`
    )
  const levels = environment === undefined ? undefined : [pipeline.environment(environment).level]
  await requireProtectedRefs(pipeline, levels)
  const { files, oid, reach, records: past } = await readWhole(pipeline)
  const consent = await requireConsent(pipeline, {
    asked: { question: 'repair' },
    instead: 'Repair in a run of its own, by a workflow that only calls repair.yml.',
    // Nothing can be asked of a ledger that needs a repair; a forged plan of this run only makes somebody start another.
    plans: async name => past.some(({ record }) => record?.environment === name && isPlanOf(record, run.runId))
  })
  const about = { ...pipeline.draft(), ...(await placeOf(pipeline, environment)), ...consent }
  const { store, rules, ...terms } = await writingTerms(pipeline, [{ ...about, event: 'repaired' }])
  const { record, hash } = await repairLedger({
    ...{ ...terms, store, files, oid, reach, about, reason },
    ...{ rules: judging(pipeline, rules), sections: sectionsOf(policy) },
    ...(shown === undefined ? {} : { shown })
  })
  const skipped = record.event === 'repaired' ? (record.detail?.skipped ?? []) : []
  return { record, hash, skipped }
}

/** @throws UserError where the clone has no ledger, or one on which something was changed that is written once. */
async function readWhole({ policy, policyFile, run }: RepairPipeline): Promise<WholeLedger> {
  const { branch } = policy.ledger
  const oid = await fetchedTip(run.workspace, branch, run.sha)
  if (oid === undefined)
    throw new UserError(
      `The clone of this job does not have the branch ${branch}. Check out with fetch-depth: 0; without a ledger there is nothing to repair.`
    )
  const reach = await requireUnchanged(run.workspace, branch, oid)
  const files = await readLedgerFiles({ directory: run.workspace, branch, at: oid })
  const { records } = openSnapshot(files)
  requireBoundConfig(records.find(({ record }) => record?.policy !== undefined)?.record?.policy?.path, policyFile)
  return { files, oid, reach, records }
}

/** By what records are judged that may be left out: also by the policies that they name. */
function judging(pipeline: RepairPipeline, rules: TrustRules): TrustRules {
  const { path } = pipeline.policyFile
  const readNow = async (): Promise<Policy> => readPolicyNow({ ...pipeline, config: path })
  return { ...rules, config: path, tokens: { ...rules.tokens, origins: repairOrigins({ ...pipeline, readNow }) } }
}

/** The environment that is repaired, with GitHub's number of it, as its other records have that; the consent was asked for elsewhere. */
async function placeOf(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  environment: string | undefined
): Promise<{ readonly environment?: string; readonly environmentId?: number }> {
  if (environment === undefined) return {}
  const environmentId = await readEnvironmentId(pipeline, environment)
  return { environment, ...(environmentId === undefined ? {} : { environmentId }) }
}

/** Whether a record says that a run brings a deployment before somebody. */
function isPlanOf({ event, run }: LedgerRecord, runId: string): boolean {
  return run.id === runId && (event === 'planned' || event === 'started')
}

/**
 * Refuses a branch on which a record, or what proves one, was changed or removed: a signature that was taken away would make a valid record look as if it had never been.
 * @returns the number of the last record.
 */
async function requireUnchanged(directory: string, branch: string, oid: string): Promise<number> {
  const history = await readHistory({ directory, branch, at: oid })
  const changed = findBrokenProof(history)
  if (changed === undefined) return history.reach
  throw new UserError(
    `On ${branch}, ${changed.path} was not left as it was written: ${changed.problem}. No record can repair that: ${MADE_ANEW} Then repair.`
  )
}
