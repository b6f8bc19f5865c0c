import { createPublicKey } from 'node:crypto'
import { type Digest, type RecordDraft, sha256, UserError } from '@sluice/core'
import type { AppendedRecord } from './chain.ts'
import { indexPath, recordPath, signaturePath } from './paths.ts'
import { decodeRecord, identityOf } from './record.ts'
import { findTrustProblem } from './signature.ts'
import type { Signer } from './signer.ts'
import type { LedgerHead, LedgerStore } from './store.ts'

interface Search {
  readonly store: LedgerStore
  /** Must hold the index files of all identities. */
  readonly head: LedgerHead
  readonly drafts: readonly RecordDraft[]
  readonly identities: readonly Digest[]
  readonly signer: Signer | undefined
}

/**
 * For each draft the record that states it already, if there is one. Costs a call only when something was found.
 * @throws UserError when the record that the index names is another, or not signed by this signer: somebody planted it to keep the real
 * one from being written. Also when it states the same event of another release or plan.
 */
export async function findRecorded(search: Search): Promise<readonly (AppendedRecord | undefined)[]> {
  const { store, head, drafts, identities, signer } = search
  const sequences = identities.map(identity => decodeIndex(head.files.get(indexPath(identity))))
  const known = sequences.filter(sequence => sequence !== undefined)
  if (known.length === 0) return drafts.map(() => undefined)
  const files = await store.read(
    known.flatMap(sequence => [recordPath(sequence), signaturePath(sequence)]),
    head.oid
  )
  const found: (AppendedRecord | undefined)[] = []
  for (const [n, draft] of drafts.entries()) {
    const sequence = sequences[n]
    found.push(sequence === undefined ? undefined : await checkRecorded(draft, sequence, files, signer))
  }
  return found
}

async function checkRecorded(
  draft: RecordDraft,
  sequence: number,
  files: ReadonlyMap<string, Uint8Array>,
  signer: Signer | undefined
): Promise<AppendedRecord> {
  const refuse = (problem: string): UserError =>
    new UserError(
      `Ledger record ${sequence}, indexed as this job's "${draft.event}" record, is not valid: ${problem}. The ledger may have been tampered with: run \`sluice verify\`.`
    )
  const bytes = files.get(recordPath(sequence))
  if (bytes === undefined) throw refuse('its file is missing')
  const decoded = decodeRecord(bytes, sequence)
  if (!decoded.ok) throw refuse(decoded.problem)
  const { record } = decoded
  if (identityOf(record) !== identityOf(draft)) throw refuse('it belongs to another run, job or event')
  if (signer !== undefined) {
    const { pem, fingerprint } = await signer.publicKey()
    const problem = findTrustProblem(
      {
        record,
        bytes,
        signature: files.get(signaturePath(sequence)),
        keys: new Map([[fingerprint, createPublicKey(pem)]])
      },
      { trust: { [signer.account]: fingerprint } }
    )
    if (problem !== undefined) throw refuse(problem)
  }
  if (record.release?.digest !== draft.release?.digest || record.plan !== draft.plan) {
    throw refuse('it is about another release or plan. A job records each event only once')
  }
  return { record, hash: sha256(bytes) }
}

function decodeIndex(file: Uint8Array | undefined): number | undefined {
  if (file === undefined) return undefined
  const sequence = Number(Buffer.from(file).toString('utf8'))
  return Number.isSafeInteger(sequence) && sequence >= 1 ? sequence : undefined
}
