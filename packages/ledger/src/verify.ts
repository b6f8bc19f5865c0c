import { signerOf } from '@sluice/core'
import type { UnconfirmedKey } from './issuer-confirmation.ts'
import type { TrustRules } from './signature.ts'
import { type LedgerProblem, openSnapshot } from './snapshot.ts'
import { hasKeyFor } from './trust.ts'
import { chainProblems, headProblems, signatureProblems, type TimeRules, timeProblems } from './verify-chain.ts'
import { evidenceProblems, keyProblems, pathProblems } from './verify-files.ts'
import { type OrderRules, orderProblems } from './verify-order.ts'
import { stateProblems } from './verify-state.ts'
import { checkTokens } from './verify-tokens.ts'

export interface VerifyOptions extends TrustRules, OrderRules, TimeRules {
  /** Every file of the ledger branch. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Ends at the first problem: enough to know *that* something is wrong. */
  readonly stopAtFirst?: boolean
}

/** What verification found. No problems: every byte is accounted for. */
export interface VerifyReport {
  readonly records: number
  /** Records whose signature was made by a listed key. */
  readonly signed: number
  /** Records that GitHub vouches for. */
  readonly vouched: number
  /** Keys that are the issuer's by the ledger's word alone, and the records that they vouch for. */
  readonly unconfirmed: readonly UnconfirmedKey[]
  readonly problems: readonly LedgerProblem[]
}

/**
 * Checks a whole ledger, trusting nothing but the listed keys: every file belongs there, every byte is the canonical one, every hash leads
 * to the next, no time runs backwards, every signature is by the one whose word the event needs, every event follows from what came before.
 *
 * ```
 * HEAD.json ──hash──► record n ──previous──► record n-1 ──► … ──► record 1
 *                      │ ▲ signature            └─ plan, dossier, evidence ──► evidence/<digest>
 *                      │ └ keys/<fingerprint>.pem ◄── pinned in delivery.yml
 *                      └─state──► state.json ──► sections/<section>/state.json ──► index/root.json ──► …
 * ```
 *
 * Cheap checks come first: hashes find almost everything, so a damaged ledger is told before a signature is looked at.
 */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyReport> {
  const { files, stopAtFirst = false, ...given } = options
  const ledger = openSnapshot(files)
  // A ledger is one repository's. Who does not know which one still demands that head and records agree.
  const rules = { ...(ledger.head.ok ? { repository: ledger.head.head.repository } : {}), ...given }
  const problems: LedgerProblem[] = []
  const checks = [
    pathProblems,
    headProblems,
    chainProblems,
    timeProblems,
    stateProblems,
    keyProblems,
    evidenceProblems,
    orderProblems,
    signatureProblems
  ]
  for (const check of checks) {
    for (const problem of check(ledger, rules)) {
      problems.push(problem)
      if (stopAtFirst) return { records: ledger.length, signed: 0, vouched: 0, unconfirmed: [], problems }
    }
  }
  const tokens = checkTokens(ledger, rules)
  problems.push(...tokens.problems)
  problems.sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0))
  const suspects = new Set(problems.map(problem => problem.sequence))
  const signed = ledger.records.filter(
    ({ sequence, record }) =>
      record?.key !== undefined && hasKeyFor(signerOf(record), rules.trust) && !suspects.has(sequence)
  )
  return {
    records: ledger.length,
    signed: signed.length,
    vouched: tokens.uses.filter(({ sequence }) => !suspects.has(sequence)).length,
    unconfirmed: tokens.unconfirmed,
    problems
  }
}
