import type { Digest } from './digest.ts'
import type { LedgerEvent } from './ledger-event.ts'

/** What is told of an environment, by who tells it: the job that plans, the one behind the gate, the one that says how it ended. */
export const SIGNING_DUTIES = ['plan', 'intent', 'outcome'] as const

export type SigningDuty = (typeof SIGNING_DUTIES)[number]

/** Who signs for what belongs to no environment. */
export const BUILDS = 'builds'

/** Who signs a record: one party, with a key that is nobody else's. In an environment `<environment>/<duty>`. */
export type SignerName = typeof BUILDS | `${string}/${SigningDuty}`

/**
 * Which event needs whose word. Who plans cannot say that it was approved, who deploys cannot say that it went well, and whoever may tell
 * outcomes without an approval deploys nothing.
 */
const DUTIES: Readonly<Record<LedgerEvent, typeof BUILDS | SigningDuty>> = {
  built: BUILDS,
  tested: BUILDS,
  released: BUILDS,
  adopted: BUILDS,
  planned: 'plan',
  started: 'intent',
  deployed: 'intent',
  withdrawn: 'outcome',
  repaired: 'outcome',
  accepted: 'outcome',
  unchanged: 'outcome',
  failed: 'outcome',
  partial: 'outcome',
  rejected: 'outcome',
  expired: 'outcome',
  cancelled: 'outcome',
  superseded: 'outcome',
  obsolete: 'outcome',
  bypassed: 'outcome'
}

/** Who signs a record of an event. */
export function signerOf(record: { readonly event: LedgerEvent; readonly environment?: string }): SignerName {
  const duty = DUTIES[record.event]
  return duty === BUILDS || record.environment === undefined ? BUILDS : `${record.environment}/${duty}`
}

/** All who sign for an environment. */
export function signersIn(environment: string): readonly SignerName[] {
  return SIGNING_DUTIES.map((duty): SignerName => `${environment}/${duty}`)
}

/** The environment that a signer speaks of, and as what; `undefined` for what belongs to none. */
export function stationOf(
  signer: SignerName
): { readonly environment: string; readonly duty: SigningDuty } | undefined {
  const [environment = '', name] = signer.split('/')
  const duty = SIGNING_DUTIES.find(it => it === name)
  return duty === undefined ? undefined : { environment, duty }
}

/** A key whose signatures count: for whom, and in which records. */
export interface TrustedKey {
  /** SHA-256 of the public key (DER, SubjectPublicKeyInfo). */
  readonly key: Digest
  readonly signs: readonly SignerName[]
  /** Sequence of the first record that it may have signed; absent: from the beginning. */
  readonly from?: number
  /** Sequence of the last; absent: it is in force. */
  readonly until?: number
}

/** The alias of a signer's key in KMS, in the account that it signs in. */
export function signerAlias(ledgerKey: string, signer: SignerName): string {
  return `${ledgerKey}/${signer}`
}
