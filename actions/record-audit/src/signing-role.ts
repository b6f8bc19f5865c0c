import type { StatedEvent } from '@sluice/core'
import type { RolePurpose } from '@sluice/pipeline'

/** The role that signs what happens now: the one that does it. */
export function roleOfEvents(told: {
  readonly environment?: string | undefined
  readonly events: readonly StatedEvent[]
}): RolePurpose {
  const { environment, events } = told
  if (environment === undefined) return 'push'
  return { environment, may: dutyOf(events) }
}

/** The role that signs what became of an environment's jobs. No other job has it: whoever plans or deploys does not judge what came of it. */
export function roleOfOutcome(environment: string): RolePurpose {
  return { environment, may: 'record' }
}

function dutyOf(events: readonly StatedEvent[]): 'plan' | 'deploy' | 'record' {
  if (events.some(event => event === 'started' || event === 'deployed')) return 'deploy'
  return events.includes('withdrawn') ? 'record' : 'plan'
}
