import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, evidencePath, type LedgerRecord, runCommand, sha256, signerOf } from '@sluice/core'
import { signedBytes } from '../src/envelope.ts'
import { encodeHead } from '../src/head.ts'
import { type Signer, type TokenRules, type TrustRules, verifyHistory, verifyLedger } from '../src/index.ts'
import { encodeIssuerKey } from '../src/issuer-key.ts'
import { lowS } from '../src/low-s.ts'
import {
  HEAD_PATH,
  issuerKeyPath,
  keyPath,
  NEWEST_TOKEN_PATH,
  recordPath,
  signaturePath,
  tokenPath
} from '../src/paths.ts'
import { encodeRecord, evidenceOf } from '../src/record.ts'
import { encodeSignature } from '../src/signature.ts'
import { StateMachine } from '../src/state-machine.ts'
import { derivedFiles } from '../src/verify-state.ts'
import { deliver } from './delivered.ts'
import { EMPTY, type LocalSigner, OWNER } from './drafts.ts'
import { newestOn, recordsOn } from './forge.ts'
import { claimsOf, type TestIssuer, testIssuer } from './test-issuer.ts'

export const BRANCH = 'sluice-ledger-storefront'

/** Every file of the ledger's branch, at one commit. */
export type Files = ReadonlyMap<string, Uint8Array>

/** What an attacker has besides the right to push. Nobody but GitHub has GitHub's key. */
export const POWERS = ['no key', 'the key of one section', 'all keys'] as const
export type Power = (typeof POWERS)[number]

/** A ledger that is signed, and may be vouched for, as a line of commits; and what an attacker can do with it. */
export interface World {
  readonly commits: readonly Files[]
  readonly records: readonly LedgerRecord[]
  readonly rules: TrustRules
  /** Signs for the section of a record, where the attacker can. */
  readonly signerFor: (record: LedgerRecord) => Signer | undefined
  /** Signs tokens with a key that is none of GitHub's. */
  readonly forger: TestIssuer | undefined
}

export interface WorldOptions {
  readonly power: Power
  readonly vouched?: boolean
  /** The attacker puts a key of his own beside those of GitHub. */
  readonly forgesIssuer?: boolean
  /** Whoever verifies knows GitHub's keys. */
  readonly knowsIssuer?: boolean
}

const github = testIssuer('github')
const SUITE: TokenRules = { sluice: { repository: 'octo-org/sluice' } }

export async function worldOf(options: WorldOptions): Promise<World> {
  const { power, vouched = false, forgesIssuer = false, knowsIssuer = false } = options
  const { store, trust, ops, nonprod } = await deliver()
  const signers: Readonly<Record<Power, readonly LocalSigner[]>> = {
    'no key': [],
    'the key of one section': [nonprod],
    'all keys': [ops, nonprod]
  }
  const tokens: TokenRules = vouched
    ? { ...SUITE, ...(knowsIssuer ? { known: [github.thumbprint] } : {}) }
    : { unvouched: true }
  const rules: TrustRules = { trust, products: ['storefront'], repository: '123456', tokens }
  const whole = vouched ? withTokens(store.files, recordsOn(store), github) : store.files
  return {
    commits: lineOf(whole, recordsOn(store), [1, 4, 9]),
    records: recordsOn(store),
    rules,
    signerFor: record => signers[power].find(({ signs }) => signs.includes(signerOf(record))),
    forger: forgesIssuer ? testIssuer('forged') : undefined
  }
}

/** The commits that lead to a ledger, each to so many of its records. */
function lineOf(files: Files, records: readonly LedgerRecord[], lengths: readonly number[]): readonly Files[] {
  const opening: Files = new Map([[HEAD_PATH, EMPTY]])
  return [opening, ...lengths.map(length => (length === records.length ? files : cut(files, records.slice(0, length))))]
}

/** What a ledger was when it had only its first records. */
export function cut(files: Files, records: readonly LedgerRecord[]): Files {
  const kept = new Map([...files].filter(([path]) => /^(?:keys|issuer)/.test(path)))
  for (const record of records) {
    const { sequence } = record
    const own = [recordPath(sequence), signaturePath(sequence), tokenPath(sequence)]
    const named = evidenceOf(record).map(evidencePath)
    for (const path of [...own, ...named]) {
      const content = files.get(path)
      if (content !== undefined) kept.set(path, content)
    }
  }
  const used = new Set(records.flatMap(({ key }) => (key === undefined ? [] : [keyPath(key.fingerprint)])))
  for (const path of [...kept.keys()]) if (path.startsWith('keys/') && !used.has(path)) kept.delete(path)
  return derived(kept, records)
}

/** The files about the newest record, as the records lead to them. */
function derived(kept: ReadonlyMap<string, Uint8Array>, records: readonly LedgerRecord[]): Files {
  const files = new Map(kept)
  const machine = new StateMachine()
  for (const record of records) {
    machine.add(record)
    machine.seal(sha256(files.get(recordPath(record.sequence)) ?? ''))
  }
  for (const [path, content] of derivedFiles(newestOn(files), machine)) files.set(path, content)
  const token = files.get(tokenPath(records.length))
  if (token !== undefined) files.set(NEWEST_TOKEN_PATH, token)
  const hash = sha256(files.get(recordPath(records.length)) ?? '')
  const { product, run } = records.at(-1) ?? { product: OWNER.product, run: OWNER }
  return files.set(HEAD_PATH, encodeHead({ product, repository: run.repository, sequence: records.length, hash }))
}

