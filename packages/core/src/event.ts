/** Whom an event concerns: the product before any environment, one environment, or either. */
type Scope = 'product' | 'environment' | 'any'

/** What holds of an event besides its scope. */
type Trait =
  /** A step may ask for it to be recorded. Everything else is derived, so that `accepted` is not to be had for the asking. */
  | 'stated'
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
 * Everything that the ledger knows to have happened, and what holds of it.
 *
 * `bypassed` touches what is live: a deploy job ran without an approval, and nothing on the ledger says what it did. To ask for acceptance
 * once too often costs a check; to believe that nothing happened would let an unapproved state pass for an accepted one.
 */
export const EVENT_RULES = {
  built: rules('product', 'stated'),
  tested: rules('product', 'stated'),
  released: rules('product', 'stated'),
  planned: rules('environment', 'stated', 'needsRelease'),
  started: rules('environment', 'stated', 'needsRelease', 'touchesLive'),
  deployed: rules('environment', 'stated', 'needsRelease', 'touchesLive', 'brings'),
  accepted: rules('environment', 'needsRelease', 'touchesLive'),
  unchanged: rules('environment', 'needsRelease', 'brings'),
  failed: rules('environment', 'endsBadly'),
  rejected: rules('environment', 'endsBadly'),
  expired: rules('environment', 'endsBadly'),
  cancelled: rules('environment', 'endsBadly'),
  superseded: rules('environment', 'endsBadly'),
  obsolete: rules('environment', 'endsBadly'),
  bypassed: rules('environment', 'endsBadly', 'touchesLive'),
  withdrawn: rules('any'),
  adopted: rules('any', 'touchesLive', 'brings')
} as const satisfies Readonly<Record<string, EventRules>>

export type LedgerEvent = keyof typeof EVENT_RULES

/** The events of {@link EVENT_RULES}, in the order in which a delivery has them. */
export const EVENTS: readonly LedgerEvent[] = Object.keys(EVENT_RULES).filter(isEvent)

/** Whether a text names an event. */
export function isEvent(text: string): text is LedgerEvent {
  return Object.hasOwn(EVENT_RULES, text)
}

function rules(scope: Scope, ...traits: readonly Trait[]): EventRules {
  return {
    scope,
    stated: traits.includes('stated'),
    needsRelease: traits.includes('needsRelease'),
    touchesLive: traits.includes('touchesLive'),
    brings: traits.includes('brings'),
    endsBadly: traits.includes('endsBadly')
  }
}
