import { partitionOf } from '@sluice/core'
import type { Note } from './note.ts'
import { show } from './problem.ts'
import type { DeliveryFile, EnvironmentFile } from './schema.ts'
import type { Path } from './yaml-source.ts'

type Settings = EnvironmentFile['stacks'][string]

/** Settings of stacks come from two places, and are of one account and region: both are known with the environment alone. */
export function checkSettings(file: DeliveryFile, note: Note, onlyAccount: string | undefined): void {
  for (const [index, environment] of file.environments.entries()) {
    const name = environment.account ?? onlyAccount ?? ''
    const account = Object.hasOwn(file.accounts, name) ? file.accounts[name] : undefined
    for (const [unit, { stack }] of Object.entries(file.units)) {
      const own: Settings = Object.hasOwn(environment.stacks, unit) ? (environment.stacks[unit] ?? {}) : {}
      const placeOf = (key: keyof Settings): Path =>
        Object.hasOwn(own, key) ? ['environments', index, 'stacks', unit, key] : ['units', unit, 'stack', key]
      const { notifications: topics = [], rollbackAlarms: alarms = [], monitoring } = { ...stack, ...own }
      if (monitoring !== undefined && alarms.length === 0)
        note(
          placeOf('monitoring'),
          `${monitoring} and no alarms for the stack of ${unit} in ${environment.name}`,
          'monitoring is how long rollbackAlarms are watched: add some, or remove it'
        )
      if (account === undefined) continue
      const { id, region } = account
      const partition = partitionOf(region)
      for (const [position, topic] of topics.entries()) {
        if (topic.startsWith(`arn:${partition}:`)) continue
        note(
          [...placeOf('notifications'), position],
          show(topic),
          `the stacks of ${environment.name} are in ${region}, which reaches no topic outside of arn:${partition}: name those of each environment under its stacks.${unit}`
        )
      }
      for (const [position, alarm] of alarms.entries()) {
        if (alarm.startsWith(`arn:${partition}:cloudwatch:${region}:${id}:`)) continue
        note(
          [...placeOf('rollbackAlarms'), position],
          show(alarm),
          `the stacks of ${environment.name} are in ${id}, ${region}, and CloudFormation watches alarms of there only: name those of each environment under its stacks.${unit}`
        )
      }
    }
  }
}
