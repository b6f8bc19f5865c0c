import type { LedgerRecord } from '@sluice/core'
import { type ExaminationTerms, type Examiner, examinerOf } from './examine.ts'
import type { UnconfirmedKey } from './issuer-confirmation.ts'
import { treeOf } from './ledger-tree.ts'
import type { LeftOut } from './omissions.ts'
import { type Outline, outlineOf } from './outline.ts'
import { repairsIn } from './read-repairs.ts'
import type { Repairs } from './repairs.ts'
import type { TrustRules } from './signature.ts'
import type { LedgerProblem } from './snapshot.ts'
import { Tally } from './tally.ts'
import { chainCheck, headCheck, signatureCheck, type TimeRules, timeCheck } from './verify-chain.ts'
import { evidenceCheck, keyCheck, pathCheck } from './verify-files.ts'
import { type OrderRules, orderCheck } from './verify-order.ts'
import { stateCheck } from './verify-state.ts'
import { configCheck, originCheck, tokenCheck } from './verify-tokens.ts'
import { type LedgerCheck, walk } from './walk.ts'

export interface VerifyRules extends TrustRules, OrderRules, TimeRules {
  /** Ends at the first problem: enough to know *that* something is wrong. */
  readonly stopAtFirst?: boolean
  /** Examines records; in this thread unless told. */
  readonly examiner?: (terms: ExaminationTerms) => Examiner
  /** Is given the next records that can be read and are not left out, oldest first, before they are compared with the rules. */
  readonly onRecords?: (records: readonly LedgerRecord[]) => void | Promise<void>
  /** Is told how many records were looked at. */
  readonly onProgress?: (done: number, of: number) => void
}

export interface VerifyOptions extends VerifyRules {
  /** Every file of the ledger branch. */
  readonly files: ReadonlyMap<string, Uint8Array>
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
  /** Records that were never valid, and which valid `repaired` records leave out: they count for nothing. */
  readonly skipped: readonly LeftOut[]
  readonly problems: readonly LedgerProblem[]
}

/** Checks a whole ledger that is in memory. @see verifyTree */
export async function verifyLedger({ files, ...rules }: VerifyOptions): Promise<VerifyReport> {
  return verifyTree(await outlineOf(treeOf(files)), rules)
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
 * Each record is read once, and forgotten when all checks have seen it. What is kept of the past is what rules ask of it: the index, which record said
 * what of which run, release and build, and the plans that have not expired.
 */
export async function verifyTree(outline: Outline, given: VerifyRules): Promise<VerifyReport> {
  // A ledger is one repository's. Who does not know which one still demands that head and records agree.
  const rules = { ...(outline.head.ok ? { repository: outline.head.head.repository } : {}), ...given }
  const { stopAtFirst = false, examiner = examinerOf } = rules
  const terms = termsOf(outline, rules)
  const repairs = await repairsIn(outline, rules)
  const { leftOut: skipped } = repairs
  const first = { records: outline.length, signed: 0, vouched: 0, unconfirmed: [], skipped }
  const [tokens, tally] = [tokenCheck(outline, rules, repairs), new Tally(rules)]
  const [chain, past] = [chainChecks(outline, rules, repairs), pastChecks(outline, rules, repairs)]
  const proofs = [signatureCheck(repairs), tokens, configCheck(rules, repairs), originCheck(rules, repairs), tally]
  // Hashes find almost everything, at a fraction of what signatures cost, and these at one of what the states cost that records lead to.
  const oneByOne = [
    { checks: chain, terms: { ...terms, proofs: false } },
    { checks: proofs, terms },
    { checks: past, terms }
  ]
  const rounds = stopAtFirst ? oneByOne : [{ checks: [...chain, ...past, ...proofs], terms }]
  const problems: LedgerProblem[] = []
  for (const round of rounds) {
    problems.push(...(await ask(round.checks, outline, examiner(round.terms), rules, repairs)))
    if (stopAtFirst && problems.length > 0) return { ...first, problems }
  }
  const counted = tally.without([...problems, ...skipped])
  return { records: outline.length, ...counted, unconfirmed: tokens.unconfirmed(), skipped, problems }
}

/** What can be told by the hashes of files, and by what each record says by itself. */
function chainChecks(outline: Outline, rules: VerifyRules, repairs: Repairs): readonly LedgerCheck[] {
  return [
    pathCheck(outline),
    headCheck(outline, rules),
    { end: () => repairs.problems },
    chainCheck(repairs),
    timeCheck(rules, repairs),
    keyCheck(outline, repairs),
    evidenceCheck(outline, repairs)
  ]
}

/** What can be told by what came before each record. */
function pastChecks(outline: Outline, rules: VerifyRules, repairs: Repairs): readonly LedgerCheck[] {
  return [stateCheck(outline, repairs), orderCheck(rules, repairs)]
}

function termsOf({ keyFiles, issuerKeyFiles }: Outline, rules: VerifyRules): ExaminationTerms {
  const { trust, trustList, advisory, repository, products, config, tokens: { issuer, sluice } = {} } = rules
  return {
    rules: {
      trust,
      ...(trustList === undefined ? {} : { trustList }),
      ...(advisory === undefined ? {} : { advisory }),
      ...(repository === undefined ? {} : { repository }),
      ...(products === undefined ? {} : { products }),
      ...(config === undefined ? {} : { config }),
      tokens: { ...(issuer === undefined ? {} : { issuer }), ...(sluice === undefined ? {} : { sluice }) }
    },
    keyFiles,
    issuerKeyFiles,
    proofs: true
  }
}

/** Asks all questions along one walk. @returns what is wrong by the records' numbers; what belongs to no record first. */
async function ask(
  checks: readonly LedgerCheck[],
  outline: Outline,
  examiner: Examiner,
  { stopAtFirst = false, onRecords, onProgress, tokens }: VerifyRules,
  repairs: Repairs
): Promise<readonly LedgerProblem[]> {
  const found = checks.map((): LedgerProblem[] => [])
  const hasEnough = (): boolean => stopAtFirst && found.some(({ length }) => length > 0)
  for await (const page of walk(outline, examiner)) {
    const counting = page.filter(({ sequence }) => !repairs.isSkipped(sequence))
    const records = counting.flatMap(({ record }) => (record === undefined ? [] : [record]))
    await tokens?.origins?.look(records)
    await onRecords?.(records)
    for (const visited of page) {
      for (const [n, check] of checks.entries()) found[n]?.push(...(check.visit?.(visited) ?? []))
      if (hasEnough()) return found.flat().slice(0, 1)
    }
    onProgress?.(page.at(-1)?.sequence ?? 0, outline.length)
  }
  for (const [n, check] of checks.entries()) {
    for await (const problem of check.end?.() ?? []) found[n]?.push(problem)
    if (hasEnough()) return found.flat().slice(0, 1)
  }
  return found.flat().sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0))
}
