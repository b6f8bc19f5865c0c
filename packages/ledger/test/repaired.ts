import { ManualClock, type RecordDraft, sha256, signerOf } from '@sluice/core'
import { signedBytes } from '../src/envelope.ts'
import { encodeHead } from '../src/head.ts'
import { openSnapshot, type RepairOptions, repairLedger, type Section, type Trust, verifyLedger } from '../src/index.ts'
import { lowS } from '../src/low-s.ts'
import { HEAD_PATH, keyPath, recordPath, signaturePath } from '../src/paths.ts'
import { readRepairs } from '../src/read-repairs.ts'
import { encodeRecord } from '../src/record.ts'
import { machineBefore, newestOf } from '../src/replay.ts'
import { encodeSignature } from '../src/signature.ts'
import { derivedFiles } from '../src/verify-state.ts'
import { AFTERWARDS, deliver } from './delivered.ts'
import { append, draft, type LocalSigner, localSigner, OWNER, ofRun, RELEASE } from './drafts.ts'
import type { MemoryStore } from './memory-store.ts'

/** A small delivery, with whom it may be repaired by. */
export interface RepairedLedger {
  readonly store: MemoryStore
  readonly ops: LocalSigner
  readonly nonprod: LocalSigner
  readonly clock: ManualClock
  trust: Trust
  /** Puts a record on the ledger that nobody checked. */
  smuggle(draft: RecordDraft, signer?: LocalSigner): Promise<void>
  write(...drafts: readonly RecordDraft[]): Promise<unknown>
  repair(environment: string | undefined, more?: Partial<RepairOptions>): Promise<void>
  verify(): ReturnType<typeof verifyLedger>
  /** What is wrong with the ledger, in words. */
  problems(): Promise<readonly string[]>
}

/** What happened in staging, as somebody would forge it. */
export const STAGING = { environment: 'staging', release: RELEASE }

/** Each record of a test is another run's. */
let runs = 5000

/** A draft of a run of its own. */
export function said(event: RecordDraft['event'], members: Partial<RecordDraft> = {}): RecordDraft {
  return ofRun(String(runs++), draft(event, { ...STAGING, ...members } as Parameters<typeof draft>[1]))
}

/** A withdrawal of the release in staging. */
export function withdrawn(): RecordDraft {
  return said('withdrawn', { detail: { reason: 'orders fail' } } as Partial<RecordDraft>)
}

/** A repair that somebody wrote who has the key, and says what they like. */
export function claimed(
  { files }: MemoryStore,
  numbers: readonly number[],
  good: number,
  more: object = {}
): RecordDraft {
  const hashOf = (sequence: number) => sha256(files.get(recordPath(sequence)) ?? '')
  const skipped = numbers.map(sequence => ({
    ...{ sequence, hash: hashOf(sequence), previous: hashOf(sequence - 1) },
    why: 'it was never valid'
  }))
  const { release: _, ...record } = said('repaired')
  return {
    ...record,
    detail: { reason: 'of my own', skipped, good: { sequence: good, hash: hashOf(good) }, ...more }
  } as RecordDraft
}

/** {@link deliver}, and its repair. */
export async function deliverAndRepair({ signed = true } = {}): Promise<RepairedLedger> {
  const { store, trust, ops, nonprod } = await deliver({ signed })
  const clock = new ManualClock(AFTERWARDS)
  const log = { info: () => undefined }
  const it: RepairedLedger = {
    ...{ store, ops, nonprod, clock, trust },
    async smuggle(draft, signer = localSigner('staging')) {
      await smuggle(it, draft, signer)
      clock.advance(60_000)
    },
    async write(...drafts) {
      const signer = drafts.some(({ environment }) => environment === undefined) ? ops : nonprod
      const written = await append({ store, signer, clock, drafts, rules: { trust: it.trust }, log })
      clock.advance(60_000)
      return written
    },
    async repair(environment, more = {}) {
      const { event: _, detail: __, release: ___, ...about } = said('withdrawn')
      const { environment: ____, ...product } = about
      const sections: readonly Section[] = ['product', 'environments/integration', 'environments/staging']
      await repairLedger({
        ...{
          store,
          files: store.files,
          reach: openSnapshot(store.files).length,
          oid: store.oid,
          owner: OWNER,
          rules: { trust: it.trust }
        },
        about: environment === undefined ? product : { ...product, environment },
        reason: 'nobody signed it',
        ...(signed ? { signer: () => (environment === undefined ? ops : nonprod) } : {}),
        ...{ sections, clock, log },
        ...more
      })
      clock.advance(60_000)
    },
    verify: async () => verifyLedger({ files: store.files, trust: it.trust }),
    problems: async () => (await it.verify()).problems.map(({ path, problem }) => `${path}: ${problem}`)
  }
  return it
}

/** Adds one record without the checks of an honest writer, with all that can be computed: its state is the one that it leads to. */
async function smuggle(
  { store, trust, clock }: RepairedLedger,
  draft: RecordDraft,
  signer: LocalSigner
): Promise<void> {
  const ledger = openSnapshot(store.files)
  const repairs = readRepairs(ledger, { trust })
  const isSkipped = (sequence: number): boolean => repairs.isSkipped(sequence)
  const machine = machineBefore(ledger, ledger.length + 1, isSkipped)
  const { pem, fingerprint } = await signer.publicKey()
  const hash = ledger.records.at(-1)?.hash
  const placed = {
    ...draft,
    ...{ version: 2 as const, sequence: ledger.length + 1, time: new Date(clock.now()).toISOString() },
    ...(hash === undefined ? {} : { previous: hash })
  }
  const key = { signer: signerOf(draft), fingerprint }
  const { bytes, hash: own } = encodeRecord({ ...placed, state: machine.add(placed), key })
  store.tamper(recordPath(placed.sequence), bytes)
  store.tamper(signaturePath(placed.sequence), encodeSignature(lowS(await signer.sign(signedBytes(bytes)))))
  store.tamper(keyPath(fingerprint), Buffer.from(pem))
  for (const [path, content] of derivedFiles(newestOf(openSnapshot(store.files), isSkipped), machine))
    store.tamper(path, content)
  store.tamper(HEAD_PATH, encodeHead({ ...OWNER, sequence: placed.sequence, hash: own }))
}

/** Puts any file in the place of the next record. */
export function plant(store: MemoryStore, bytes: Uint8Array): void {
  const { length } = openSnapshot(store.files)
  store.tamper(recordPath(length + 1), bytes)
  store.tamper('newest.json', bytes)
  const { hash } = openSnapshot(store.files).records.at(-1) ?? {}
  if (hash !== undefined) store.tamper(HEAD_PATH, encodeHead({ ...OWNER, sequence: length + 1, hash }))
}

/** The file of a record. */
export const bytesOf = (record: Parameters<typeof encodeRecord>[0]): Uint8Array => encodeRecord(record).bytes