function withTokens(files: Files, records: readonly LedgerRecord[], issuer: TestIssuer): Files {
  const all = new Map(files).set(issuerKeyPath(issuer.thumbprint), encodeIssuerKey(issuer.jwk))
  for (const record of records) all.set(tokenPath(record.sequence), tokenOf(issuer, record))
  return all.set(NEWEST_TOKEN_PATH, all.get(tokenPath(records.length)) ?? new Uint8Array())
}

function tokenOf(issuer: TestIssuer, record: LedgerRecord): Uint8Array {
  return Buffer.from(`${issuer.token(claimsOf(record, { environment: record.environment }))}\n`)
}

/**
 * The ledger with other records, as an attacker makes it: numbers, hashes, states, index and copies recomputed, signed where he has the key;
 * where he has not, what was there. A token stays; a new one he can only make with a key of his own.
 */
export async function rewritten(world: World, wanted: readonly LedgerRecord[]): Promise<Files> {
  const before = world.commits.at(-1) ?? new Map<string, Uint8Array>()
  const files = new Map([...before].filter(([path]) => !/^(?:records|sections|newest|state|HEAD)/.test(path)))
  const machine = new StateMachine()
  const records: LedgerRecord[] = []
  let previous: Digest | undefined
  for (const [n, { previous: _, ...rest }] of wanted.entries()) {
    const placed = { ...rest, sequence: n + 1, ...(previous && { previous }) }
    const signer = world.signerFor(placed)
    const key = signer && { signer: signerOf(placed), fingerprint: (await signer.publicKey()).fingerprint }
    const record: LedgerRecord = { ...placed, ...(key && { key }), state: machine.add(placed) }
    const { bytes, hash } = encodeRecord(record)
    machine.seal(hash)
    previous = hash
    records.push(record)
    files.set(recordPath(n + 1), bytes)
    const isSame = Buffer.compare(bytes, before.get(recordPath(n + 1)) ?? new Uint8Array()) === 0
    await signInto(files, before, { world, record, bytes, isSame })
  }
  return derived(files, records)
}

async function signInto(
  files: Map<string, Uint8Array>,
  before: Files,
  it: { readonly world: World; readonly record: LedgerRecord; readonly bytes: Uint8Array; readonly isSame: boolean }
): Promise<void> {
  const { world, record, bytes, isSame } = it
  const { sequence } = record
  const [signer, old, token] = [
    world.signerFor(record),
    before.get(signaturePath(sequence)) ?? before.get(signaturePath(1)),
    before.get(tokenPath(sequence)) ?? before.get(tokenPath(1))
  ]
  if (isSame || signer === undefined) files.set(signaturePath(sequence), old ?? new Uint8Array())
  else {
    files.set(signaturePath(sequence), encodeSignature(lowS(await signer.sign(signedBytes(bytes)))))
    const { pem, fingerprint } = await signer.publicKey()
    files.set(keyPath(fingerprint), Buffer.from(pem))
  }
  if (token === undefined) return
  const { forger } = world
  if (isSame || forger === undefined) files.set(tokenPath(sequence), token)
  else {
    files.set(tokenPath(sequence), tokenOf(forger, record))
    files.set(issuerKeyPath(forger.thumbprint), encodeIssuerKey(forger.jwk))
  }
}

/** What both verifiers say of a line of commits: the problems that each finds. */
export async function judged(commits: readonly Files[], rules: TrustRules): Promise<readonly (readonly string[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-attacked-'))
  try {
    await importCommits(folder, commits)
    const report = await verifyLedger({ ...rules, files: commits.at(-1) ?? new Map() })
    const own = [...report.problems, ...(await verifyHistory(folder, BRANCH))].map(it => `${it.path}: ${it.problem}`)
    return [own, await secondOpinion(folder, rules)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Puts commits on the branch of a repository, whose objects are left unpacked. */
async function importCommits(folder: string, commits: readonly Files[]): Promise<void> {
  const run = async (args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<void> => {
    const { code, stderr } = await runCommand('git', [...args], { input })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
  await run(['init', '-q', '--bare', folder])
  const stream: Uint8Array[] = []
  for (const files of commits) {
    const who = 'committer Attacker <attacker@example.com> 1767225600 +0000\n'
    stream.push(Buffer.from(`commit refs/heads/${BRANCH}\n${who}data 1\n.\ndeleteall\n`))
    for (const [path, content] of files)
      stream.push(Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`), content, Buffer.from('\n'))
  }
  await run(
    ['-C', folder, '-c', 'fastimport.unpackLimit=1000000', 'fast-import', '--quiet', '--force'],
    Buffer.concat(stream)
  )
}

async function secondOpinion(folder: string, rules: TrustRules): Promise<readonly string[]> {
  const { trust, products, repository, tokens = {} } = rules
  const file = join(folder, 'rules.json')
  const told = {
    trust,
    products,
    repository,
    tokens: { required: tokens.unvouched !== true, sluice: tokens.sluice?.repository, known: tokens.known }
  }
  await writeFile(file, JSON.stringify(told))
  const verifier = new URL('../../../test/ledger-spec/verify.py', import.meta.url).pathname
  const { code, stdout, stderr } = await runCommand('python3', ['-B', verifier, folder, BRANCH, file])
  if (code !== 0 && code !== 1) throw new Error(stderr)
  if (stderr !== '') throw new Error(stderr)
  return stdout
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
}
