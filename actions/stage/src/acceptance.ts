import type { Environment } from '@sluice/delivery'

/**
 * Which checks are due of what is live: the product's own commands, which must run far from what the jobs of a stage may do; requests, which
 * the job that records can send; or none.
 */
export type Acceptance = 'commands' | 'requests' | 'none'

/** The acceptance of an environment in which something is to be accepted. A product without checks accepts everything, by no requests at all. */
export function acceptanceOf({ accept }: Pick<Environment, 'accept'>): Exclude<Acceptance, 'none'> {
  return accept.run.length > 0 ? 'commands' : 'requests'
}
