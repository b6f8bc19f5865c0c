import { type LedgerRecord, signerOf, signersIn } from '@sluice/core'
import type { Signer, TrustRules } from '../../src/index.ts'
import { localSigner, remembering } from '../drafts.ts'
import { testIssuer, vouchFor } from '../test-issuer.ts'
import { github, type Honest, honestLedger, type Kind } from './honest.ts'

/** What an attacker can do. All push to the ledger's branch, by force, too, and date their commits as they like. */
export const POWERS = ['pushes', 'keys', 'job', 'all keys', 'everything', 'bucket', 'admin'] as const
export type Power = (typeof POWERS)[number]

interface Abilities {
  /** The keys of the environments, or those of builds besides. */
  readonly keys?: 'environments' | 'all'
  /** Runs code in a job of Sluice that serves staging, and gets its tokens. */
  readonly job?: boolean
  readonly bucket?: boolean
  /** Writes delivery.yml of the default branch, and gets tokens of workflows of their own. */
  readonly admin?: boolean
}

const ABILITIES: Readonly<Record<Power, Abilities>> = {
  pushes: {},
  keys: { keys: 'environments' },
  job: { keys: 'environments', job: true },
  'all keys': { keys: 'all' },
  everything: { keys: 'all', job: true },
  bucket: { keys: 'all', job: true, bucket: true },
  admin: { admin: true }
}

/** The attacker's own run, which GitHub gives tokens to where they may have some, and when it is. */
export const OWN_RUN = '6666'
export const NOW = '2026-01-01T00:30:00.000Z'

/** A ledger, and what an attacker can do with it. */
export interface World extends Honest {
  readonly power: Power
  /** Whether they get tokens of GitHub. */
  readonly hasTokens: boolean
  /** Whether they own the bucket of the anchors, so that these say what they like. */
  readonly hasBucket: boolean
  /** Signs a record, where the attacker can. */
  readonly signerFor: (record: LedgerRecord) => Signer | undefined
  /** The token of a record that they wrote, and the key to archive with it: GitHub's where they get one, else their own's. */
  readonly tokenFor: (
    record: LedgerRecord
  ) => { readonly token: Uint8Array; readonly issuer: typeof github } | undefined
}

const forger = testIssuer('forged')
const listed = remembering(localSigner('builds', ...['integration', 'staging'].flatMap(signersIn)))

export async function worldOf(kind: Kind, power: Power): Promise<World> {
  const honest = await honestLedger(kind)
  const { keys, job = false, bucket = false, admin = false } = ABILITIES[power]
  const { builds, environments } = honest.signers
  const own = admin ? [listed] : keys === undefined ? [] : keys === 'all' ? [environments, builds] : [environments]
  const signers = kind === 'vouched' ? [] : own
  return {
    ...honest,
    power,
    rules: admin ? await rulesOf(honest) : honest.rules,
    hasTokens: kind !== 'signed' && (job || admin),
    hasBucket: bucket,
    signerFor: record => signers.find(({ signs }) => signs.includes(signerOf(record))),
    tokenFor: record => {
      if (kind === 'signed') return undefined
      const isOwn = record.run.id === OWN_RUN && record.time === NOW
      const mayAsk = isOwn && (admin || (job && record.environment === 'staging'))
      const issuer = mayAsk ? github : forger
      const workflow = admin ? { job_workflow_ref: record.run.workflow } : {}
      return { issuer, token: vouchFor(issuer, record, { environment: record.environment, ...workflow }) }
    }
  }
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
