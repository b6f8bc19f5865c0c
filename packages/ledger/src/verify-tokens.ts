import type { Digest } from '@sluice/core'
import { issuerKeyArchive } from './issuer-archive.ts'
import { KeyConfirmation, type UnconfirmedKey } from './issuer-confirmation.ts'
import type { Outline } from './outline.ts'
import { issuerKeyPath, tokenPath } from './paths.ts'
import type { Repairs } from './repairs.ts'
import { findOtherConfig, type TrustRules } from './signature.ts'
import type { LedgerProblem } from './snapshot.ts'
import type { LedgerCheck } from './walk.ts'

/**
 * GitHub's word does not contradict any record, comes from its keys, and is there where the rules demand it. Keys that nobody confirmed are
 * a problem for whoever asked the issuer, or named the keys that they know; others are told of them.
 */
export interface TokenCheck extends Required<LedgerCheck> {
  /** Keys that are the issuer's by the ledger's word alone; known at the end. */
  unconfirmed(): readonly UnconfirmedKey[]
}

/** Each record comes from where the policy that it names lets records come from. */
export function originCheck({ tokens: { origins } = {} }: TrustRules, repairs: Repairs): LedgerCheck {
  return {
    *visit({ record, vouching, path, sequence }) {
      if (record === undefined || repairs.isSkipped(sequence)) return
      const problem = origins?.problemOf(record, vouching?.ok === true ? vouching.commit : undefined)
      if (problem !== undefined) yield { path, sequence, problem }
    }
  }
}

/** One file rules a product. Where who reads does not say which, it is the one that the first record names. */
export function configCheck({ config }: TrustRules, repairs: Repairs): LedgerCheck {
  let first: string | undefined
  return {
    *visit({ record, path, sequence }) {
      // A file that is known was asked for of each record by itself.
      if (config !== undefined || record === undefined || repairs.isSkipped(sequence)) return
      const problem = findOtherConfig(record, first)
      first ??= record.policy?.path
      if (problem !== undefined) yield { path, sequence, problem }
    }
  }
}

/** @see TokenCheck */
export function tokenCheck(
  { issuerKeyFiles }: Outline,
  { tokens: rules = { unvouched: true } }: TrustRules,
  repairs: Repairs
): TokenCheck {
  const archive = issuerKeyArchive(issuerKeyFiles)
  const used = new Set<Digest>()
  const published = rules.published?.thumbprints ?? new Set<Digest>()
  const confirmation = new KeyConfirmation({ published, known: new Set(rules.known) })
  const unconfirmed = (): readonly UnconfirmedKey[] => confirmation.unconfirmed()
  return {
    unconfirmed,
    *visit({ record, vouching, path, sequence }) {
      if (record === undefined) return
      const isSkipped = repairs.isSkipped(sequence)
      if (vouching === undefined) {
        if (!isSkipped && rules.unvouched !== true)
          yield { path, sequence, problem: 'GitHub does not vouch for it: there is no token beside it' }
        return
      }
      if (vouching.key !== undefined) used.add(vouching.key)
      if (isSkipped) return
      if (vouching.ok) confirmation.note({ sequence, key: vouching.key })
      else yield { path: tokenPath(sequence), sequence, problem: vouching.problem }
    },
    *end() {
      for (const it of archive.problems) yield { kind: 'stray', ...it }
      for (const key of archive.keys.thumbprints) {
        if (!used.has(key)) yield { kind: 'stray', path: issuerKeyPath(key), problem: 'no token was signed with it' }
      }
      if (rules.published !== undefined || rules.known !== undefined) yield* unconfirmed().map(problemOf)
    }
  }
}

function problemOf({ key, first, last }: UnconfirmedKey): LedgerProblem {
  const records = first === last ? `record ${first}` : `records ${first} to ${last}`
  return {
    path: issuerKeyPath(key),
    sequence: first,
    problem: `it vouches for ${records}, but no one has seen the issuer publish it. If it did, and has replaced it since, list it in ledger.issuerKeys of delivery.yml: Sluice's docs/ledger.md says how to make sure`
  }
}
