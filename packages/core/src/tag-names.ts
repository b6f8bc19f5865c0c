import { type Digest, hexOf } from './digest.ts'

/**
 * The tag that says which digest a fingerprint was built to. It never moves.
 * @param place of the tag among those of the fingerprint: another is taken only where the one before holds what no record vouches for.
 */
export function sourceTag(fingerprint: Digest, place = 0): string {
  return `src-${hexOf(fingerprint)}${place === 0 ? '' : `.${place}`}`
}

/** The tag of what is deployed to an environment. */
export function environmentTag(environment: string): string {
  return `env-${environment}`
}

/** The tag of what was deployed to an environment before. */
export function previousTag(environment: string): string {
  return `prev-${environment}`
}

/** The tags that move with deployments, as ECR's wildcard filters: all others never do. */
export const MOVING_TAGS: readonly string[] = [environmentTag('*'), previousTag('*')]
