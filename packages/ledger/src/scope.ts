import type { LedgerEvent, RecordDraft } from '@sluice/core'

/** What happens before any environment: only the registry's account may tell of it. */
const OF_NO_ENVIRONMENT: ReadonlySet<LedgerEvent> = new Set(['built', 'tested', 'released'])

/** What may concern one environment, or a release everywhere. */
const OF_ANY_SCOPE: ReadonlySet<LedgerEvent> = new Set(['withdrawn', 'adopted'])

/**
 * Why an event cannot be told of a record's environment; `undefined` when it can. The environment decides whose key must have signed: without
 * this rule any account could speak for builds and releases, by naming an environment of its own.
 */
export function findScopeProblem({
  event,
  environment
}: Pick<RecordDraft, 'event' | 'environment'>): string | undefined {
  if (OF_ANY_SCOPE.has(event)) return undefined
  if (OF_NO_ENVIRONMENT.has(event)) {
    return environment === undefined ? undefined : `${event} belongs to no environment, but it names ${environment}`
  }
  return environment === undefined ? `${event} names no environment` : undefined
}
