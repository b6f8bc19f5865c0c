import type { PermissionPolicy, RolePolicies, Statement } from '../src/index.ts'

/** Whether a policy lets a call through, as IAM decides: a denial wins, and what nothing allows is denied. Conditions are taken as met. */
export function allows(policy: PermissionPolicy, action: string, resource: string): boolean {
  const applies = (statement: Statement): boolean =>
    statement.Action.some(pattern => matches(pattern, action)) &&
    statement.Resource.some(pattern => matches(pattern, resource))
  return (
    policy.Statement.some(statement => statement.Effect === 'Allow' && applies(statement)) &&
    !policy.Statement.some(statement => statement.Effect === 'Deny' && applies(statement))
  )
}

/** The one role with this name. */
export function named(policies: readonly RolePolicies[], name: string): RolePolicies {
  const [found, ...others] = policies.filter(({ role }) => role.name === `sluice-storefront-${name}`)
  if (found === undefined || others.length > 0) throw new Error(`There is not one role ${name}.`)
  return found
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.\\+?^$()[\]{}|/-]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(text)
}
