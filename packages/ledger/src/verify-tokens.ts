import type { Digest } from '@sluice/core'
import { issuerKeyArchive } from './issuer-archive.ts'
import { findUnconfirmedKeys, type KeyUse, type UnconfirmedKey } from './issuer-confirmation.ts'
import { issuerKeyPath, tokenPath } from './paths.ts'
import type { TrustRules } from './signature.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'
import { readVouching } from './token-problem.ts'

/** What GitHub's word for a whole ledger comes to. */
export interface CheckedTokens {
  readonly problems: readonly LedgerProblem[]
  /** The records that GitHub vouches for, each with the key that says so. */
  readonly uses: readonly KeyUse[]
  /** Keys that are the issuer's by the ledger's word alone. */
  readonly unconfirmed: readonly UnconfirmedKey[]
}

/**
 * GitHub's word does not contradict any record, comes from its keys, and is there where the rules demand it. Keys that nobody confirmed are
 * a problem for whoever asked the issuer, or named the keys that they know; others are told of them.
 */
export function checkTokens(ledger: Snapshot, { tokens: rules = { unvouched: true } }: TrustRules): CheckedTokens {
  const archive = issuerKeyArchive(ledger)
  const problems: LedgerProblem[] = [...archive.problems]
  const uses: KeyUse[] = []
  const used = new Set<Digest>()
  for (const { record, hash, path, sequence } of ledger.records) {
    if (record === undefined || hash === undefined) continue
    const token = ledger.files.get(tokenPath(sequence))
    if (token === undefined) {
      if (rules.unvouched !== true)
        problems.push({ path, sequence, problem: 'GitHub does not vouch for it: there is no token beside it' })
      continue
    }
    const vouching = readVouching({ record, hash, keys: archive.keys }, token, rules)
    if (vouching.key !== undefined) used.add(vouching.key)
    if (vouching.ok) uses.push({ sequence, key: vouching.key })
    else problems.push({ path: tokenPath(sequence), sequence, problem: vouching.problem })
  }
  for (const key of archive.keys.thumbprints) {
    if (!used.has(key)) problems.push({ path: issuerKeyPath(key), problem: 'no token was signed with it' })
  }
  const published = rules.published?.thumbprints ?? new Set<Digest>()
  const unconfirmed = findUnconfirmedKeys(uses, { published, known: new Set(rules.known) })
  if (rules.published !== undefined || rules.known !== undefined) problems.push(...unconfirmed.map(problemOf))
  return { problems, uses, unconfirmed }
}

function problemOf({ key, first, last }: UnconfirmedKey): LedgerProblem {
  const records = first === last ? `record ${first}` : `records ${first} to ${last}`
  return {
    path: issuerKeyPath(key),
    sequence: first,
    problem: `it vouches for ${records}, but no one has seen the issuer publish it`
  }
}
