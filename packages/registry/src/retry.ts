import { networkRetry, type RetryPolicy } from '@sluice/core'
import { RegistryFailure } from './failure.ts'

/** How often a registry is asked again, and how long one waits for it; what may help is told by `RegistryFailure.again`. */
export const registryRetry: RetryPolicy = networkRetry

/** How long one waits at most because a registry asks for it (`Retry-After`), in seconds. */
export const LONGEST_RETRY_AFTER = 60

/** The verdict for `retry`: only what the registry may answer differently next time. */
export function mayHelpAgain(error: unknown): boolean | number {
  return error instanceof RegistryFailure ? error.again : false
}
