import { type Digest, type PolicyFile, plural, sha256 } from '@sluice/core'
import type { BlobReader, DefaultBranch } from '@sluice/git'
import type { Delivery } from './delivery.ts'
import { type BranchNames, type RecordedRun, wasDeliveryRef } from './delivery-refs.ts'
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
  /** It is not here, of a form that this version does not read, or nobody can tell whether it was in force. */
  | { readonly kind: 'unknown'; readonly why: string; readonly doubt?: Doubt }

/**
 * Why it is in doubt that a policy was ever in force, though all of the default branch is there: its commit was `merged` into that, or is `absent`, and neither does GitHub say
 * that the branch stood there, nor had the branch this text at any time.
 */
export type Doubt = 'merged' | 'absent'

const MISSING: PastPolicy = { kind: 'unknown', why: 'which this clone does not hold' }
const ABSENT: PastPolicy = { ...MISSING, doubt: 'absent' }
const MERGED: PastPolicy = {
  kind: 'unknown',
  why: 'which was merged into the default branch, and nothing shows that it was ever in force',
  doubt: 'merged'
}

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
  /** The product of the ledger, under the names that it has had; absent: any. */
  readonly products?: readonly string[]
}

/** A text that delivery.yml had, and up to which place of the default branch. */
interface PastText {
  readonly read: PastPolicy
  readonly place: number
}

/**
 * The policies that records were made under, from a clone: delivery.yml at the commits that they name, if the default branch stood there. It did at those of its line, and where GitHub says so
 * of a run. Another name for a text that the branch had is none of a lie: its history may have been rewritten, or a merge in the other direction took the commit off the line.
 */
export class PastPolicies {
  readonly #options: PastPoliciesOptions
  /** Files by expression, as far as somebody asked; `undefined`: it is not there. Who pushes names one file as often as they like. */
  readonly #files = new Map<string, NamedFile | number | undefined>()
  /** Policies by their content: most commits leave it as it was. */
  readonly #parsed = new Map<string, PastPolicy>()
  #reading: Promise<DefaultBranch> | undefined
  #branch: DefaultBranch | undefined
  /** The file that rules the product, as its first record names it: who pushes names as many others as they like. */
  #path: string | undefined
  #texts: ReadonlyMap<Digest, PastText> | undefined

  constructor(options: PastPoliciesOptions) {
    this.#options = options
  }

  /** How the default branch is called, once something was looked at. */
  get names(): readonly string[] {
    return this.#branch?.names ?? []
  }

  /**
   * What is known of a policy that was looked at.
   * @param isTip whether GitHub says that the default branch stood at its commit.
   */
  of(named: PolicyFile, isTip = false): PastPolicy {
    const { path, commit, digest } = named
    const expression = `${commit}:${path}`
    if (this.#branch === undefined || !this.#files.has(expression)) return MISSING
    const file = this.#files.get(expression)
    const { places, merged, isWhole } = this.#branch
    if (places.has(commit)) return this.#compare(named, file)
    if (!isWhole) return MISSING
    const isHere = merged.has(commit)
    const isOther = isHere && typeof file === 'object' && file.digest !== digest
    if (isOther || (isHere && isTip)) return this.#compare(named, file)
    const text = this.#textOf(named)
    if (text !== undefined) return text.read
    if (isHere) return MERGED
    if (file === undefined) return isTip ? MISSING : ABSENT
    return other(`it names the policy of commit ${commit}, which is not on the default branch as this clone has it`)
  }

  /** Where a policy stands on the default branch: the later, the higher. `undefined`: nobody can tell. */
  placeOf(named: PolicyFile): number | undefined {
    return this.#branch?.places.get(named.commit) ?? this.#textOf(named)?.place
  }

  #textOf({ path, digest }: PolicyFile): PastText | undefined {
    return path === this.#path ? this.#texts?.get(digest) : undefined
  }

  #compare({ path, commit, digest }: PolicyFile, file: NamedFile | number | undefined): PastPolicy {
    if (file === undefined)
      return this.#branch?.isPartial === true
        ? MISSING
        : other(`it names the policy ${path}, which commit ${commit} does not have`)
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
    const branch = await this.#reading
    this.#branch = branch
    this.#path ??= policies[0]?.path
    await this.#readFiles(policies)
    if (policies.some(({ commit }) => !branch.places.has(commit))) this.#texts ??= await this.#readTexts(branch)
  }

  async #readTexts({ places, isWhole, isPartial, changesOf }: DefaultBranch): Promise<ReadonlyMap<Digest, PastText>> {
    const path = this.#path
    if (path === undefined || !isWhole || isPartial) return new Map()
    const changes = await changesOf(path)
    await this.#readFiles(changes.map(commit => ({ commit, path })))
    return new Map(
      changes.flatMap((commit, n) => {
        const file = this.#files.get(`${commit}:${path}`)
        const place = (places.get(changes[n + 1] ?? '') ?? places.size) - 1
        return typeof file === 'object' ? [[file.digest, { read: file.read, place }] as const] : []
      })
    )
  }

  async #readFiles(wanted: readonly Pick<PolicyFile, 'commit' | 'path'>[]): Promise<void> {
    const named = new Map(wanted.map(({ commit, path }) => [`${commit}:${path}`, path]))
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

/**
 * Whether a record says of its run that it is of the default branch, which stood at the commit of the policy when the run began. GitHub's token must say the same (`ref`, `workflow_sha`).
 */
export function beganAtPolicy(
  { policy, run, sequence }: { readonly policy?: PolicyFile; readonly run: RecordedAt } & Pick<RecordedRun, 'sequence'>,
  branches: BranchNames
): boolean {
  return run.workflowSha === policy?.commit && wasDeliveryRef({ deliverFrom: [] }, { ref: run.ref, sequence }, branches)
}

/** Why it is in doubt that the policy of a record was ever in force, in words, and whether its commit is nowhere to be found. */
export function doubtOf(
  { policy }: { readonly policy?: PolicyFile },
  found: PastPolicy | undefined
): { readonly problem: string; readonly isAbsent: boolean } | undefined {
  if (policy === undefined || found?.kind !== 'unknown' || found.doubt === undefined) return undefined
  const isAbsent = found.doubt === 'absent'
  const what = isAbsent
    ? 'is not on the default branch as this clone has it'
    : 'was only merged into the default branch'
  return {
    problem: `it names the policy of commit ${policy.commit}, which ${what}, and nothing shows that it was ever in force`,
    isAbsent
  }
}

interface RecordedAt {
  readonly ref: string
  readonly workflowSha: string
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
