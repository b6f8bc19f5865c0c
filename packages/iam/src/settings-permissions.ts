import type { Delivery, Environment } from '@sluice/delivery'
import { stackSettings } from '@sluice/delivery'
import { type AccountScope, arn } from './account-scope.ts'
import { allow, type Statement } from './policy-document.ts'

/** What the stacks of an environment are set to, as far as it takes rights. */
export interface SettingsScope extends AccountScope {
  /** ARNs of the topics that CloudFormation sends events to, sorted. */
  readonly topics: readonly string[]
  /** Whether alarms roll updates back. */
  readonly watches: boolean
  /** Whether delivery.yml says of any stack if it is protected from deletion. */
  readonly protects: boolean
}

/** The settings of all stacks of an environment. */
export function settingsScope(
  { units }: Pick<Delivery, 'units'>,
  environment: Environment
): Pick<SettingsScope, 'topics' | 'watches' | 'protects'> {
  const all = units.map(unit => stackSettings(environment, unit))
  return {
    topics: [...new Set(all.flatMap(({ notifications = [] }) => notifications))].sort(),
    watches: all.some(({ rollback }) => rollback !== undefined && rollback.alarms.length > 0),
    protects: all.some(({ terminationProtection }) => terminationProtection !== undefined)
  }
}

/**
 * What CloudFormation asks for on behalf of whoever makes a change set, carries it out, or is the role of the stack: it publishes to topics as the
 * first (awslabs/aws-service-catalog-puppet#19), and looks at alarms as the last (CodeCatalyst, "Configuring rollbacks"). Which of the three it takes
 * where, AWS does not say, nor which alarms it lists.
 */
export function watchStacks(scope: SettingsScope): readonly Statement[] {
  return [
    ...(scope.topics.length === 0 ? [] : [allow('TellTopics', ['sns:Publish'], scope.topics)]),
    ...(scope.watches
      ? [allow('WatchAlarms', ['cloudwatch:DescribeAlarms'], [arn(scope, 'cloudwatch', 'alarm:*')])]
      : [])
  ]
}
