import type { Digest } from './digest.ts'

/** Everything that the ledger knows to have happened (design, section 6). */
export const EVENTS = [
  'built',
  'tested',
  'released',
  'planned',
  'started',
  'deployed',
  'accepted',
  'unchanged',
  'failed',
  'rejected',
  'expired',
  'cancelled',
  'superseded',
  'obsolete',
  'bypassed',
  'rolled-back',
  'withdrawn',
  'adopted'
] as const

export type LedgerEvent = (typeof EVENTS)[number]

/** One answer at a GitHub Environment's gate, as GitHub's approvals API gave it; `seenAt` is when it was read. */
export interface Approval {
  readonly userId: string
  readonly login: string
  readonly state: 'approved' | 'rejected'
  readonly comment: string
  readonly seenAt: string
}

/** How a GitHub Environment is protected. */
export interface Protection {
  readonly environment: string
  /** Logins of users and `team:<slug>`, sorted. */
  readonly reviewers: readonly string[]
  readonly preventSelfReview: boolean
  readonly adminBypass: boolean
  readonly branchPolicy: 'protected' | 'custom' | 'none'
}

/** What the writer of a record states; the chain adds `sequence`, `previous` and `time`. */
export interface RecordDraft {
  readonly product: string
  readonly event: LedgerEvent
  readonly environment?: string
  readonly release?: { readonly digest: Digest; readonly commit: string }
  readonly unit?: {
    readonly name: string
    readonly kind: string
    readonly digest: Digest
    readonly fingerprint: Digest
  }
  readonly plan?: Digest
  readonly dossier?: Digest
  readonly actor: { readonly id: string; readonly login: string }
  readonly approvals?: readonly Approval[]
  readonly protection?: Protection
  readonly run: {
    readonly repository: string
    readonly id: string
    readonly attempt: number
    readonly job: string
    readonly ref: string
    readonly workflow: string
    readonly workflowSha: string
    readonly runner: string
  }
  readonly evidence?: readonly { readonly type: string; readonly digest: Digest }[]
  /** Facts of the event that have no member of their own. Values are JSON. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** One record of the ledger, as its file holds it. */
export interface LedgerRecord extends RecordDraft {
  readonly version: 1
  /** Counted from 1. */
  readonly sequence: number
  /** SHA-256 of the previous record's file; absent in the first. */
  readonly previous?: Digest
  /** Server time, RFC 3339 in UTC. */
  readonly time: string
  /** Who signed: the account's name in delivery.yml and the SHA-256 of the public key (DER, SubjectPublicKeyInfo). Absent: the ledger is advisory. */
  readonly key?: { readonly account: string; readonly fingerprint: Digest }
}
