import { type LedgerRecord, type RecordDraft, signerOf } from '@sluice/core'
import { signedBytes } from '../src/envelope.ts'
import { encodeHead } from '../src/head.ts'
import { openSnapshot, type Signer } from '../src/index.ts'
import { lowS } from '../src/low-s.ts'
import { NewestFiles } from '../src/newest-files.ts'
import { HEAD_PATH, keyPath, recordPath, signaturePath, tokenPath } from '../src/paths.ts'
import { encodeRecord } from '../src/record.ts'
import { encodeSignature } from '../src/signature.ts'
import { StateMachine } from '../src/state-machine.ts'
import { derivedFiles } from '../src/verify-state.ts'
import { OWNER } from './drafts.ts'
import type { MemoryStore } from './memory-store.ts'

/** The records of a ledger, oldest first. */
export function recordsOn(store: MemoryStore): readonly LedgerRecord[] {
  return openSnapshot(store.files).records.flatMap(({ record }) => (record === undefined ? [] : [record]))
}

/** The newest records of a ledger, with their files. */
export function newestOn(files: ReadonlyMap<string, Uint8Array>): NewestFiles {
  const newest = new NewestFiles()
  for (const { sequence, bytes, record } of openSnapshot(files).records) {
    const [signature, token] = [files.get(signaturePath(sequence)), files.get(tokenPath(sequence))]
    newest.note({ sequence, bytes, signature, token, record })
  }
  return newest
}

/**
 * Puts records in place of those of a ledger as somebody with write access could who recomputes all that can be: hashes, states, indices and
 * copies. What has no key stays as it was: the signatures of records.
 * @param signer signs the last one.
 */
export async function forge(store: MemoryStore, records: readonly LedgerRecord[], signer?: Signer): Promise<void> {
  for (const path of store.files.keys())
    if (/^(?:sections|records|newest|state)/.test(path) && !path.endsWith('.sig')) store.tamper(path, undefined)
  const machine = new StateMachine()
  let previous: LedgerRecord['previous']
  for (const [n, { previous: _, ...record }] of records.entries()) {
    const placed = { ...record, sequence: n + 1, ...(previous && { previous }) }
    const { bytes, hash } = encodeRecord({ ...placed, state: machine.add(placed) })
    machine.seal(hash)
    previous = hash
    store.tamper(recordPath(n + 1), bytes)
    if (n === records.length - 1 && signer !== undefined) {
      const { pem, fingerprint } = await signer.publicKey()
      store.tamper(signaturePath(n + 1), encodeSignature(lowS(await signer.sign(signedBytes(bytes)))))
      store.tamper(keyPath(fingerprint), Buffer.from(pem))
    }
  }
  for (const [path, bytes] of derivedFiles(newestOn(store.files), machine)) store.tamper(path, bytes)
  store.tamper(HEAD_PATH, encodeHead({ ...OWNER, sequence: records.length, ...(previous && { hash: previous }) }))
}

/** Puts one more signed record on a ledger, without the checks of an honest writer. @param name whose signature it is said to be. */
export async function smuggle(
  store: MemoryStore,
  signer: Signer,
  draft: RecordDraft,
  now: number,
  name: string = signerOf(draft)
): Promise<void> {
  const { fingerprint } = await signer.publicKey()
  const records = recordsOn(store)
  const unplaced = { section: fingerprint, ledger: fingerprint }
  const record: LedgerRecord = {
    ...draft,
    version: 2,
    sequence: records.length + 1,
    time: new Date(now).toISOString(),
    state: unplaced,
    key: { signer: name, fingerprint }
  }
  await forge(store, [...records, record], signer)
}

/** Changes what the newest record says, and signs it anew, as somebody with the key could. */
export async function lie(store: MemoryStore, signer: Signer, change: Partial<LedgerRecord>): Promise<void> {
  const records = recordsOn(store)
  const newest = records.at(-1)
  if (newest === undefined) throw new Error('There is no record.')
  const { bytes, hash } = encodeRecord({ ...newest, ...change } as LedgerRecord)
  store.tamper(recordPath(newest.sequence), bytes)
  store.tamper(signaturePath(newest.sequence), encodeSignature(lowS(await signer.sign(signedBytes(bytes)))))
  store.tamper(HEAD_PATH, encodeHead({ ...OWNER, sequence: newest.sequence, hash }))
}
