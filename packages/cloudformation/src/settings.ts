import type { RollbackConfiguration, Stack } from '@aws-sdk/client-cloudformation'
import { canonicalJson, type StackSettings } from '@sluice/core'

/** The settings that come with a change set. */
export type ChangeSetSettings = Required<Pick<StackSettings, 'notifications' | 'rollback'>>

/** What triggers a rollback unless CloudFormation says otherwise of it. */
const ALARM = 'AWS::CloudWatch::Alarm'

/** Settings as CloudFormation describes them, of a stack or of a change set. */
export function changeSetSettings(described: {
  readonly NotificationARNs?: readonly string[] | undefined
  readonly RollbackConfiguration?: RollbackConfiguration | undefined
}): ChangeSetSettings {
  const { RollbackTriggers: triggers = [], MonitoringTimeInMinutes: minutes = 0 } =
    described.RollbackConfiguration ?? {}
  // One of another type is another trigger, although its ARN reads the same.
  const alarms = triggers.map(({ Arn = '', Type = ALARM }) => (Type === ALARM ? Arn : `${Arn} (${Type})`))
  return { notifications: [...(described.NotificationARNs ?? [])].sort(), rollback: { alarms: alarms.sort(), minutes } }
}

/** All settings of a stack, as CloudFormation describes it. */
export function liveSettings(stack: Partial<Stack>): Required<StackSettings> {
  return { ...changeSetSettings(stack), terminationProtection: stack.EnableTerminationProtection === true }
}

/** What CreateChangeSet takes: what is absent, the stack keeps as it is; an empty list takes away what it has. */
export function settingsInput({ notifications, rollback }: StackSettings): {
  readonly NotificationARNs?: string[]
  readonly RollbackConfiguration?: RollbackConfiguration
} {
  return {
    ...(notifications === undefined ? {} : { NotificationARNs: [...notifications] }),
    ...(rollback === undefined
      ? {}
      : {
          RollbackConfiguration: {
            RollbackTriggers: rollback.alarms.map(Arn => ({ Arn, Type: ALARM })),
            MonitoringTimeInMinutes: rollback.minutes
          }
        })
  }
}

/** Of settings those that others name: what delivery.yml says nothing of is for others to set, and no difference. */
export function settingsNamed(all: Required<StackSettings>, named: StackSettings): StackSettings {
  const { notifications, rollback, terminationProtection } = all
  return {
    ...(named.notifications === undefined ? {} : { notifications }),
    ...(named.rollback === undefined ? {} : { rollback }),
    ...(named.terminationProtection === undefined ? {} : { terminationProtection })
  }
}

/** Whether a stack or a change set has what is wanted of it with a change set. */
export function hasSettings(found: ChangeSetSettings, wanted: StackSettings): boolean {
  const { notifications, rollback } = found
  const { notifications: topics = notifications, rollback: triggers = rollback } = wanted
  return canonicalJson({ notifications: topics, rollback: triggers }) === canonicalJson({ notifications, rollback })
}

/** As a member of a plan: absent where nothing is set. */
export function asMember(settings: StackSettings): { readonly settings?: StackSettings } {
  return Object.keys(settings).length === 0 ? {} : { settings }
}
