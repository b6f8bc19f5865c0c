import { type Digest, evidencePath, sha256 } from '@sluice/core'
import type { Outline } from './outline.ts'
import { keyPath, signaturePath, tokenPath } from './paths.ts'
import { evidenceOf } from './record.ts'
import type { Repairs } from './repairs.ts'
import type { LedgerProblem } from './snapshot.ts'
import type { LedgerCheck } from './walk.ts'

/** Nothing lies on the branch that does not belong to the ledger; no signature without a record. */
export function pathCheck({ others }: Outline): LedgerCheck {
  return {
    *visit({ sequence, bytes, signature, token }) {
      if (bytes !== undefined) return
      if (signature !== undefined) yield orphan('signature', sequence)
      if (token !== undefined) yield orphan('token', sequence)
    },
    *end() {
      for (const { path, kind } of others) {
        if (kind === undefined) yield { kind: 'stray', path, problem: 'it does not belong in the ledger' }
        else if (kind.kind === 'record' || kind.kind === 'signature' || kind.kind === 'token')
          yield {
            kind: 'stray',
            path,
            problem: 'it lies in the place of a later record, which no HEAD.json has counted'
          }
      }
    }
  }
}

const ORPHANS = { signature: signaturePath, token: tokenPath }

function orphan(kind: keyof typeof ORPHANS, sequence: number): LedgerProblem {
  return {
    kind: 'stray',
    path: ORPHANS[kind](sequence),
    sequence,
    problem: `it is the ${kind} of a record that is missing`
  }
}

/** Each key file is the key of its name, and some record uses it. */
export function keyCheck({ keyFiles, keys }: Outline, repairs: Repairs): LedgerCheck {
  const used = new Set<Digest>()
  return {
    *visit({ record }) {
      const fingerprint = record?.key?.fingerprint
      if (record === undefined || fingerprint === undefined || used.has(fingerprint)) return
      used.add(fingerprint)
      const { sequence } = record
      if (repairs.isSkipped(sequence)) return
      const path = keyPath(fingerprint)
      if (!keyFiles.has(fingerprint))
        yield { path, sequence, problem: `the key that signed record ${sequence} is missing` }
      else if (!keys.has(fingerprint)) yield { path, sequence, problem: 'it is not the key of its name' }
    },
    *end() {
      for (const fingerprint of keyFiles.keys()) {
        if (!used.has(fingerprint))
          yield { kind: 'stray', path: keyPath(fingerprint), problem: 'no record is signed with it' }
      }
    }
  }
}

/** Each piece of evidence that a record names is there and hashes to its name; no other is there. */
export function evidenceCheck({ evidence: there }: Outline, repairs: Repairs): LedgerCheck {
  const named = new Set<Digest>()
  /** What only records name that are left out, and what is wrong with it. */
  const doubtful = new Map<Digest, string>()
  return {
    *visit({ record, sequence, evidence }) {
      if (record === undefined) return
      for (const digest of evidenceOf(record)) {
        const problem = named.has(digest) ? doubtful.get(digest) : findDocumentProblem(digest, evidence.get(digest))
        named.add(digest)
        if (problem === undefined) continue
        if (repairs.isSkipped(sequence)) doubtful.set(digest, problem)
        else {
          doubtful.delete(digest)
          const what = problem === MISSING ? `the evidence that record ${sequence} names is missing` : problem
          yield { path: evidencePath(digest), sequence, problem: what }
        }
      }
    },
    *end() {
      for (const digest of there)
        if (!named.has(digest)) yield { kind: 'stray', path: evidencePath(digest), problem: 'no record names it' }
    }
  }
}

const MISSING = 'missing'

function findDocumentProblem(digest: Digest, file: Uint8Array | undefined): string | undefined {
  if (file === undefined) return MISSING
  const found = sha256(file)
  return found === digest ? undefined : `it hashes to ${found}, not to its name`
}
