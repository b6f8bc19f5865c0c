/** What a stack is set to besides template, parameters and tags; what delivery.yml says nothing of is absent, and stays as it is. */
export interface StackSettings {
  /** ARNs of the SNS topics that CloudFormation sends the stack's events to, sorted. */
  readonly notifications?: readonly string[]
  /** What has CloudFormation roll an operation back. */
  readonly rollback?: RollbackTriggers
  /** Whether the stack is protected from deletion. */
  readonly terminationProtection?: boolean
}

/** Alarms that roll an operation back, while it runs and for a time after it. */
export interface RollbackTriggers {
  /** ARNs, sorted. */
  readonly alarms: readonly string[]
  /** How long they are watched after everything is deployed. */
  readonly minutes: number
}

/** Settings as texts, by what people call them; one that is absent has none. */
export function settingTexts({
  notifications,
  rollback,
  terminationProtection
}: StackSettings = {}): Readonly<Record<string, string>> {
  return {
    ...(notifications === undefined ? {} : { notifications: listed(notifications) }),
    ...(rollback === undefined
      ? {}
      : { 'rollback alarms': listed(rollback.alarms), monitoring: `${rollback.minutes} min` }),
    ...(terminationProtection === undefined ? {} : { 'termination protection': terminationProtection ? 'on' : 'off' })
  }
}

function listed(arns: readonly string[]): string {
  return arns.length === 0 ? 'none' : arns.join(', ')
}
