import { type Digest, evidencePath, sha256 } from '@sluice/core'
import type { Outline } from './outline.ts'
import { keyPath, signaturePath, tokenPath } from './paths.ts'
import { evidenceOf } from './record.ts'
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
        if (kind === undefined) yield { path, problem: 'it does not belong in the ledger' }
        else if (kind.kind === 'signature' || kind.kind === 'token') yield orphan(kind.kind, kind.sequence)
      }
    }
  }
}

const ORPHANS = { signature: signaturePath, token: tokenPath }

function orphan(kind: keyof typeof ORPHANS, sequence: number): LedgerProblem {
  return { path: ORPHANS[kind](sequence), sequence, problem: `it is the ${kind} of a record that is missing` }
}

/** Each key file is the key of its name, and some record uses it. */
export function keyCheck({ keyFiles, keys }: Outline): LedgerCheck {
  const used = new Set<Digest>()
  return {
    *visit({ record }) {
      const fingerprint = record?.key?.fingerprint
      if (record === undefined || fingerprint === undefined || used.has(fingerprint)) return
      used.add(fingerprint)
      const { sequence } = record
      const path = keyPath(fingerprint)
      if (!keyFiles.has(fingerprint))
        yield { path, sequence, problem: `the key that signed record ${sequence} is missing` }
      else if (!keys.has(fingerprint)) yield { path, sequence, problem: 'it is not the key of its name' }
    },
    *end() {
      for (const fingerprint of keyFiles.keys()) {
        if (!used.has(fingerprint)) yield { path: keyPath(fingerprint), problem: 'no record is signed with it' }
      }
    }
  }
}

/** Each piece of evidence that a record names is there and hashes to its name; no other is there. */
export function evidenceCheck({ evidence: there }: Outline): LedgerCheck {
  const named = new Set<Digest>()
  return {
    *visit({ record, sequence, evidence }) {
      if (record === undefined) return
      for (const digest of evidenceOf(record)) {
        if (named.has(digest)) continue
        named.add(digest)
        const path = evidencePath(digest)
        const file = evidence.get(digest)
        if (file === undefined)
          yield { path, sequence, problem: `the evidence that record ${sequence} names is missing` }
        else if (sha256(file) !== digest)
          yield { path, sequence, problem: `it hashes to ${sha256(file)}, not to its name` }
      }
    },
    *end() {
      for (const digest of there)
        if (!named.has(digest)) yield { path: evidencePath(digest), problem: 'no record names it' }
    }
  }
}
