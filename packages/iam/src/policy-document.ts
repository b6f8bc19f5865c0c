/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Conditions
}

/** By operator, then by key: the values that are compared with. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** What a role may do, as IAM takes it (IAM, "IAM JSON policy reference"). */
export interface PermissionPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** Who may take a role, as IAM takes it. */
export interface TrustPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly {
    readonly Sid: string
    readonly Effect: 'Allow'
    readonly Principal: { readonly Federated: string } | { readonly Service: string }
    readonly Action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity'
    readonly Condition?: Conditions
  }[]
}

export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Conditions
): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions })
  }
}

export function deny(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Conditions
): Statement {
  return { ...allow(sid, actions, resources, conditions), Effect: 'Deny' }
}

/** A name as it may be a part of a statement's: letters and digits. */
export function sidOf(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase())
}
