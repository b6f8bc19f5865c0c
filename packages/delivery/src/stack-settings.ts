import type { StackSettings } from '@sluice/core'
import type { Environment, Unit } from './delivery.ts'

/** What the stack of a unit is set to in an environment, whose keys come before the unit's own; what neither has is absent. */
export function stackSettings(
  { stacks }: Pick<Environment, 'stacks'>,
  { name, stack }: Pick<Unit, 'name' | 'stack'>
): StackSettings {
  const written = { ...stack, ...stacks[name] }
  const { notifications, rollbackAlarms, monitoring = 0, terminationProtection } = written
  return {
    ...(notifications === undefined ? {} : { notifications: [...notifications].sort() }),
    ...(rollbackAlarms === undefined ? {} : { rollback: { alarms: [...rollbackAlarms].sort(), minutes: monitoring } }),
    ...(terminationProtection === undefined ? {} : { terminationProtection })
  }
}
