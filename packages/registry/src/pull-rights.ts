/** What a pull asks for; the third action of a usual policy is for pushing. */
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

/**
 * Whether policies may let an account pull. No evaluator: whatever a condition or an exception would decide counts as allowed, so that "no"
 * is certain. Two policies speak of a repository, the registry's and its own; either is enough.
 */
export function mayAllowPull(
  policies: readonly (string | undefined)[],
  account: string,
  repositoryArn: string
): boolean {
  const statements = policies.flatMap(text => (text === undefined ? [] : statementsOf(text)))
  return PULL.every(action =>
    statements.some(
      it =>
        it['Effect'] === 'Allow' &&
        (it['Principal'] === undefined || namesAccount(it['Principal'], account)) &&
        covers(it['Action'], action) &&
        covers(it['Resource'], repositoryArn)
    )
  )
}

type Loose = Readonly<Record<string, unknown>>

function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null
}

/** One that cannot be read may say anything. */
function statementsOf(text: string): readonly Loose[] {
  const anything: Loose = { Effect: 'Allow' }
  try {
    const policy: unknown = JSON.parse(text)
    const statements = isLoose(policy) ? listOf(policy['Statement']) : [anything]
    return statements.map(it => (isLoose(it) ? it : anything))
  } catch {
    return [anything]
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** The account itself, one of its roles or users, anyone, or a service, which pulls for it. */
function namesAccount(principal: unknown, account: string): boolean {
  if (!isLoose(principal)) return principal === '*'
  if ('Service' in principal) return true
  return listOf(principal['AWS']).some(it => it === '*' || String(it).includes(account))
}

/** What is not said is not limited: a repository's own policy names no resource, and `NotAction` is not looked into. */
function covers(patterns: unknown, value: string): boolean {
  if (patterns === undefined) return true
  return listOf(patterns).some(pattern => {
    const parts = String(pattern)
      .split('*')
      .map(part => part.replace(/[.\\+^$|()[\]{}]/g, '\\$&').replaceAll('?', '.'))
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(value)
  })
}
