import { type Digest, evidencePath, sha256 } from '@sluice/core'
import { keyPath } from './paths.ts'
import { evidenceOf } from './record.ts'
import type { LedgerProblem, Snapshot, SnapshotRecord } from './snapshot.ts'

/** Nothing lies on the branch that does not belong to the ledger; no signature without a record. */
export function* pathProblems(ledger: Snapshot): Generator<LedgerProblem> {
  for (const { path, kind } of ledger.entries) {
    if (kind === undefined) {
      yield { path, problem: 'it does not belong in the ledger' }
    } else if (kind.kind === 'signature' && ledger.records[kind.sequence - 1]?.bytes === undefined) {
      yield { path, sequence: kind.sequence, problem: 'it is the signature of a record that is missing' }
    } else if (kind.kind === 'token' && ledger.records[kind.sequence - 1]?.bytes === undefined) {
      yield { path, sequence: kind.sequence, problem: 'it is the token of a record that is missing' }
    }
  }
}

/** Each key file is the key of its name, and some record uses it. */
export function* keyProblems(ledger: Snapshot): Generator<LedgerProblem> {
  const used = firstNamed(ledger, ({ record }) => (record?.key === undefined ? [] : [record.key.fingerprint]))
  for (const [fingerprint, sequence] of used) {
    const path = keyPath(fingerprint)
    if (!ledger.files.has(path)) yield { path, sequence, problem: `the key that signed record ${sequence} is missing` }
    else if (!ledger.keys.has(fingerprint)) yield { path, sequence, problem: 'it is not the key of its name' }
  }
  yield* unnamed(ledger, 'key', used, 'no record is signed with it')
}

/** Each piece of evidence that a record names is there and hashes to its name; no other is there. */
export function* evidenceProblems(ledger: Snapshot): Generator<LedgerProblem> {
  const named = firstNamed(ledger, ({ record }) => (record === undefined ? [] : evidenceOf(record)))
  for (const [digest, sequence] of named) {
    const path = evidencePath(digest)
    const file = ledger.files.get(path)
    if (file === undefined) yield { path, sequence, problem: `the evidence that record ${sequence} names is missing` }
    else if (sha256(file) !== digest) yield { path, sequence, problem: `it hashes to ${sha256(file)}, not to its name` }
  }
  yield* unnamed(ledger, 'evidence', named, 'no record names it')
}

/** Digests that records name, each with the first record that does. */
function firstNamed(
  ledger: Snapshot,
  digestsOf: (record: SnapshotRecord) => readonly Digest[]
): ReadonlyMap<Digest, number> {
  const named = new Map<Digest, number>()
  for (const record of ledger.records) {
    for (const digest of digestsOf(record)) if (!named.has(digest)) named.set(digest, record.sequence)
  }
  return named
}

function* unnamed(
  ledger: Snapshot,
  wanted: 'key' | 'evidence',
  named: ReadonlyMap<Digest, number>,
  problem: string
): Generator<LedgerProblem> {
  for (const { path, kind } of ledger.entries) {
    if (kind?.kind === wanted && !named.has(kind.digest)) yield { path, problem }
  }
}
