import { type PolicyFile, sha256 } from '@sluice/core'
import type { BlobReader, DefaultBranch } from '@sluice/git'
import type { Delivery } from './delivery.ts'
import { parseDelivery } from './parse.ts'
import { ConfigError } from './problem.ts'

/** What a clone holds of a policy that a record names. */
export type PastPolicy =
  | { readonly kind: 'policy'; readonly policy: Delivery }
  /** It is not what the record says, or was never in force. */
  | { readonly kind: 'other'; readonly fault: string }
  /** It is not here, or of a form that this version does not read. */
  | { readonly kind: 'unknown'; readonly why: string }

const MISSING: PastPolicy = { kind: 'unknown', why: 'which this clone does not hold' }
const UNREADABLE: PastPolicy = { kind: 'unknown', why: 'which this version of Sluice does not read' }

/** A clone, and how it is read. */
export interface PastPoliciesOptions {
  readonly blobs: Pick<BlobReader, 'read'>
  readonly readBranch: () => Promise<DefaultBranch>
}

/** The policies that records were made under, from a clone: delivery.yml at the commits of the default branch that they name. */
export class PastPolicies {
  readonly #options: PastPoliciesOptions
  readonly #found = new Map<string, PastPolicy>()
  /** Policies by their content: most commits leave it as it was. */
  readonly #parsed = new Map<string, PastPolicy>()
  #reading: Promise<DefaultBranch> | undefined
  #branch: DefaultBranch = { places: new Map(), isWhole: false, isPartial: false, names: [] }

  constructor(options: PastPoliciesOptions) {
    this.#options = options
  }

  /** The default branch, once something was looked at. */
  get branch(): DefaultBranch {
    return this.#branch
  }

  /** What is known of a policy. */
  of(policy: PolicyFile): PastPolicy {
    return this.#found.get(keyOf(policy)) ?? MISSING
  }

  /** Looks at policies, at each once. */
  async look(policies: readonly PolicyFile[]): Promise<void> {
    this.#reading ??= this.#options.readBranch()
    this.#branch = await this.#reading
    const firsts = new Map(policies.filter(it => !this.#found.has(keyOf(it))).map(it => [keyOf(it), it]))
    if (firsts.size === 0) return
    // A path with a line end would be read as two questions.
    const asked = [...firsts.values()].filter(({ path }) => !/\p{Cc}/u.test(path))
    const contents = await this.#options.blobs.read(asked.map(({ commit, path }) => `${commit}:${path}`))
    const blobs = new Map(asked.map((policy, n) => [keyOf(policy), contents[n]]))
    for (const [key, policy] of firsts) this.#found.set(key, this.#read(policy, blobs.get(key)))
  }

  #read({ path, commit, digest }: PolicyFile, blob: Buffer | undefined): PastPolicy {
    const { places, isWhole, isPartial } = this.#branch
    if (!places.has(commit)) {
      if (blob === undefined && !isWhole) return MISSING
      return {
        kind: 'other',
        fault: `it names the policy of commit ${commit}, which is not on the default branch as this clone has it`
      }
    }
    if (blob === undefined) {
      if (isPartial) return MISSING
      return { kind: 'other', fault: `it names the policy ${path}, which commit ${commit} does not have` }
    }
    const actual = sha256(blob)
    if (actual !== digest)
      return { kind: 'other', fault: `it names the policy ${digest}, but ${path} at commit ${commit} is ${actual}` }
    const known = this.#parsed.get(`${digest} ${path}`) ?? parse(blob, path)
    this.#parsed.set(`${digest} ${path}`, known)
    return known
  }
}

function parse(blob: Buffer, path: string): PastPolicy {
  try {
    return { kind: 'policy', policy: parseDelivery(blob, path) }
  } catch (error: unknown) {
    if (error instanceof ConfigError) return UNREADABLE
    throw error
  }
}

function keyOf({ commit, path, digest }: PolicyFile): string {
  return `${commit} ${digest} ${path}`
}
