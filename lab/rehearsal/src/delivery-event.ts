import type { LedgerRecord } from '@sluice/core'
import type { ActEvent } from './act-event.ts'

/** What happens in a delivery. */
export type DeliveryEvent =
  | ActEvent
  | { readonly kind: 'recorded'; readonly record: LedgerRecord }
  | { readonly kind: 'gate-waiting'; readonly environment: string }
  /** The job behind the gate has come to the point where it waits. */
  | { readonly kind: 'gate-held'; readonly environment: string }
  | {
      readonly kind: 'gate-decided'
      readonly environment: string
      readonly state: 'approved' | 'rejected'
      readonly comment: string
    }
