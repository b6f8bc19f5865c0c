import type { StatedEvent } from '@sluice/core'
import type { RolePurpose } from '@sluice/pipeline'

/** The role that signs what happens now: the one that does it. */
export function roleOfEvents(told: {
  readonly environment?: string | undefined
  readonly events: readonly StatedEvent[]
}): RolePurpose {
  const { environment, events } = told
  if (environment === undefined) return 'push'
  return { environment, may: events.some(event => event === 'started' || event === 'deployed') ? 'deploy' : 'plan' }
}

/** The role that signs what became of an environment's jobs: the one that every job may have, without an approval. */
export function roleOfOutcome(environment: string): RolePurpose {
  return { environment, may: 'plan' }
}
