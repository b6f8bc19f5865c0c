import {
  CLOCK_SKEW,
  type Digest,
  GITHUB_ISSUER,
  hexOf,
  isIssuer,
  type LedgerRecord,
  printMoment,
  type TokenClaims
} from '@sluice/core'
import type { IssuerKeys } from './issuer-keys.ts'
import type { Origins } from './origins.ts'
import { decodeToken } from './token.ts'

/** Whose word counts for where a record comes from, and which jobs may write. */
export interface TokenRules {
  /** Who issues the tokens; GitHub itself unless told. */
  readonly issuer?: string
  /** The keys that the issuer publishes now. Who was online to ask for them knows that a key is the issuer's. */
  readonly published?: IssuerKeys
  /** Asks the issuer for its keys again: it publishes a key before it signs with it, so who asked long ago may not know the newest. */
  readonly publishedNow?: () => Promise<IssuerKeys>
  /** Thumbprints of keys that somebody saw published. */
  readonly known?: readonly Digest[]
  /** Takes records without a token: where the jobs cannot get one. What lies beside a record is checked all the same. */
  readonly unvouched?: boolean
  /** The Sluice whose workflows may write. Without it, any workflow of the repository may have run. */
  readonly sluice?: {
    /** `owner/name` */
    readonly repository: string
    /** The commits that may have run; absent: any. */
    readonly commits?: readonly string[]
  }
  /** From where records may come, by the policies that they name. Absent: from any ref, and of any commit of Sluice. */
  readonly origins?: Origins
}

/** A record with what GitHub says of the job that wrote it. */
export interface VouchedRecord {
  readonly record: LedgerRecord
  /** SHA-256 of the record's file. */
  readonly hash: Digest
  /** The file of the token, if there is one. */
  readonly token: Uint8Array | undefined
  readonly keys: IssuerKeys
}

/** What GitHub says of a record, and with which key it says so; or why its word does not hold for it. */
export type Vouching =
  | { readonly ok: true; readonly claims: TokenClaims; readonly key: Digest }
  | {
      readonly ok: false
      readonly problem: string
      /** The key that signed all the same. */
      readonly key?: Digest
    }

/** The audience of the token that speaks for a record: nobody else takes it, and it speaks for no other record. */
export function audienceOf(hash: Digest): string {
  return `sluice:${hexOf(hash)}`
}

/** What is said of a token whose key nothing tells to be the issuer's. */
export const UNKNOWN_KEY = "its token was not signed by any key that is known to be the issuer's"

/** Why GitHub's word does not hold for a record; `undefined` when it does. */
export function findTokenProblem(vouched: VouchedRecord, rules: TokenRules): string | undefined {
  if (vouched.token === undefined) {
    return rules.unvouched === true ? undefined : 'GitHub does not vouch for it: there is no token beside it'
  }
  const read = readVouching(vouched, vouched.token, rules)
  return read.ok ? undefined : read.problem
}

/** Reads the token beside a record, and compares what it says with what the record says. */
export function readVouching(
  { record, hash, keys }: Omit<VouchedRecord, 'token'>,
  file: Uint8Array,
  rules: TokenRules
): Vouching {
  const decoded = decodeToken(file)
  if (!decoded.ok) return { ok: false, problem: `its token is malformed: ${decoded.problem}` }
  const { token } = decoded
  const key = keys.signerOf(token)
  if (key === undefined) {
    return { ok: false, problem: UNKNOWN_KEY }
  }
  const { claims } = token
  const problem =
    findIssuance(claims, hash, rules.issuer ?? GITHUB_ISSUER) ??
    findTokenTimeProblem(claims, record) ??
    findContradiction(claims, record) ??
    findActorProblem(claims, record) ??
    findJobProblem(claims, record) ??
    findSuiteProblem(claims, record, rules)
  return problem === undefined ? { ok: true, claims, key } : { ok: false, problem, key }
}

function findIssuance({ iss, aud }: TokenClaims, hash: Digest, issuer: string): string | undefined {
  if (!isIssuer(iss, issuer)) return `its token was issued by ${iss}, not by ${issuer}`
  return aud === audienceOf(hash) ? undefined : `its token speaks for ${aud}, but the record is ${audienceOf(hash)}`
}

/**
 * A token is asked for as soon as its record has a time, and tells when. That bounds the record's time; when somebody verifies does not
 * matter, since a token that has expired still says what it said.
 */
