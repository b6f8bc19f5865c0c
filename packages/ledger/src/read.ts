import type { KeyObject } from 'node:crypto'
import { type Digest, type LedgerRecord, sha256, UserError } from '@sluice/core'
import { keyPath, recordPath, signaturePath } from './paths.ts'
import { decodeRecord } from './record.ts'
import { decodeKey, findTrustProblem, type TrustRules } from './signature.ts'
import type { Trust } from './signer.ts'
import type { LedgerStore } from './store.ts'
import { earlierOf, findTimeProblem } from './time-order.ts'

/** Records fetched by one call. */
const PAGE = 50

export interface ReadOptions extends TrustRules {
  /** Records fetched by one call; default 50. */
  readonly pageSize?: number
}

/**
 * Walks the ledger from its newest record to its first. Each record is checked before it is given out: hash chain from `HEAD.json` down,
 * signature, trusted key, product and repository, time. Stop early: what was not asked for is not fetched.
 * @throws UserError at the first record that was tampered with.
 */
export async function* readBackwards(
  store: LedgerStore,
  options: ReadOptions
): AsyncGenerator<LedgerRecord, void, undefined> {
  const { pageSize = PAGE, ...rules } = options
  const head = await store.head(keyPaths(rules.trust))
  if (head === undefined) return
  const keys = trustedKeys(rules.trust, head.files)
  let expected = head.hash
  let earliest: LedgerRecord | undefined
  for (let top = head.sequence; top > 0; top -= pageSize) {
    const page = Array.from({ length: Math.min(pageSize, top) }, (_, n) => top - n)
    const files = await store.read(
      page.flatMap(sequence => [recordPath(sequence), signaturePath(sequence)]),
      head.oid
    )
    for (const sequence of page) {
      const record = readRecord(sequence, expected, files, keys, rules)
      const problem = earliest === undefined ? undefined : findTimeProblem(record, earliest)
      if (problem !== undefined) throw tampered(sequence, problem)
      earliest = earlierOf(record, earliest)
      expected = record.previous
      yield record
    }
  }
}

function readRecord(
  sequence: number,
  expected: Digest | undefined,
  files: ReadonlyMap<string, Uint8Array>,
  keys: ReadonlyMap<Digest, KeyObject>,
  rules: TrustRules
): LedgerRecord {
  const bytes = files.get(recordPath(sequence))
  if (bytes === undefined) throw tampered(sequence, 'its file is missing')
  const hash = sha256(bytes)
  if (hash !== expected) throw tampered(sequence, `its file hashes to ${hash} instead of ${expected}`)
  const decoded = decodeRecord(bytes, sequence)
  if (!decoded.ok) throw tampered(sequence, decoded.problem)
  const { record } = decoded
  const problem = findTrustProblem({ record, bytes, signature: files.get(signaturePath(sequence)), keys }, rules)
  if (problem !== undefined) throw tampered(sequence, problem)
  return record
}

function tampered(sequence: number, problem: string): UserError {
  return new UserError(
    `Ledger record ${sequence} cannot be trusted: ${problem}. Run \`sluice verify\`; no decision is based on this ledger until it verifies.`
  )
}

function keyPaths(trust: Trust): readonly string[] {
  return [...new Set(Object.values(trust))].map(keyPath)
}

function trustedKeys(trust: Trust, files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<Digest, KeyObject> {
  const keys = new Map<Digest, KeyObject>()
  for (const fingerprint of Object.values(trust)) {
    const file = files.get(keyPath(fingerprint))
    const key = file === undefined ? undefined : decodeKey(file, fingerprint)
    if (key !== undefined) keys.set(fingerprint, key)
  }
  return keys
}
