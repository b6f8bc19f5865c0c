import { evidencePath, type LedgerRecord, sha256 } from '@sluice/core'
import { encodeHead } from '../../src/head.ts'
import type { TokenRules, TrustRules } from '../../src/index.ts'
import { encodeIssuerKey } from '../../src/issuer-key.ts'
import {
  HEAD_PATH,
  issuerKeyPath,
  keyPath,
  NEWEST_TOKEN_PATH,
  recordPath,
  signaturePath,
  tokenPath
} from '../../src/paths.ts'
import { evidenceOf } from '../../src/record.ts'
import { StateMachine } from '../../src/state-machine.ts'
import { derivedFiles } from '../../src/verify-state.ts'
import { type DeliveredLedger, deliver } from '../delivered.ts'
import { EMPTY, type LocalSigner, localSigner, OWNER, remembering, trustIn } from '../drafts.ts'
import { newestOn, recordsOn } from '../forge.ts'
import { StaticOrigins } from '../static-origins.ts'
import { testIssuer, vouchFor } from '../test-issuer.ts'

/** What proves who wrote a ledger: GitHub's tokens, keys, or both. */
export const KINDS = ['vouched', 'signed', 'both'] as const
export type Kind = (typeof KINDS)[number]

/** Every file of the ledger's branch, at one commit. */
export type Files = ReadonlyMap<string, Uint8Array>

/** One commit of the branch; who pushes it dates it as they like. */
export interface Commit {
  readonly files: Files
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** A branch, oldest commit first. */
export type Line = readonly Commit[]

/** A small ledger as honest jobs wrote it, and what delivery.yml says of it. */
export interface Honest {
  readonly kind: Kind
  readonly line: Line
  readonly records: readonly LedgerRecord[]
  readonly rules: TrustRules
  /** Those that wrote, by what they sign; none where there are no keys. */
  readonly signers: { readonly builds: LocalSigner; readonly environments: LocalSigner }
  /** Signed once, and was replaced: it counts up to {@link RETIRED_AT}. */
  readonly retired: LocalSigner
}

/** Who issues the tokens of honest jobs, and of dishonest ones that run on GitHub. */
export const github = testIssuer('github')

/** The last record that the retired key may have signed. */
export const RETIRED_AT = 5

const SUITE: TokenRules = {
  sluice: { repository: 'octo-org/sluice' },
  origins: new StaticOrigins(['refs/heads/main'], ['5'.repeat(40)])
}

/** After how many records each commit was made. */
const LENGTHS = [1, 4, 9]

const made = new Map<Kind, Promise<Honest>>()

/** The ledger of a kind. There is one of each: its keys are made once. */
export async function honestLedger(kind: Kind): Promise<Honest> {
  const known = made.get(kind) ?? make(kind)
  made.set(kind, known)
  return known
}

async function make(kind: Kind): Promise<Honest> {
  const { store, trust, ops, nonprod } = await deliver({ signed: kind !== 'vouched' })
  const retired = remembering(localSigner('staging'))
  const records = recordsOn(store)
  const files = kind === 'signed' ? store.files : vouched(store.files, records)
  const listed = [...trust, ...(await trustIn(retired)).map(it => ({ ...it, until: RETIRED_AT }))]
  const rules: TrustRules = {
    ...(kind === 'vouched' ? { trust: [], advisory: true } : { trust: listed }),
    products: [OWNER.product],
    repository: OWNER.repository,
    tokens: kind === 'signed' ? { unvouched: true } : SUITE
  }
  const line = lineOf(files, records)
  return { kind, line, records, rules, retired, signers: signersOf({ ops, nonprod }) }
}

function signersOf({ ops, nonprod }: Pick<DeliveredLedger, 'ops' | 'nonprod'>): Honest['signers'] {
  return { builds: remembering(ops), environments: remembering(nonprod) }
}

/** The commits that lead to a ledger, each dated as its newest record is. */
export function lineOf(files: Files, records: readonly LedgerRecord[]): Line {
  const lengths = [...LENGTHS.filter(length => length < records.length), records.length]
  return [
    { files: new Map([[HEAD_PATH, EMPTY]]), time: timeOf(records[0]) },
    ...lengths.map(length => ({ files: cut(files, records.slice(0, length)), time: timeOf(records[length - 1]) }))
  ]
}

/** When a record says that it was written, in milliseconds. */
export function timeOf(record: LedgerRecord | undefined): number {
  return Date.parse(record?.time ?? '')
}

function vouched(files: Files, records: readonly LedgerRecord[]): Files {
  const all = new Map(files).set(issuerKeyPath(github.thumbprint), encodeIssuerKey(github.jwk))
  for (const record of records)
    all.set(tokenPath(record.sequence), vouchFor(github, record, { environment: record.environment }))
  return all
}

/** What a ledger was when it had only its first records. */
function cut(files: Files, records: readonly LedgerRecord[]): Files {
  const used = new Set(records.flatMap(({ key }) => (key === undefined ? [] : [keyPath(key.fingerprint)])))
  const kept = new Map([...files].filter(([path]) => path.startsWith('issuer/') || used.has(path)))
  for (const record of records) {
    const { sequence } = record
    const own = [
      recordPath(sequence),
      signaturePath(sequence),
      tokenPath(sequence),
      ...evidenceOf(record).map(evidencePath)
    ]
    for (const path of own) {
      const content = files.get(path)
      if (content !== undefined) kept.set(path, content)
    }
  }
  return withDerived(kept, records)
}

/** The state that records lead to for who believes a repair, whatever it leaves out. */
export function believingMachine(
  files: Files,
  records: readonly LedgerRecord[],
  repair = records.findLast(({ event }) => event === 'repaired')
): StateMachine {
  const skipped = repair?.event === 'repaired' ? repair.detail?.skipped : undefined
  const leftOut = new Set((skipped ?? []).map(({ sequence }) => sequence))
  const machine = new StateMachine()
  for (const record of records) {
    if (leftOut.has(record.sequence)) continue
    machine.add(record)
    machine.seal(sha256(files.get(recordPath(record.sequence)) ?? ''))
  }
  return machine
}

/** Adds the files about the newest record, as the records lead to them. */
export function withDerived(kept: Files, records: readonly LedgerRecord[]): Files {
  const files = new Map(kept)
  const machine = believingMachine(files, records)
  for (const [path, content] of derivedFiles(newestOn(files), machine)) files.set(path, content)
  files.set(NEWEST_TOKEN_PATH, files.get(tokenPath(records.length)) ?? new Uint8Array())
  const hash = sha256(files.get(recordPath(records.length)) ?? '')
  const { product, run } = records.at(-1) ?? { product: OWNER.product, run: OWNER }
  return files.set(HEAD_PATH, encodeHead({ product, repository: run.repository, sequence: records.length, hash }))
}
