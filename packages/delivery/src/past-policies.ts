import { type Digest, type PolicyFile, plural, sha256 } from '@sluice/core'
import type { BlobReader, DefaultBranch } from '@sluice/git'
import type { Delivery } from './delivery.ts'
import { decodeText } from './encoding.ts'
import { parseDelivery } from './parse.ts'
import { ConfigError } from './problem.ts'
import { DELIVERY_VERSION } from './schema.ts'
import { DELIVERY_LIMIT, readSource } from './yaml-source.ts'

/** What a clone holds of a policy that a record names. */
export type PastPolicy =
  | { readonly kind: 'policy'; readonly policy: Delivery }
  /** It is not what the record says, or was never in force. */
  | { readonly kind: 'other'; readonly fault: string }
  /** It is not here, or of a form that this version does not read. */
  | { readonly kind: 'unknown'; readonly why: string }

const MISSING: PastPolicy = { kind: 'unknown', why: 'which this clone does not hold' }

/** How much is read at a time, in bytes: a ledger may name as many policies as it has records. */
const PAGE_BYTES = 4 * 1024 * 1024

/** A file that some record names as its policy. */
interface NamedFile {
  readonly digest: Digest
  readonly read: PastPolicy
}

/** A clone, and how it is read. */
export interface PastPoliciesOptions {
  readonly blobs: Pick<BlobReader, 'read'>
  /** How many bytes blobs have, by the same expressions. */
  readonly readSizes: (expressions: readonly string[]) => Promise<readonly (number | undefined)[]>
  readonly readBranch: () => Promise<DefaultBranch>
  /**
   * Whether the clone has the branch as it is now. A person's may be older than the ledger in it: a commit that it lacks altogether says nothing there,
   * while one that it has, and not on the branch, never ruled.
   */
  readonly isCurrent: boolean
  /** The product of the ledger, under the names that it has had; absent: any. */
  readonly products?: readonly string[]
}

/** The policies that records were made under, from a clone: delivery.yml at the commits of the default branch that they name. */
export class PastPolicies {
  readonly #options: PastPoliciesOptions
  /** Files by expression, as far as somebody asked; `undefined`: it is not there. Who pushes names one file as often as they like. */
  readonly #files = new Map<string, NamedFile | number | undefined>()
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

  /** What is known of a policy that was looked at. */
  of({ path, commit, digest }: PolicyFile): PastPolicy {
    const expression = `${commit}:${path}`
    if (!this.#files.has(expression)) return MISSING
    const file = this.#files.get(expression)
    const { places, isWhole, isPartial } = this.#branch
    if (!places.has(commit)) {
      if (!isWhole || (file === undefined && !this.#options.isCurrent)) return MISSING
      return other(`it names the policy of commit ${commit}, which is not on the default branch as this clone has it`)
    }
    if (file === undefined)
      return isPartial ? MISSING : other(`it names the policy ${path}, which commit ${commit} does not have`)
    if (typeof file === 'number')
      return other(
        `it names the policy ${path}, which at commit ${commit} has ${plural(file, 'byte')}, more than a policy may have`
      )
    if (file.digest !== digest)
      return other(`it names the policy ${digest}, but ${path} at commit ${commit} is ${file.digest}`)
    return file.read
  }

  /** Looks at policies, at each file once; those that are too long for a policy are not read. */
  async look(policies: readonly PolicyFile[]): Promise<void> {
    this.#reading ??= this.#options.readBranch()
    this.#branch = await this.#reading
    const named = new Map(policies.map(({ commit, path }) => [`${commit}:${path}`, path]))
    const asked = [...named].filter(([expression]) => !this.#files.has(expression))
    if (asked.length === 0) return
    const sizes = await this.#options.readSizes(asked.map(([expression]) => expression))
    const files = asked.map(([expression, path], n) => ({ expression, path, size: sizes[n] }))
    for (const { expression, size } of files) this.#files.set(expression, size)
    for (const page of pagesOf(files.filter(({ size = DELIVERY_LIMIT + 1 }) => size <= DELIVERY_LIMIT))) {
      const contents = await this.#options.blobs.read(page.map(({ expression }) => expression))
      for (const [n, { expression, path }] of page.entries()) {
        const content = contents[n]
        this.#files.set(expression, content && this.#read(content, path))
      }
    }
  }

  #read(content: Buffer, path: string): NamedFile {
    const digest = sha256(content)
    const key = `${digest} ${path}`
    const read = this.#parsed.get(key) ?? parse(content, path, this.#options.products)
    this.#parsed.set(key, read)
    return { digest, read }
  }
}

function other(fault: string): PastPolicy {
  return { kind: 'other', fault }
}

function* pagesOf<T>(files: readonly T[]): Generator<readonly T[]> {
  const most = Math.floor(PAGE_BYTES / DELIVERY_LIMIT)
  for (let from = 0; from < files.length; from += most) yield files.slice(from, from + most)
}

/**
 * Reads a policy of the past. What is a delivery.yml, and not one of this version, may have been in force under the Sluice that delivered then, which
 * nobody can tell now: a later version has other keys, and may refuse what an earlier one took. So a ledger does not become wrong by an upgrade.
 */
function parse(content: Buffer, path: string, products: readonly string[] | undefined): PastPolicy {
  try {
    return { kind: 'policy', policy: parseDelivery(content, path) }
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error
    const [first] = error.problems
    const { version, product } = membersOf(content, path)
    const isLater = isVersion(version) && version > DELIVERY_VERSION
    const isOurs = isVersion(version) && typeof product === 'string' && (products?.includes(product) ?? true)
    if (!isLater && !isOurs) return other(`it names the policy ${path}, which is none: ${first?.message}`)
    const reason = isLater ? `it says version ${version}` : first?.message
    return {
      kind: 'unknown',
      why: `which this version of Sluice does not read (${reason}), though the one that delivered by it may`
    }
  }
}

function isVersion(version: unknown): version is number {
  return typeof version === 'number' && Number.isSafeInteger(version) && version > 0
}

/** The top of a YAML file; nothing where it is none. */
function membersOf(content: Buffer, path: string): Readonly<Record<string, unknown>> {
  try {
    const { value } = readSource(decodeText(content, path), path)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch (error: unknown) {
    if (error instanceof ConfigError) return {}
    throw error
  }
}
