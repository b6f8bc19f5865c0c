import { BUILDS, type SigningDuty } from '@sluice/core'
import type { Delivery, Environment } from '@sluice/delivery'
import { accountNamed, deliveryRoles, type Role } from '@sluice/delivery'
import { accountScope } from './account-scope.ts'
import { anchorPermissions, anchorScope, readAnchorPermissions } from './anchor-permissions.ts'
import { boundaryArn, protectedScope } from './boundary.ts'
import type { PermissionPolicy, Statement, TrustPolicy } from './policy-document.ts'
import { promotePermissions, pullPermissions, pushPermissions } from './registry-permissions.ts'
import { type Job, jobsOfRoles, TRUST_IN_CLOUDFORMATION, type TrustedRepository, trustInJobs } from './role-trust.ts'
import { settingsScope } from './settings-permissions.ts'
import { signPermissions } from './sign-permissions.ts'
import {
  deployPermissions,
  type EnvironmentScope,
  executionPermissions,
  planPermissions,
  recordPermissions
} from './stack-permissions.ts'

/** A role with all that IAM has to know of it. */
export interface RolePolicies {
  readonly role: Role
  readonly trust: TrustPolicy
  readonly permissions: PermissionPolicy
  /** ARN of the managed policy that bounds it: of roles that do what templates say. */
  readonly boundary?: string
}

export interface RolePolicyOptions {
  readonly delivery: Delivery
  readonly repository: TrustedRepository
  /** What the stacks of an environment are made of: only the product knows. Absent: nothing, so no stack can be made. */
  readonly execution?: (environment: Environment) => readonly Statement[]
}

/**
 * Every role of a delivery, with who may take it and the least that it needs (promise 9). Pure: nothing is asked of AWS.
 * `docs/aws-roles.md` says why each permission is there.
 */
export function rolePolicies({
  delivery,
  repository,
  execution = () => []
}: RolePolicyOptions): readonly RolePolicies[] {
  const { product, ledger, registry, environments } = delivery
  const roles = deliveryRoles(delivery)
  const jobs = jobsOfRoles(delivery)
  const ops = { ...accountScope(delivery, registry.account), product }
  const anchors = anchorScope(delivery)
  const forJobs = (role: Role, by: readonly Job[], statements: readonly Statement[]): RolePolicies => ({
    role,
    trust: trustInJobs(accountScope(delivery, role.account), repository, delivery, by),
    permissions: policy(statements)
  })
  return [
    forJobs(roles.push, jobs.push, [
      ...pushPermissions(ops),
      ...signPermissions(ops, ledger.key, BUILDS),
      ...anchorPermissions(anchors, 'product')
    ]),
    forJobs(roles.pull, jobs.pull, [...pullPermissions(ops), ...readAnchorPermissions(anchors)]),
    ...environments.flatMap(environment => {
      const { promote, plan, deploy, record, execution: executing } = roles.environment(environment.name)
      const scope = scopeOf(delivery, environment, executing)
      const guarded = protectedScope(delivery, environment.account)
      const sign = (duty: SigningDuty): readonly Statement[] => [
        ...signPermissions(scope, ledger.key, `${environment.name}/${duty}`),
        ...anchorPermissions(anchors, `environments/${environment.name}`)
      ]
      return [
        forJobs(promote, jobs.deploy(environment), promotePermissions(ops)),
        forJobs(plan, jobs.plan(environment), [...planPermissions(scope), ...sign('plan')]),
        forJobs(deploy, jobs.deploy(environment), [...deployPermissions(scope), ...sign('intent')]),
        forJobs(record, jobs.record, [...recordPermissions(scope), ...sign('outcome')]),
        {
          role: executing,
          trust: TRUST_IN_CLOUDFORMATION,
          permissions: policy(executionPermissions(scope, guarded, execution(environment))),
          boundary: boundaryArn(guarded)
        }
      ]
    })
  ]
}

function policy(statements: readonly Statement[]): PermissionPolicy {
  return { Version: '2012-10-17', Statement: statements }
}

function scopeOf(delivery: Delivery, environment: Environment, executing: Role): EnvironmentScope {
  const { name, account } = environment
  const { product, environments, units } = delivery
  const { id, bundles, ssmParameters = [] } = accountNamed(delivery, account)
  return {
    ...accountScope(delivery, account),
    product,
    ...(bundles === undefined ? {} : { bundles }),
    environment: name,
    lookalikes: environments
      .filter(other => other.name.startsWith(`${name}-`) && accountScope(delivery, other.account).id === id)
      .map(other => other.name),
    executionRole: executing.arn,
    ssmParameters,
    ...settingsScope(delivery, environment),
    publishes: units.some(unit => unit.kind === 'bundle' && unit.bundle.publish !== undefined),
    invalidates: units.some(unit => unit.kind === 'bundle' && unit.bundle.invalidate !== undefined)
  }
}
