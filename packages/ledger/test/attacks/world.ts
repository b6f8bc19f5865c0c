import { type LedgerRecord, signerOf, signersIn } from '@sluice/core'
import type { Signer, TrustRules } from '../../src/index.ts'
import { localSigner, remembering } from '../drafts.ts'
import { testIssuer, vouchFor } from '../test-issuer.ts'
import { github, type Honest, honestLedger, type Kind } from './honest.ts'

/** What an attacker can do. All push to the ledger's branch, by force, too, and date their commits as they like. */
export const POWERS = ['pushes', 'keys', 'branch', 'job', 'all keys', 'everything', 'bucket', 'admin'] as const
export type Power = (typeof POWERS)[number]

interface Abilities {
  /** The keys of the environments, or those of builds besides. */
  readonly keys?: 'environments' | 'all'
  /** Runs code in a job of Sluice that serves staging, and gets its tokens. */
  readonly job?: boolean
  /** Runs workflows of a branch, and gets their tokens. */
  readonly branch?: boolean
  readonly bucket?: boolean
  /** Writes delivery.yml of the default branch, and gets tokens of workflows of their own. */
  readonly admin?: boolean
}

const ABILITIES: Readonly<Record<Power, Abilities>> = {
  pushes: {},
  keys: { keys: 'environments' },
  branch: { keys: 'environments', branch: true },
  job: { keys: 'environments', job: true },
  'all keys': { keys: 'all' },
  everything: { keys: 'all', job: true },
  bucket: { keys: 'all', job: true, bucket: true },
  admin: { admin: true }
}

/** The attacker's own run, which GitHub gives tokens to where they may have some, and when it is. */
export const OWN_RUN = '6666'
export const NOW = '2026-01-01T00:30:00.000Z'

/** A run of a workflow that stands on a branch, which nobody reviewed. */
export const BRANCH_RUN = {
  ref: 'refs/heads/evil',
  workflow: 'octo-org/storefront/.github/workflows/evil.yml@refs/heads/evil',
  workflowSha: '6'.repeat(40)
}

/** A commit of a fork of Sluice: GitHub finds it under the name of the repository that was forked. */
export const IMPOSTOR = '9'.repeat(40)

/** A ledger, and what an attacker can do with it. */
export interface World extends Honest {
  readonly power: Power
  /** Whether they get tokens of GitHub that count for what they say. */
  readonly hasTokens: boolean
  /** Whether they own the bucket of the anchors, so that these say what they like. */
  readonly hasBucket: boolean
  /** A record as the attacker says it: of the run that gets the token. */
  readonly said: <R extends Said>(record: R) => R
  /** Signs a record, where the attacker can. */
  readonly signerFor: (record: LedgerRecord) => Signer | undefined
  /** The token of a record that they wrote, and the key to archive with it: GitHub's where they get one, else their own's. */
  readonly tokenFor: (
    record: LedgerRecord
  ) => { readonly token: Uint8Array; readonly issuer: typeof github } | undefined
}

/** What tells whose a record is. */
type Said = Pick<LedgerRecord, 'run' | 'time'>

const forger = testIssuer('forged')
const listed = remembering(localSigner('builds', ...['integration', 'staging'].flatMap(signersIn)))

export async function worldOf(kind: Kind, power: Power): Promise<World> {
  const honest = await honestLedger(kind)
  const { keys, job = false, branch = false, bucket = false, admin = false } = ABILITIES[power]
  const { builds, environments } = honest.signers
  const own = admin ? [listed] : keys === undefined ? [] : keys === 'all' ? [environments, builds] : [environments]
  const signers = kind === 'vouched' ? [] : own
  return {
    ...honest,
    power,
    rules: admin ? await rulesOf(honest) : honest.rules,
    hasTokens: kind !== 'signed' && (job || admin),
    hasBucket: bucket,
    // Where nothing but keys proves who wrote, they say the ref of an honest run.
    said: record => (branch && kind !== 'signed' && isOwn(record) ? ofBranch(record) : record),
    signerFor: record => signers.find(({ signs }) => signs.includes(signerOf(record))),
    tokenFor: record => {
      if (kind === 'signed') return undefined
      const mayAsk = isOwn(record) && (admin || branch || (job && record.environment === 'staging'))
      const issuer = mayAsk ? github : forger
      const workflow = admin ? { job_workflow_ref: record.run.workflow } : branch && mayAsk ? OF_IMPOSTOR : {}
      return { issuer, token: vouchFor(issuer, record, { environment: record.environment, ...workflow }) }
    }
  }
}

const OF_IMPOSTOR = {
  job_workflow_ref: `octo-org/sluice/.github/workflows/evil.yml@${IMPOSTOR}`,
  job_workflow_sha: IMPOSTOR
}

function isOwn({ run, time }: Said): boolean {
  return run.id === OWN_RUN && time === NOW
}

function ofBranch<R extends Said>(record: R): R {
  const sluice = { repository: 'octo-org/sluice', commit: IMPOSTOR }
  return { ...record, run: { ...record.run, ...BRANCH_RUN, sluice } }
}

/** delivery.yml, as the administrator writes it: with a key of their own, and with any workflow of the repository, of any ref. */
async function rulesOf({ rules, kind }: Honest): Promise<TrustRules> {
  const { fingerprint } = await listed.publicKey()
  const { sluice: _, origins: __, ...tokens } = rules.tokens ?? {}
  return {
    ...rules,
    tokens,
    ...(kind === 'vouched' ? {} : { trust: [...rules.trust, { key: fingerprint, signs: listed.signs }] })
  }
}
