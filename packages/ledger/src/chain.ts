import { createPublicKey } from 'node:crypto'
import { type Digest, Failure, type LedgerRecord, type RecordDraft } from '@sluice/core'
import { signedBytes } from './envelope.ts'
import type { HeadPointer } from './head.ts'
import { lowS } from './low-s.ts'
import {
  indexPath,
  keyPath,
  type NewestOf,
  newestPath,
  recordPath,
  STATE_PATH,
  sectionStatePath,
  signaturePath
} from './paths.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import type { RecordBody } from './reference.ts'
import { sectionOf } from './section.ts'
import { encodeSignature, isSignatureOf } from './signature.ts'
import type { Signer } from './signer.ts'
import { encodeState } from './state.ts'
import type { StateMachine } from './state-machine.ts'
import type { TokenRules } from './token-problem.ts'
import { vouchForRecords } from './vouched-records.ts'
import type { Voucher } from './voucher.ts'

/** A record on the ledger, with its hash. */
export interface AppendedRecord {
  readonly record: LedgerRecord
  readonly hash: Digest
}

/** A file of the ledger branch. */
export interface LedgerFile {
  readonly path: string
  readonly content: Uint8Array
}

interface ChainedRecords {
  readonly records: readonly AppendedRecord[]
  readonly files: readonly LedgerFile[]
}

/**
 * Turns drafts into records that follow the head of the ledger, each naming the one before and the state after it, and into their files.
 * @param request.machine the state of the ledger as it is; carried on.
 */
export async function chainRecords(request: {
  readonly head: HeadPointer
  readonly machine: StateMachine
  readonly drafts: readonly RecordDraft[]
  readonly signer: Signer | undefined
  readonly voucher: Voucher | undefined
  readonly tokens: TokenRules | undefined
  readonly now: number
}): Promise<ChainedRecords> {
  const { head, machine, signer, voucher, tokens } = request
  const key = await signer?.publicKey()
  const chained: { readonly added: AppendedRecord; readonly bytes: Uint8Array }[] = []
  let previous = head.hash
  for (const [n, draft] of request.drafts.entries()) {
    const sequence = head.sequence + n + 1
    const body: RecordBody = {
      ...draft,
      version: 2,
      sequence,
      ...(previous === undefined ? {} : { previous }),
      time: new Date(request.now).toISOString()
    }
    const record: LedgerRecord = {
      ...body,
      state: machine.add(body),
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
    machine.seal(hash)
    chained.push({ added: { record, hash }, bytes })
    previous = hash
  }
  const records = chained.map(({ added }) => added)
  const files = await Promise.all(chained.map(async it => filesOf(it, signer, key?.pem)))
  return {
    records,
    files: [
      ...files.flatMap((own, n) => [...own, ...copiesOf(own, chained, n)]),
      ...stateFiles(machine),
      ...(await vouchForRecords(voucher, records, tokens)),
      // Written each time: the same bytes change nothing, and asking whether it is there would be one more call.
      ...(key === undefined ? [] : [{ path: keyPath(key.fingerprint), content: Buffer.from(key.pem, 'utf8') }])
    ]
  }
}

/** The files of a record: itself, and its signature. */
async function filesOf(
  { added, bytes }: { readonly added: AppendedRecord; readonly bytes: Uint8Array },
  signer: Signer | undefined,
  pem: string | undefined
): Promise<readonly LedgerFile[]> {
  const { sequence } = added.record
  const file = { path: recordPath(sequence), content: bytes }
  if (signer === undefined || pem === undefined) return [file]
  const signature = lowS(await signer.sign(signedBytes(bytes)))
  // A key that was replaced since its public half was read would leave a record that nobody can ever verify.
  if (!isSignatureOf(createPublicKey(pem), bytes, signature)) {
    throw new Failure(`The signature of account ${signer.account} does not match its public key. Re-run the job.`)
  }
  return [file, { path: signaturePath(sequence), content: encodeSignature(signature) }]
}

/** Copies of a record's files in the places where the newest one is looked for. Of a record without a signature, an empty one. */
function copiesOf(
  files: readonly LedgerFile[],
  chained: readonly { readonly added: AppendedRecord }[],
  n: number
): readonly LedgerFile[] {
  const sections = chained.map(({ added }) => sectionOf(added.record))
  const section = sections[n]
  const places: readonly NewestOf[] = [
    ...(n === sections.length - 1 ? (['ledger'] as const) : []),
    ...(section === undefined || sections.lastIndexOf(section) !== n ? [] : [section])
  ]
  const [record, signature] = files
  return places.flatMap(of => [
    { path: newestPath(of), content: record?.content ?? new Uint8Array() },
    { path: `${newestPath(of)}.sig`, content: signature?.content ?? new Uint8Array() }
  ])
}

/** The states that the newest record commits to. */
function stateFiles(machine: StateMachine): readonly LedgerFile[] {
  const sections = machine
    .touched()
    .flatMap(({ section, state, index }) => [
      { path: sectionStatePath(section), content: Buffer.from(encodeState(state).text, 'utf8') },
      ...index
        .changes()
        .map(({ file, text }) => ({ path: indexPath(section, file), content: Buffer.from(text, 'utf8') }))
    ])
  return [{ path: STATE_PATH, content: Buffer.from(machine.ledger().text, 'utf8') }, ...sections]
}
