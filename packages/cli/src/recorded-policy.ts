import { type LedgerRecord, type PolicyFile, type RecordOf, sha256 } from '@sluice/core'
import { ConfigError, type Delivery, deliveryRefPatterns, parseDelivery } from '@sluice/delivery'
import { type BlobReader, blobsOf, git } from '@sluice/git'
import { type LedgerNote, recordPath } from '@sluice/ledger'
import { evaluateProtection } from '@sluice/policy'
import { PolicyOrder } from './policy-order.ts'

type Gated = RecordOf<'planned' | 'started'>

/** What a clone holds of a policy that a record names. */
type Found =
  | { readonly kind: 'policy'; readonly policy: Delivery }
  /** It is here, and not what the record says. */
  | { readonly kind: 'other'; readonly fault: string }
  /** It is not here, or of a form that this version does not read. */
  | { readonly kind: 'unknown' }

/**
 * The policies that plans and intents were made under, from the same clone: delivery.yml at the commits that they name. Each must be on
 * the default branch, which nobody pushes to who is not trusted with it; so a gate is judged by the policy of then, with the function that
 * let the deployment begin. Without this, somebody with a key could say of a gate that it asks nobody.
 */
export class RecordedPolicies {
  readonly #directory: string
  readonly #blobs: BlobReader
  readonly #found = new Map<string, Found>()
  /** Policies by their content: most commits leave it as it was. */
  readonly #parsed = new Map<string, Found>()
  readonly #order = new PolicyOrder()
  #past: Promise<ReadonlyMap<string, number>> | undefined
  #places: ReadonlyMap<string, number> = new Map()

  /** @param blobs what reads the clone. */
  constructor(directory: string, blobs: BlobReader = blobsOf(directory)) {
    this.#directory = directory
    this.#blobs = blobs
  }

  /** Judges the gate of a plan or intent that was looked at, and remembers its policy: of each once, in their order. @returns what is wrong. */
  readonly judgeNext = (record: Gated): string | undefined => {
    const tooOld = this.#order.judgeNext(record, this.#places)
    return faultOf(record, this.#found) ?? tooOld
  }

  /** Looks at the policies that some records name. @returns what cannot be looked at, once for each policy. */
  async look(records: readonly LedgerRecord[]): Promise<readonly LedgerNote[]> {
    const firsts = new Map<string, { readonly policy: PolicyFile; readonly sequence: number }>()
    for (const { event, policy, sequence } of records) {
      if ((event !== 'planned' && event !== 'started') || policy === undefined) continue
      const key = keyOf(policy)
      if (!this.#found.has(key) && !firsts.has(key)) firsts.set(key, { policy, sequence })
    }
    if (firsts.size === 0) return []
    await this.#lookUp(firsts)
    return [...firsts].flatMap(([key, { policy, sequence }]): LedgerNote[] =>
      this.#found.get(key)?.kind === 'unknown'
        ? [
            {
              path: recordPath(sequence),
              sequence,
              note: `it names the policy ${policy.path} at commit ${policy.commit}, which this clone does not hold: gates cannot be compared with it`
            }
          ]
        : []
    )
  }

  async #lookUp(firsts: ReadonlyMap<string, { readonly policy: PolicyFile }>): Promise<void> {
    for (const key of firsts.keys()) this.#found.set(key, { kind: 'unknown' })
    // A path with a line end would be read as two questions.
    const asked = [...firsts].filter(([, { policy }]) => !/\p{Cc}/u.test(policy.path))
    const blobs = await this.#blobs.read(asked.map(([, { policy }]) => `${policy.commit}:${policy.path}`))
    this.#past ??= commitsOfDefaultBranch(this.#directory)
    const past = await this.#past
    this.#places = past
    for (const [n, [key, { policy }]] of asked.entries()) {
      const blob = blobs[n]
      if (blob !== undefined) this.#found.set(key, this.#readPolicy(policy, blob, past))
    }
  }

  #readPolicy({ path, commit, digest }: PolicyFile, blob: Buffer, past: ReadonlyMap<string, number>): Found {
    if (!past.has(commit))
      return { kind: 'other', fault: `it names the policy of commit ${commit}, which is not on the default branch` }
    const actual = sha256(blob)
    if (actual !== digest)
      return { kind: 'other', fault: `it names the policy ${digest}, but ${path} at commit ${commit} is ${actual}` }
    const known = this.#parsed.get(`${digest} ${path}`) ?? parse(blob, path)
    this.#parsed.set(`${digest} ${path}`, known)
    return known
  }
}

function parse(blob: Buffer, path: string): Found {
  try {
    return { kind: 'policy', policy: parseDelivery(blob, path) }
  } catch (error: unknown) {
    if (error instanceof ConfigError) return { kind: 'unknown' }
    throw error
  }
}

function keyOf({ commit, path, digest }: PolicyFile): string {
  return `${commit} ${digest} ${path}`
}

/** The commits of the branch that origin calls the default one, oldest first; of a bare clone, or one without origin, of its own. */
async function commitsOfDefaultBranch(directory: string): Promise<ReadonlyMap<string, number>> {
  for (const branch of ['refs/remotes/origin/HEAD', 'HEAD']) {
    const { code, stdout } = await git(directory, ['rev-list', '--topo-order', '--reverse', branch, '--'])
    const commits = stdout.toString('utf8').trim().split('\n')
    if (code === 0) return new Map(commits.map((commit, place) => [commit, place]))
  }
  return new Map()
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
