import { createPublicKey } from 'node:crypto'
import { type Digest, Failure, type LedgerRecord, type RecordDraft } from '@sluice/core'
import type { HeadPointer } from './head.ts'
import { indexPath, keyPath, recordPath } from './paths.ts'
import { decodeRecord, encodeRecord, identityOf } from './record.ts'
import { encodeSignature, isSignatureOf } from './signature.ts'
import type { Signer } from './signer.ts'

/** A record on the ledger, with its hash. */
export interface AppendedRecord {
  readonly record: LedgerRecord
  readonly hash: Digest
}

interface ChainedRecords {
  readonly records: readonly AppendedRecord[]
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[]
}

/** Turns drafts into records that follow the head of the ledger, each naming the one before, and into their files. */
export async function chainRecords(request: {
  readonly head: HeadPointer
  readonly drafts: readonly RecordDraft[]
  readonly signer: Signer | undefined
  readonly now: number
}): Promise<ChainedRecords> {
  const { head, drafts, signer, now } = request
  const key = await signer?.publicKey()
  const records: AppendedRecord[] = []
  const files: { readonly path: string; readonly content: Uint8Array }[] = []
  let previous = head.hash
  for (const [n, draft] of drafts.entries()) {
    const sequence = head.sequence + n + 1
    const record: LedgerRecord = {
      ...draft,
      version: 1,
      sequence,
      ...(previous === undefined ? {} : { previous }),
      time: new Date(now).toISOString(),
      ...(signer === undefined || key === undefined
        ? {}
        : { key: { account: signer.account, fingerprint: key.fingerprint } })
    }
    const { bytes, hash } = encodeRecord(record)
    // Nothing can be taken off a ledger, and one record that cannot be read stops everybody who reads it.
    const read = decodeRecord(bytes, sequence)
    if (!read.ok)
      throw new Failure(
        `Record ${sequence} (${draft.event}) would not be readable: ${read.problem}. Nothing was written.`
      )
    records.push({ record, hash })
    files.push(
      { path: recordPath(sequence), content: bytes },
      { path: indexPath(identityOf(draft)), content: encodeIndex(sequence) }
    )
    previous = hash
  }
  if (signer !== undefined && key !== undefined) {
    const signed = files.filter(({ path }) => path.endsWith('.json'))
    files.push(...(await Promise.all(signed.map(file => signFile(signer, key.pem, file)))))
    // Written each time: the same bytes change nothing, and asking whether it is there would be one more call.
    files.push({ path: keyPath(key.fingerprint), content: Buffer.from(key.pem, 'utf8') })
  }
  return { records, files }
}

/** The bytes of an index file. */
export function encodeIndex(sequence: number): Uint8Array {
  return Buffer.from(`${sequence}\n`, 'utf8')
}

async function signFile(
  signer: Signer,
  pem: string,
  file: { readonly path: string; readonly content: Uint8Array }
): Promise<{ readonly path: string; readonly content: Uint8Array }> {
  const signature = await signer.sign(file.content)
  // A key that was replaced since its public half was read would leave a record that nobody can ever verify.
  if (!isSignatureOf(createPublicKey(pem), file.content, signature)) {
    throw new Failure(`The signature of account ${signer.account} does not match its public key. Re-run the job.`)
  }
  return { path: `${file.path}.sig`, content: encodeSignature(signature) }
}
