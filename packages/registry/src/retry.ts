import { networkRetry, type RetryPolicy } from '@sluice/core'
import { RegistryFailure } from './failure.ts'

/** How often a registry is asked again, and how long one waits for it; what may help is told by `RegistryFailure.again`. */
export const registryRetry: RetryPolicy = networkRetry

/** The verdict for `retry`: only what the registry may answer differently next time. */
export function mayHelpAgain(error: unknown): boolean | number {
  return error instanceof RegistryFailure ? error.again : false
}
