import { type Digest, type LedgerRecord, signerOf } from '@sluice/core'
import { signedBytes } from '../../src/envelope.ts'
import { openSnapshot, type Signer } from '../../src/index.ts'
import { encodeIssuerKey } from '../../src/issuer-key.ts'
import { lowS } from '../../src/low-s.ts'
import { issuerKeyPath, keyPath, recordPath, signaturePath, tokenPath } from '../../src/paths.ts'
import { encodeRecord } from '../../src/record.ts'
import { encodeSignature } from '../../src/signature.ts'
import { StateMachine } from '../../src/state-machine.ts'
import { ASKED } from '../drafts.ts'
import { believingMachine, type Files, github, type Line, lineOf, timeOf, withDerived } from './honest.ts'
import { NOW, OWN_RUN, type World } from './world.ts'

interface Rewriting {
  /** Signs instead of whom the attacker has. */
  readonly signer?: Signer
  /** Changes what the last record commits to. */
  readonly commitTo?: (state: LedgerRecord['state']) => LedgerRecord['state']
}

/**
 * The ledger with other records, as an attacker makes it: numbers, hashes, states, index, copies and head recomputed. Signed where they have the
 * key; where not, with what was there. A token is GitHub's where they get one, else by a key of their own that they archive.
 */
export async function rewritten(world: World, wanted: readonly LedgerRecord[], how: Rewriting = {}): Promise<Files> {
  const original = world.line.at(-1)?.files ?? new Map<string, Uint8Array>()
  // Nothing is left over that would give it away: keys are added with what they sign.
  const files = new Map([...original].filter(([path]) => path.startsWith('evidence/')))
  let machine = new StateMachine()
  const records: LedgerRecord[] = []
  let previous: Digest | undefined
  for (const [n, { previous: _, ...rest }] of wanted.entries()) {
    const placed = { ...world.said(rest), sequence: n + 1, ...(previous && { previous }) }
    const isLast = n === wanted.length - 1
    if (placed.event === 'repaired') machine = believingMachine(files, records, placed as LedgerRecord)
    const state = machine.add(placed)
    const before = original.get(recordPath(n + 1))
    const untouched = { ...placed, state } as LedgerRecord
    // What says what it said stays as it was signed.
    const isSame = before !== undefined && Buffer.compare(encodeRecord(untouched).bytes, before) === 0
    const signer = (isLast ? how.signer : undefined) ?? world.signerFor(placed)
    const key = signer && { signer: signerOf(placed), fingerprint: (await signer.publicKey()).fingerprint }
    const committed = { ...untouched, ...(key && { key }), state: (isLast && how.commitTo?.(state)) || state }
    const record = isSame ? untouched : (committed as LedgerRecord)
    const { bytes, hash } = encodeRecord(record)
    machine.seal(hash)
    previous = hash
    records.push(record)
    files.set(recordPath(n + 1), bytes)
    if (isSame) keep(files, original, record)
    else await prove(files, original, { world, record, bytes, signer })
  }
  return withDerived(files, records)
}

function keep(files: Map<string, Uint8Array>, before: Files, record: LedgerRecord): void {
  const { sequence, key } = record
  const beside = [
    signaturePath(sequence),
    tokenPath(sequence),
    ...(key === undefined ? [] : [keyPath(key.fingerprint)])
  ]
  for (const path of [...beside, issuerKeyPath(github.thumbprint)]) {
    const content = before.get(path)
    if (content !== undefined) files.set(path, content)
  }
}

async function prove(
  files: Map<string, Uint8Array>,
  before: Files,
  it: {
    readonly world: World
    readonly record: LedgerRecord
    readonly bytes: Uint8Array
    readonly signer: Signer | undefined
  }
): Promise<void> {
  const { world, record, bytes, signer } = it
  const { sequence } = record
  const signature = before.get(signaturePath(sequence)) ?? before.get(signaturePath(1))
  if (signer !== undefined) {
    const { pem, fingerprint } = await signer.publicKey()
    files.set(signaturePath(sequence), encodeSignature(lowS(await signer.sign(signedBytes(bytes)))))
    files.set(keyPath(fingerprint), Buffer.from(pem))
  } else if (signature !== undefined && record.key !== undefined) {
    files.set(signaturePath(sequence), signature)
    files.set(keyPath(record.key.fingerprint), before.get(keyPath(record.key.fingerprint)) ?? new Uint8Array())
  }
  const vouched = world.tokenFor(record)
  if (vouched === undefined) return
  files.set(tokenPath(sequence), vouched.token)
  files.set(issuerKeyPath(vouched.issuer.thumbprint), encodeIssuerKey(vouched.issuer.jwk))
}

/** Pushes another history by force, in as many commits and at such dates as if it had always been so. */
export async function forced(world: World, wanted: readonly LedgerRecord[], how?: Rewriting): Promise<Line> {
  // One more record of their own, with a token of GitHub's, makes older ones look confirmed.
  const records = world.hasTokens && wanted.at(-1)?.run.id !== OWN_RUN ? [...wanted, announcement(world)] : wanted
  const files = await rewritten(world, records, how)
  const written = openSnapshot(files).records.flatMap(({ record }) => (record === undefined ? [] : [record]))
  return lineOf(files, written)
}

/** Adds records by one more commit. */
export async function added(world: World, more: readonly LedgerRecord[], how?: Rewriting): Promise<Line> {
  const records = [...world.records, ...more]
  return [...world.line, { files: await rewritten(world, records, how), time: timeOf(records.at(-1)) }]
}

/** Changes files of the last commit, by force. */
export function amended(world: World, changes: Readonly<Record<string, Uint8Array | undefined>>): Line {
  const last = world.line.at(-1)
  const files = new Map(last?.files)
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) files.delete(path)
    else files.set(path, content)
  }
  return [...world.line.slice(0, -1), { files, time: last?.time ?? 0 }]
}

/** Records of the attacker's own run, as of now, made like some that are there. */
export function own(records: readonly LedgerRecord[], members: Partial<LedgerRecord> = {}): readonly LedgerRecord[] {
  return records.map(
    ({ key: _, ...record }) =>
      ({ ...record, time: NOW, ...members, run: { ...record.run, id: OWN_RUN } }) as LedgerRecord
  )
}

/** A plan for staging, of the attacker's own run. */
export function announcement({ records }: World): LedgerRecord {
  const planned = records
    .filter(({ event }) => event === 'planned')
    .map(({ plan: _, dossier: __, ...record }) => record)
  const [record] = own(planned as readonly LedgerRecord[], { protection: ASKED })
  if (record === undefined) throw new Error('The ledger has no plan.')
  return record
}
