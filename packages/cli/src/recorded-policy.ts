import { type LedgerRecord, type PolicyFile, type RecordOf, sha256 } from '@sluice/core'
import { ConfigError, type Delivery, deliveryRefPatterns, parseDelivery } from '@sluice/delivery'
import { git, readBlobs } from '@sluice/git'
import { type GateRules, type LedgerNote, recordPath } from '@sluice/ledger'
import { evaluateProtection } from '@sluice/policy'

type Gated = RecordOf<'planned' | 'started'>

/** What a clone holds of a policy that a record names. */
type Found =
  | { readonly kind: 'policy'; readonly policy: Delivery }
  /** It is here, and not what the record says. */
  | { readonly kind: 'other'; readonly fault: string }
  /** It is not here, or of a form that this version does not read. */
  | { readonly kind: 'unknown' }

/** How gates are judged by the policies that records name, and what of these cannot be looked at. */
export interface RecordedPolicies {
  readonly gateFault: NonNullable<GateRules['gateFault']>
  readonly notes: readonly LedgerNote[]
}

/**
 * Reads the policies that plans and intents were made under, from the same clone: delivery.yml at the commits that they name. Each must be on
 * the default branch, which nobody pushes to who is not trusted with it; so a gate is judged by the policy of then, with the function that
 * let the deployment begin. Without this, somebody with a key could say of a gate that it asks nobody.
 */
export async function readRecordedPolicies(
  directory: string,
  records: readonly LedgerRecord[]
): Promise<RecordedPolicies> {
  const firsts = new Map<string, { readonly policy: PolicyFile; readonly sequence: number }>()
  for (const { event, policy, sequence } of records) {
    if ((event !== 'planned' && event !== 'started') || policy === undefined) continue
    if (!firsts.has(keyOf(policy))) firsts.set(keyOf(policy), { policy, sequence })
  }
  const found = await lookUp(directory, firsts)
  const notes = [...firsts].flatMap(([key, { policy, sequence }]): LedgerNote[] =>
    found.get(key)?.kind === 'unknown'
      ? [
          {
            path: recordPath(sequence),
            sequence,
            note: `it names the policy ${policy.path} at commit ${policy.commit}, which this clone does not hold: gates cannot be compared with it`
          }
        ]
      : []
  )
  return { notes, gateFault: record => faultOf(record, found) }
}

function keyOf({ commit, path, digest }: PolicyFile): string {
  return `${commit} ${digest} ${path}`
}

async function lookUp(
  directory: string,
  firsts: ReadonlyMap<string, { readonly policy: PolicyFile }>
): Promise<ReadonlyMap<string, Found>> {
  // A path with a line end would be read as two questions.
  const asked = [...firsts].filter(([, { policy }]) => !/\p{Cc}/u.test(policy.path))
  const blobs = await readBlobs(
    directory,
    asked.map(([, { policy }]) => `${policy.commit}:${policy.path}`)
  )
  const past = await commitsOfDefaultBranch(directory)
  const found = new Map<string, Found>([...firsts.keys()].map(key => [key, { kind: 'unknown' }]))
  for (const [n, [key, { policy }]] of asked.entries()) {
    const blob = blobs[n]
    if (blob !== undefined) found.set(key, readPolicy(policy, blob, past))
  }
  return found
}

function readPolicy({ path, commit, digest }: PolicyFile, blob: Buffer, past: ReadonlySet<string>): Found {
  if (!past.has(commit))
    return { kind: 'other', fault: `it names the policy of commit ${commit}, which is not on the default branch` }
  if (sha256(blob) !== digest)
    return { kind: 'other', fault: `it names the policy ${digest}, but ${path} at commit ${commit} is ${sha256(blob)}` }
  try {
    return { kind: 'policy', policy: parseDelivery(blob, path) }
  } catch (error: unknown) {
    if (error instanceof ConfigError) return { kind: 'unknown' }
    throw error
  }
}

/** The commits of the branch that origin calls the default one; of a bare clone, or one without origin, of its own. */
async function commitsOfDefaultBranch(directory: string): Promise<ReadonlySet<string>> {
  for (const branch of ['refs/remotes/origin/HEAD', 'HEAD']) {
    const { code, stdout } = await git(directory, ['rev-list', branch, '--'])
    if (code === 0) return new Set(stdout.toString('utf8').trim().split('\n'))
  }
  return new Set()
}

function faultOf(record: Gated, found: ReadonlyMap<string, Found>): string | undefined {
  const { event, environment = '', policy: named, protection } = record
  if (named === undefined) return `${event} for ${environment} without naming the policy that it was ruled by`
  const it = found.get(keyOf(named)) ?? { kind: 'unknown' }
  if (it.kind !== 'policy') return it.kind === 'other' ? it.fault : undefined
  const configured = it.policy.environments.find(({ name }) => name === environment)
  if (configured === undefined)
    return `${event} for ${environment}, which its policy (commit ${named.commit}) does not name`
  if (protection === undefined) return undefined
  const { gate, level, allowAdminBypass, secondPerson } = configured
  const verdict = evaluateProtection(protection, {
    environment,
    gate,
    level,
    allowAdminBypass,
    secondPerson,
    deliveryRefs: deliveryRefPatterns(it.policy, defaultBranchOf(protection.refs))
  })
  if (!verdict.allowed) return `${event} under a policy that does not let it: ${verdict.reason}`
  if (verdict.protection.secondPerson !== protection.secondPerson)
    return `${event} for ${environment} without saying that no second person is asked`
  return undefined
}

/** A policy without `deliverFrom` delivers from the default branch, whose name of then is told by the gate alone. */
function defaultBranchOf(refs: readonly string[]): string {
  const [only = ''] = refs
  return only.replace(/^refs\/heads\//, '')
}
