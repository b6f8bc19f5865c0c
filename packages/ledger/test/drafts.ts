import { generateKeyPairSync, sign } from 'node:crypto'
import {
  BUILDS,
  type ChecksReport,
  checksReport,
  type Digest,
  type Evidence,
  encodeChecks,
  encodeRelease,
  evidenceOfText,
  type LedgerEvent,
  type NamedRelease,
  type Protection,
  parseDraft,
  type RecordDraft,
  type Release,
  type SignerName,
  type Statement,
  signersIn
} from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { type AppendOptions, appendRecords, type LedgerOwner, type Signer, type Trust } from '../src/index.ts'
import { publicKeyOf } from '../src/signature.ts'

/** The documents that tests talk about: releases, and reports of checks. */
const documents = new Map<Digest, string>()

/** A release of a commit; without units, unless the test says otherwise. */
export function releaseOf(commit: string, units: Release['units'] = {}): NamedRelease {
  const { text, digest } = encodeRelease({ version: 1, ...OWNER, commit, units })
  documents.set(digest, text)
  return { digest, commit }
}

/** Whose the ledgers of these tests are. */
export const OWNER: LedgerOwner = { repository: '123456', product: 'storefront' }

/** A release that tests talk about. */
export const RELEASE = releaseOf('1'.repeat(40))

/** A gate that asks nobody. */
export const UNASKED: Protection = {
  id: 501,
  environment: 'staging',
  reviewers: [],
  preventSelfReview: false,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

/** A gate at which one person is asked. */
export const ASKED: Protection = {
  ...UNASKED,
  reviewers: [{ type: 'User', id: '8', name: 'approver' }],
  preventSelfReview: true
}

/** What somebody says at a gate. */
export function answerOf(
  userId: string,
  login: string,
  state: 'approved' | 'rejected' = 'approved'
): NonNullable<Statement['approvals']>[number] {
  return { userId, login, state, comment: '', seenAt: '2026-01-01T00:00:00Z', reviewer: 'named' }
}

/** A draft of an event, as a job of run 1001 would make it: plans and intents at a gate that asks nobody. */
export function draft(event: LedgerEvent, members: Partial<Statement> = {}): RecordDraft {
  return parseDraft({
    product: 'storefront',
    event,
    actor: { id: '7', login: 'author' },
    run: {
      repository: '123456',
      id: '1001',
      attempt: 1,
      job: 'deploy',
      ref: 'refs/heads/main',
      workflow: 'octo-org/storefront/.github/workflows/delivery.yml@refs/heads/main',
      workflowSha: '1'.repeat(40),
      runner: 'github-hosted'
    },
    ...(event === 'planned' || event === 'started' ? { protection: UNASKED } : {}),
    ...members
  })
}

/** The same draft, as another run's. */
export function ofRun(id: string, from: RecordDraft): RecordDraft {
  return { ...from, run: { ...from.run, id } }
}

/** What a ledger of {@link OWNER} begins with. */
export const EMPTY = encodeHead({ ...OWNER, sequence: 0 })

/**
 * Appends to the ledger of {@link OWNER}, which counts what anybody signed unless the test says otherwise; one signs all. A release goes with its document.
 */
export async function append({
  signer,
  ...options
}: Omit<AppendOptions, 'owner' | 'rules' | 'signer'> &
  Partial<Omit<AppendOptions, 'signer'>> & { readonly signer?: Signer }): ReturnType<typeof appendRecords> {
  const drafts = options.drafts.map(proven)
  const named = new Set(drafts.flatMap(({ evidence = [] }) => evidence.map(({ digest }) => digest)))
  const texts = [...named].flatMap(digest => documents.get(digest) ?? [])
  return appendRecords({
    owner: OWNER,
    rules: { trust: everybody, advisory: true },
    ...(signer === undefined ? {} : { signer: () => signer }),
    ...options,
    drafts,
    attachments: [...(options.attachments ?? []), ...texts.map(text => ({ content: Buffer.from(text) }))]
  })
}

/** A draft with the document that proves it, unless it says something of evidence by itself. */
function proven(it: RecordDraft): RecordDraft {
  if (isDocumented(it)) return documented(it)
  const { environment, release } = it
  if (it.event !== 'accepted' || it.evidence !== undefined || environment === undefined || release === undefined)
    return it
  const count = it.detail?.checks ?? 0
  const checks = Array.from({ length: count }, (_, n) => ({ what: `GET /${n}`, passed: true, seconds: 0.1 }))
  const detail = { ...it.detail, checks: count }
  return { ...it, detail, evidence: [reported({ environment, release: release.digest }, checks)] }
}

/** A report of checks as a record names it; {@link append} puts it beside that. */
export function reported(
  of: { readonly environment: string; readonly release: Digest },
  checks: ChecksReport['checks']
): Evidence {
  const text = encodeChecks(checksReport(of, checks, []))
  const { evidence } = evidenceOfText('checks', text)
  documents.set(evidence.digest, text)
  return evidence
}

/** Whether a draft announces a release of {@link releaseOf}, and says nothing of evidence by itself. */
function isDocumented(it: RecordDraft): it is RecordDraft & { readonly release: NamedRelease } {
  return (
    it.event === 'released' && it.evidence === undefined && it.release !== undefined && documents.has(it.release.digest)
  )
}

/** The announcement of a release with its document. */
export function documented<D extends RecordDraft>(it: D): D {
  const text = documents.get(it.release?.digest as Digest) ?? ''
  return { ...it, evidence: [evidenceOfText('release', text).evidence] }
}

/** Every key that tests have made. */
const everybody: Trust[number][] = []

/** A signer that tests know by name. */
export interface LocalSigner extends Signer {
  /** For whom it signs, as `ledger.trust` of delivery.yml says it. */
  readonly signs: readonly SignerName[]
}

/** A signer with a key of its own, in this process. @param parties signers, or environments for all that sign there. */
export function localSigner(...parties: readonly string[]): LocalSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = publicKeyOf(publicKey.export({ type: 'spki', format: 'der' }))
  const signs = parties.flatMap(signersNamed)
  everybody.push({ key: key.fingerprint, signs })
  return {
    signs,
    publicKey: async () => key,
    sign: async bytes => sign('sha256', bytes, privateKey)
  }
}

/** A signer that gives the same signature for the same bytes: so that what two attackers make alike is alike. */
export function remembering(signer: LocalSigner): LocalSigner {
  const known = new Map<string, Promise<Uint8Array>>()
  return {
    ...signer,
    sign: async bytes => {
      const name = Buffer.from(bytes).toString('latin1')
      const signature = known.get(name) ?? signer.sign(bytes)
      known.set(name, signature)
      return signature
    }
  }
}

/** What delivery.yml would list for some signers. */
export async function trustIn(...signers: readonly LocalSigner[]): Promise<Trust> {
  return Promise.all(signers.map(async it => ({ key: (await it.publicKey()).fingerprint, signs: it.signs })))
}

function signersNamed(party: string): readonly SignerName[] {
  return party === BUILDS || party.includes('/') ? [party as SignerName] : signersIn(party)
}
