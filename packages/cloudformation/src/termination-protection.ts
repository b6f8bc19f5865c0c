import type { Log, PlannedStack } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import type { LiveStack } from './live-stack.ts'

/** Whether a plan is to set the termination protection of a stack that exists: no change set does. */
export function changesProtection({ base, settings }: Pick<PlannedStack, 'base' | 'settings'>): boolean {
  const wanted = settings?.terminationProtection
  return wanted !== undefined && base !== undefined && base.settings?.terminationProtection !== wanted
}

/** Whether a stack is protected as its plan found it, or wants it: anything else was set by others since. */
export function isProtectedAsPlanned(
  planned: Pick<PlannedStack, 'base' | 'settings'>,
  { settings }: Pick<LiveStack, 'settings'>
): boolean {
  const wanted = planned.settings?.terminationProtection
  const asWanted = wanted === undefined || settings.terminationProtection === wanted
  return asWanted || planned.base === undefined || changesProtection(planned)
}

/**
 * Sets the termination protection of a stack as it is planned, when all else of it is: one whose deployment failed keeps what it had, so that it can
 * be replaced.
 * @returns whether it was another one before.
 * @throws AccessDenied where the role may not.
 */
export async function settleProtection(
  { cloudFormation, log }: { readonly cloudFormation: CloudFormation; readonly log: Log },
  { stack, settings }: Pick<PlannedStack, 'stack' | 'settings'>,
  live: LiveStack | undefined
): Promise<boolean> {
  const wanted = settings?.terminationProtection
  if (wanted === undefined || live === undefined || live.settings.terminationProtection === wanted) return false
  await cloudFormation.updateTerminationProtection({ StackName: live.id, EnableTerminationProtection: wanted })
  log.info(`${stack}: termination protection is ${wanted ? 'on' : 'off'}`)
  return true
}