function findTokenTimeProblem({ nbf, iat, exp }: TokenClaims, { time }: LedgerRecord): string | undefined {
  if (nbf > iat || iat >= exp) return 'its token was issued at a time when it did not hold'
  if (Math.abs(iat * 1000 - Date.parse(time)) <= CLOCK_SKEW) return undefined
  return `its token was issued at ${printMoment(iat * 1000)}, but the record says ${time}`
}

/** What a record and the token of its job both tell: the name in the token, the name in the record, and the record's word. */
const TOLD: readonly (readonly [keyof TokenClaims, string, (record: LedgerRecord) => string])[] = [
  ['repository_id', 'run.repository', ({ run }) => run.repository],
  ['run_id', 'run.id', ({ run }) => run.id],
  ['run_attempt', 'run.attempt', ({ run }) => String(run.attempt)],
  ['ref', 'run.ref', ({ run }) => run.ref],
  ['workflow_ref', 'run.workflow', ({ run }) => run.workflow],
  ['workflow_sha', 'run.workflowSha', ({ run }) => run.workflowSha],
  ['runner_environment', 'run.runner', ({ run }) => run.runner]
]

function findContradiction(claims: TokenClaims, record: LedgerRecord): string | undefined {
  for (const [claim, member, of] of TOLD) {
    if (claims[claim] !== of(record)) {
      return `GitHub says ${claim} ${JSON.stringify(claims[claim])}, but the record says ${member} ${JSON.stringify(of(record))}`
    }
  }
  return undefined
}

/**
 * Who started the run. GitHub does not document whom a token names once someone else started the run again: the first actor, as the runner does
 * (`GITHUB_ACTOR_ID`), or who did. The record knows both, and the token stays beside it; either will do.
 */
function findActorProblem({ actor_id, actor }: TokenClaims, { actor: first, run }: LedgerRecord): string | undefined {
  const isRerunner = run.attempt > 1 && actor !== undefined && actor === run.triggeringActor
  if (actor_id === first.id || isRerunner) return undefined
  return `GitHub says actor_id ${JSON.stringify(actor_id)}, but the record says actor.id ${JSON.stringify(first.id)}`
}

/**
 * From which jobs a record may come. What touches an environment must come from a job behind that environment's gate, which GitHub lets in
 * only when its rules are met. No job behind one gate speaks for another environment, and none for what is built and released for all. Jobs that record
 * outcomes are behind no gate: their token names no environment, so only the key tells of which they may speak.
 */
function findJobProblem({ environment: job }: TokenClaims, record: LedgerRecord): string | undefined {
  if (job === undefined) {
    return isBehindGate(record)
      ? `${record.event} is told by a job behind the gate of ${record.environment}, but GitHub says that the job named no environment`
      : undefined
  }
  if (record.environment === undefined)
    return `GitHub says that a job of environment ${job} wrote it, but ${record.event} belongs to none`
  // GitHub finds environments whatever the case of their names.
  if (job.toLowerCase() === record.environment.toLowerCase()) return undefined
  return `GitHub says that a job of environment ${job} wrote it, but it is about ${record.environment}`
}

/** `started` and `deployed`: what the deploy job tells of itself. */
function isBehindGate({ event }: LedgerRecord): boolean {
  return event === 'started' || event === 'deployed'
}

function findSuiteProblem(
  { job_workflow_ref: ref, job_workflow_sha: commit }: TokenClaims,
  { run: { sluice: recorded } }: LedgerRecord,
  { sluice }: TokenRules
): string | undefined {
  if (sluice === undefined) return undefined
  const prefix = `${sluice.repository}/.github/workflows/`
  if (!ref.toLowerCase().startsWith(prefix.toLowerCase())) {
    return `GitHub says that the workflow ${ref} ran, which is not one of ${sluice.repository}`
  }
  if (sluice.commits !== undefined && !sluice.commits.includes(commit))
    return `GitHub says that commit ${commit} of ${sluice.repository} ran, which is none that may write`
  if (recorded === undefined) return undefined
  // The name of a tag says nothing against a commit: it may have stood there.
  const { repository, commit: said = commit } = recorded
  const isSame = said === commit && repository.toLowerCase() === sluice.repository.toLowerCase()
  return isSame
    ? undefined
    : `GitHub says that commit ${commit} of ${sluice.repository} ran, but the record says commit ${said} of ${repository}`
}
