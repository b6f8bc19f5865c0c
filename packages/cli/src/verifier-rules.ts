import { rm, writeFile } from 'node:fs/promises'
import {
  type Digest,
  GITHUB_ISSUER,
  type LedgerRecord,
  messageOf,
  type PolicyFile,
  sha256,
  UserError,
  visible
} from '@sluice/core'
import { ConfigError, type Delivery, parseDelivery } from '@sluice/delivery'
import { type DefaultBranch, readBlobs, readDefaultBranch } from '@sluice/git'
import type { VerifiedLedger } from './checked-ledger.ts'
import type { LedgerSource } from './ledger-source.ts'

/** The policies that records name, each once. */
export class NamedPolicies {
  readonly #named = new Map<string, PolicyFile>()

  add({ policy }: LedgerRecord): void {
    if (policy !== undefined) this.#named.set(`${policy.commit} ${policy.digest}`, policy)
  }

  get all(): readonly PolicyFile[] {
    return [...this.#named.values()]
  }
}

/**
 * Writes what a verifier is told that reads no delivery.yml: the members that docs/ledger.md lists, of a ledger that was read just now.
 * @throws UserError for a file that cannot be written.
 */
export async function writeVerifierRules(file: string, ledger: VerifiedLedger, named: NamedPolicies): Promise<void> {
  const { source, repository } = ledger
  const {
    trust,
    advisory,
    products,
    config,
    environments,
    tokens: { issuer, sluice, published, known = [] } = {}
  } = source
  const rules = {
    ...{ trust, advisory, products, config, environments },
    repository: source.repository ?? repository?.id,
    tokens: {
      required: true,
      sluice: sluice?.repository,
      // Who was told of no published key believes the ledger's.
      known: published && [...published.thumbprints, ...known],
      issuer: issuer === GITHUB_ISSUER ? undefined : issuer
    },
    policies: await policiesOf(ledger, named)
  }
  await sayingWhichFile(file, async () => writeFile(file, `${JSON.stringify(rules, undefined, 2)}\n`))
}

/** What an earlier verification was judged by says nothing of one that does not get to its end. @throws UserError if it cannot be removed. */
export async function removeVerifierRules(file: string): Promise<void> {
  await sayingWhichFile(file, async () => rm(file, { force: true }))
}

async function sayingWhichFile(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error: unknown) {
    const cause = { cause: error }
    throw new UserError(
      `${visible(file)} could not be written: ${messageOf(error)}. Name a file in a folder that is there.`,
      cause
    )
  }
}

/** What is told of a delivery.yml; nothing where there is none. */
type Told =
  | (Pick<Delivery, 'deliverFrom'> & {
      readonly digest: Digest
      readonly commits: readonly string[] | undefined
      readonly environments: object
    })
  | 'unread'
  | undefined

interface ToldPolicies {
  /** Whether nothing is missing by which a record is judged. */
  readonly whole: boolean
  readonly branches: readonly { readonly name: string; readonly until?: number }[]
  readonly commits: Readonly<Record<string, unknown>>
}

const NONE: ToldPolicies = { whole: false, branches: [], commits: {} }

/** What delivery.yml said at each commit of the default branch; nothing where the clone does not tell that. */
async function policiesOf({ source, gatesChecked }: VerifiedLedger, named: NamedPolicies): Promise<ToldPolicies> {
  const { config, delivery } = source
  const branch = await readDefaultBranch(source)
  if (config === undefined || delivery === undefined || branch.names.length === 0 || branch.isPartial) return NONE
  const texts = await textsOf(source, config, branch)
  const commits = [...branch.places.keys()].flatMap(commit => {
    const told = texts.get(commit)
    return told === 'unread' ? [] : [[commit, told === undefined ? {} : { [config]: told }] as const]
  })
  const digests = new Set([...texts.values()].map(told => (typeof told === 'object' ? told.digest : undefined)))
  // Counts though the branch does not have it on its line: GitHub's token tells so, or its text, which no other verifier is told.
  const isElsewhere = ({ commit, digest }: PolicyFile): boolean =>
    !branch.places.has(commit) && (branch.merged.has(commit) || digests.has(digest))
  return {
    whole: branch.isWhole && gatesChecked && !named.all.some(isElsewhere),
    branches: [...(delivery.ledger.formerBranches ?? []), ...branch.names.map(name => ({ name }))],
    commits: Object.fromEntries(commits)
  }
}

/** What is told of the file at each commit of the line that has it; `unread` where this version of Sluice does not read it. */
async function textsOf(
  { directory }: LedgerSource,
  config: string,
  { places, changesOf }: DefaultBranch
): Promise<ReadonlyMap<string, Told>> {
  const changes = await changesOf(config)
  const blobs = await readBlobs(
    directory,
    changes.map(commit => `${commit}:${config}`)
  )
  const changed = new Map(changes.map((commit, n) => [commit, blobs[n] && toldOf(blobs[n], config)]))
  const texts = new Map<string, Told>()
  let now: Told
  for (const commit of places.keys()) {
    if (changed.has(commit)) now = changed.get(commit)
    texts.set(commit, now)
  }
  return texts
}

function toldOf(content: Buffer, config: string): Told {
  const policy = readPolicy(content, config)
  if (policy === undefined) return 'unread'
  const { deliverFrom, sluice, environments } = policy
  const gates = environments.map(({ name, gate, level, allowAdminBypass, secondPerson }) => [
    name,
    { gate, level, adminBypass: allowAdminBypass, secondPerson }
  ])
  return { digest: sha256(content), deliverFrom, commits: sluice?.commits, environments: Object.fromEntries(gates) }
}

function readPolicy(content: Buffer, config: string): Delivery | undefined {
  try {
    return parseDelivery(content, config)
  } catch (error: unknown) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}
