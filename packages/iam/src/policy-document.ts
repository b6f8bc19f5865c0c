import { hexOf, sha256 } from '@sluice/core'

/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  /** One of the two: what it is about, or all but that. */
  readonly Resource?: readonly string[]
  readonly NotResource?: readonly string[]
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

/** Denies actions on everything but these resources. */
export function denyElsewhere(sid: string, actions: readonly string[], resources: readonly string[]): Statement {
  return { Sid: sid, Effect: 'Deny', Action: actions, NotResource: resources }
}

/** A name as it may be a part of a statement's: letters and digits, and another one for each name (`eu-1` is not `eu1`), since a policy may not repeat it. */
export function sidOf(name: string): string {
  const sid = name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase())
  const read = sid.replace(/[A-Z]/g, (letter, at) => `${at === 0 ? '' : '-'}${letter.toLowerCase()}`)
  return read === name ? sid : `${sid}${hexOf(sha256(name)).slice(0, 8)}`
}
