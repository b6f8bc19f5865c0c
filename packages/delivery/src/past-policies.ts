import { type Digest, type PolicyFile, plural, sha256 } from '@sluice/core'
import type { BlobReader, DefaultBranch } from '@sluice/git'
import { type BranchNames, type RecordedRun, wasDeliveryRef } from './delivery-refs.ts'
import { other, type PastPolicy, readPastPolicy } from './past-policy.ts'
import { DELIVERY_LIMIT } from './yaml-source.ts'

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

/** A text that delivery.yml had, and the last place of the default branch that has it. */
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

  /** Where the commit of a policy stands on the default branch: the later, the higher. `undefined`: nowhere, or nobody can tell. */
  placeOf({ commit }: PolicyFile): number | undefined {
    return this.#branch?.places.get(commit)
  }

  /** The last place at which the branch had the text of a policy, which may have been replaced and put back. */
  lastPlaceOf(named: PolicyFile): number | undefined {
    const [place, ofText] = [this.placeOf(named), this.#textOf(named)?.place]
    return place === undefined || ofText === undefined ? (place ?? ofText) : Math.max(place, ofText)
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
    if (policies.length > 0) this.#texts ??= await this.#readTexts(branch)
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
    const read = this.#parsed.get(key) ?? readPastPolicy(content, path, this.#options.products)
    this.#parsed.set(key, read)
    return { digest, read }
  }
}

/**
 * Whether a record says of its run that it is of the default branch, which stood at the commit of the policy when the run began. GitHub's token must say the same (`ref`, `workflow_sha`).
 */
export function beganAtPolicy(
  {
    policy,
    run,
    sequence
  }: { readonly policy?: PolicyFile; readonly run: { readonly ref: string; readonly workflowSha: string } } & Pick<
    RecordedRun,
    'sequence'
  >,
  branches: BranchNames
): boolean {
  return run.workflowSha === policy?.commit && wasDeliveryRef({ deliverFrom: [] }, { ref: run.ref, sequence }, branches)
}

function* pagesOf<T>(files: readonly T[]): Generator<readonly T[]> {
  const most = Math.floor(PAGE_BYTES / DELIVERY_LIMIT)
  for (let from = 0; from < files.length; from += most) yield files.slice(from, from + most)
}
