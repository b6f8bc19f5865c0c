import type { PermissionPolicy, RolePolicies, Statement } from '../src/index.ts'

/** What IAM knows of a request: condition keys, each with its values. */
export type RequestContext = Readonly<Record<string, readonly string[]>>

/**
 * Whether a policy lets a call through, as IAM decides: a denial wins, and what nothing allows is denied. Without a context all
 * conditions are taken as met.
 */
export function allows(policy: PermissionPolicy, action: string, resource: string, context?: RequestContext): boolean {
  const applies = (statement: Statement): boolean =>
    statement.Action.some(pattern => matches(pattern, action)) &&
    isAbout(statement, resource) &&
    (context === undefined || isMet(statement, context))
  return (
    policy.Statement.some(statement => statement.Effect === 'Allow' && applies(statement)) &&
    !policy.Statement.some(statement => statement.Effect === 'Deny' && applies(statement))
  )
}

function isAbout({ Resource, NotResource = [] }: Statement, resource: string): boolean {
  const isNamed = (Resource ?? NotResource).some(pattern => matches(pattern, resource))
  return Resource === undefined ? !isNamed : isNamed
}

/** Whether each condition of a statement holds (IAM, "IAM JSON policy elements: Condition operators"). */
function isMet({ Condition = {} }: Statement, context: RequestContext): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, context[key], [values].flat()))
  )
}

function holds(operator: string, found: readonly string[] | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'Null':
      return (found === undefined) === (wanted[0] === 'true')
    case 'StringEquals':
      return found?.every(it => wanted.includes(it)) === true
    case 'ArnNotLike':
      return found === undefined || found.every(it => !wanted.some(pattern => matches(pattern, it)))
    case 'StringNotEquals':
      // What is negated holds also of what is absent.
      return found === undefined || found.every(it => !wanted.includes(it))
    case 'ArnEquals':
    case 'ArnLike':
    case 'StringLike':
      return found?.every(it => wanted.some(pattern => matches(pattern, it))) === true
    case 'ForAnyValue:StringLike':
      return (found ?? []).some(it => wanted.some(pattern => matches(pattern, it)))
    default:
      throw new Error(`The test does not know the operator ${operator}.`)
  }
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
