/** Whom an event concerns: the product before any environment, one environment, or either. */
type Scope = 'product' | 'environment' | 'section'

/** What holds of an event besides its scope. */
type Trait =
  /** It is about a release that must have been released before. */
  | 'needsRelease'
  /** Afterwards something else may be live in the environment, or what is live is judged anew. */
  | 'touchesLive'
  /** Afterwards the release of the record is what the environment has. */
  | 'brings'
  /** It ends a run, and the release is not accepted. */
  | 'endsBadly'

/** What every reader and writer of the ledger takes for granted of an event. */
export type EventRules = { readonly scope: Scope } & { readonly [T in Trait]: boolean }

/**
 * What a step may ask to be recorded: it happens on the way, and ends nothing.
 *
 * `adopted` says of a digest that came from elsewhere that it is what a fingerprint's build is: someone looked, and someone else agreed.
 *
 * `withdrawn` is the emergency brake: somebody takes back that a release is good enough in an environment. Nothing that runs is touched by it.
 *
 * `repaired` leaves records out that were never valid, so that one of them does not stop a ledger for ever. What they said of an environment is not
 * known, so what is live there is judged anew.
 */
const STATED = {
  built: rules('product'),
  tested: rules('product'),
  adopted: rules('product'),
  released: rules('product'),
  planned: rules('environment', 'needsRelease'),
  started: rules('environment', 'needsRelease', 'touchesLive'),
  deployed: rules('environment', 'needsRelease', 'touchesLive', 'brings'),
  withdrawn: rules('environment', 'needsRelease'),
  repaired: rules('section', 'touchesLive')
} as const

/**
 * How an environment's part of a run can end. That is derived when its jobs are over, so that `accepted` is not to be had for the asking.
 *
 * `partial` says how far a deployment came that stopped between two units: some are as planned, others are not.
 *
 * `bypassed` touches what is live: a deploy job ran without an approval, and nothing on the ledger says what it did. To ask for acceptance
 * once too often costs a check; to believe that nothing happened would let an unapproved state pass for an accepted one.
 */
const ENDINGS = {
  accepted: rules('environment', 'needsRelease', 'touchesLive'),
  unchanged: rules('environment', 'needsRelease', 'brings'),
  failed: rules('environment', 'endsBadly'),
  partial: rules('environment', 'endsBadly'),
  rejected: rules('environment', 'endsBadly'),
  expired: rules('environment', 'endsBadly'),
  cancelled: rules('environment', 'endsBadly'),
  superseded: rules('environment', 'endsBadly'),
  obsolete: rules('environment', 'endsBadly'),
  bypassed: rules('environment', 'endsBadly', 'touchesLive')
} as const

/** An event that a step may ask for. */
export type StatedEvent = keyof typeof STATED

/** An event that is derived when the jobs of an environment are over. */
export type Ending = keyof typeof ENDINGS

export type LedgerEvent = StatedEvent | Ending

/** Everything that the ledger knows to have happened, and what holds of it. */
export const EVENT_RULES: Readonly<Record<LedgerEvent, EventRules>> = { ...STATED, ...ENDINGS }

/** The events of {@link EVENT_RULES}, in the order in which a delivery has them. */
export const EVENTS: readonly LedgerEvent[] = Object.keys(EVENT_RULES).filter(isEvent)

/** Whether a text names an event. */
export function isEvent(text: string): text is LedgerEvent {
  return Object.hasOwn(EVENT_RULES, text)
}

/** Whether a step may ask for an event. */
export function isStated(event: LedgerEvent): event is StatedEvent {
  return Object.hasOwn(STATED, event)
}

function rules(scope: Scope, ...traits: readonly Trait[]): EventRules {
  return {
    scope,
    needsRelease: traits.includes('needsRelease'),
    touchesLive: traits.includes('touchesLive'),
    brings: traits.includes('brings'),
    endsBadly: traits.includes('endsBadly')
  }
}
