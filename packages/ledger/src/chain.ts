import { type Digest, Failure, type LedgerRecord, type RecordDraft } from '@sluice/core'
import type { AppendedRecord, LedgerFile } from './appended-record.ts'
import type { HeadPointer } from './head.ts'
import type { Keyring } from './keyring.ts'
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
import type { TrustRules } from './signature.ts'
import { encodeState } from './state.ts'
import type { StateMachine } from './state-machine.ts'
import { refuseEnded } from './trust.ts'
import { vouchForRecords } from './vouched-records.ts'
import type { Voucher } from './voucher.ts'

interface ChainedRecords {
  readonly records: readonly AppendedRecord[]
  readonly files: readonly LedgerFile[]
}

/** What records are added to, and with whose word. */
interface Chain {
  readonly head: HeadPointer
  /** The state of the ledger as it is; carried on. */
  readonly machine: StateMachine
  readonly drafts: readonly RecordDraft[]
  readonly keyring: Keyring | undefined
  readonly voucher: Voucher | undefined
  readonly rules: TrustRules
  readonly now: number
}

/** A record with the bytes of its file. */
interface Link {
  readonly added: AppendedRecord
  readonly bytes: Uint8Array
}

/** Turns drafts into records that follow the head of the ledger, each naming the one before and the state after it, and into their files. */
export async function chainRecords(chain: Chain): Promise<ChainedRecords> {
  const { head, machine, keyring, voucher, rules } = chain
  const chained: Link[] = []
  let previous = head.hash
  for (const [n, draft] of chain.drafts.entries()) {
    const link = place(draft, head.sequence + n + 1, previous, chain)
    chained.push(link)
    previous = link.added.hash
  }
  const records = chained.map(({ added }) => added)
  // First: a token tells when it was issued, and must not do so long after the time of its record. A signature may take minutes.
  const tokens = await vouchForRecords(voucher, records, rules.tokens)
  const files = await Promise.all(chained.map(async it => filesOf(it, keyring)))
  return {
    records,
    files: [
      ...files.flatMap((own, n) => [...own, ...copiesOf(own, chained, n)]),
      ...stateFiles(machine),
      ...tokens,
      // Written each time: the same bytes change nothing, and asking whether it is there would be one more call.
      ...(keyring?.keys ?? []).map(({ fingerprint, pem }) => ({
        path: keyPath(fingerprint),
        content: Buffer.from(pem, 'utf8')
      }))
    ]
  }
}

/** Makes a draft the record of its number. @throws UserError when its key is not in force there. */
function place(
  draft: RecordDraft,
  sequence: number,
  previous: Digest | undefined,
  { machine, keyring, rules, now }: Chain
): Link {
  const key = keyring?.claimFor(draft)
  if (key !== undefined && rules.advisory !== true) refuseEnded({ ...key, sequence }, rules.trust)
  const body: RecordBody = {
    ...draft,
    version: 2,
    sequence,
    ...(previous === undefined ? {} : { previous }),
    time: new Date(now).toISOString()
  }
  const record: LedgerRecord = { ...body, state: machine.add(body), ...(key === undefined ? {} : { key }) }
  const { bytes, hash } = encodeRecord(record)
  // Nothing can be taken off a ledger, and one record that cannot be read stops everybody who reads it.
  const read = decodeRecord(bytes, sequence)
  if (!read.ok)
    throw new Failure(
      `Record ${sequence} (${draft.event}) would not be readable: ${read.problem}. Nothing was written.`
    )
  machine.seal(hash)
  return { added: { record, hash }, bytes }
}

/** The files of a record: itself, and its signature. */
async function filesOf({ added, bytes }: Link, keyring: Keyring | undefined): Promise<readonly LedgerFile[]> {
  const { record } = added
  const file = { path: recordPath(record.sequence), content: bytes }
  if (keyring === undefined) return [file]
  return [file, { path: signaturePath(record.sequence), content: await keyring.sign(record, bytes) }]
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
