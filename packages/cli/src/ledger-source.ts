import { isAbsolute, join, normalize, resolve } from 'node:path'
import {
  fetchIssuerKeys,
  GITHUB_ISSUER,
  isDigest,
  isPlainPath,
  type Jwk,
  messageOf,
  systemClock,
  UserError,
  visible
} from '@sluice/core'
import { type Delivery, parseDelivery, signersNamed, trustRulesOf } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import { issuerKeysOf, type OrderRules, type Trust, type TrustRules } from '@sluice/ledger'
import { type Arguments, UsageError } from './arguments.ts'
import type { Io } from './io.ts'
import { readIssuerKeysFile } from './issuer-keys-file.ts'
import { readSmallFile } from './read-file.ts'
import { warnOfOtherRules } from './rules-in-force.ts'

/** An option that says which ledger is read, and by which rules. */
export type LedgerOption =
  | 'directory'
  | 'config'
  | 'branch'
  | 'trust'
  | 'issuer'
  | 'issuer-keys'
  | 'online'
  | 'repository'

/** A ledger in a clone, and what delivery.yml demands of it: whose signatures count, for which product, in which order. */
export interface LedgerSource extends TrustRules, OrderRules {
  readonly directory: string
  readonly branch: string
  /** A commit of the branch; absent: where it stands. */
  readonly at?: string
  /** There is no key: GitHub alone vouches for who wrote. */
  readonly advisory: boolean
  /** Absent when keys and branch were given by hand and the clone has no delivery.yml. */
  readonly delivery: Delivery | undefined
}

/** Which ledger a command was asked for. @throws UserError for a clone that does not say it. */
export async function ledgerSource(args: Arguments<LedgerOption>, io: Io): Promise<LedgerSource> {
  const directory = resolve(io.cwd, args.value('directory') ?? '.')
  const config = args.value('config') ?? 'delivery.yml'
  const pinned = trustOf(args.values('trust'))
  const repository = repositoryNumber(args.value('repository'))
  const content = await readConfig(directory, config)
  if (content === undefined && args.has('config'))
    throw new UserError(
      `${directory} has no ${config}, which --config names. Give the path of the delivery.yml that rules the ledger, or leave --config out.`
    )
  const delivery = content === undefined ? undefined : parseDelivery(content, config)
  if (content !== undefined && !leavesClone(config)) await warnOfOtherRules({ directory, config, content }, io)
  const branch = args.value('branch') ?? delivery?.ledger.branch
  const trust = pinned ?? delivery?.ledger.trust
  if (branch === undefined || trust === undefined) {
    throw new UserError(
      `${directory} has no ${config}, which names the ledger and its keys. Give the clone with --directory and the file with --config, or give --branch and --trust.`
    )
  }
  const issuer = args.value('issuer') ?? GITHUB_ISSUER
  const published = await publishedKeys(args, issuer, io)
  const known = delivery?.ledger.issuerKeys ?? []
  const rules = {
    ...{ directory, branch, trust },
    trustList: pinned === undefined ? config : '--trust',
    advisory: pinned === undefined && delivery?.ledger.key === undefined,
    tokens: {
      issuer,
      // Keys that GitHub publishes no more are in no file of today: the delivery.yml names them that counts for all the rest.
      ...(published === undefined ? {} : { published: issuerKeysOf(published), known }),
      ...(delivery?.sluice === undefined ? {} : { sluice: { repository: delivery.sluice.repository } })
    }
  }
  const whose = repository === undefined ? {} : { repository }
  if (delivery === undefined) return { ...rules, ...whose, delivery }
  const environments = delivery.environments.map(({ name }) => name)
  // Of a file that is no part of the clone nobody can tell which one of it rules.
  const path = normalize(config)
  const bound = isPlainPath(path) ? { config: path } : {}
  return { ...trustRulesOf(delivery), ...rules, ...whose, ...bound, delivery, environments }
}

/** Keys that are known to be the issuer's: from a file, and as it publishes them now; `undefined` where nobody was asked to look. */
async function publishedKeys(
  args: Arguments<LedgerOption>,
  issuer: string,
  io: Io
): Promise<readonly Jwk[] | undefined> {
  const file = args.value('issuer-keys')
  if (file === undefined && !args.has('online')) return undefined
  const saved = file === undefined ? [] : await readIssuerKeysFile(file, io)
  if (!args.has('online')) return saved
  // Nothing secret is sent, so who names another issuer is believed.
  const hosts = URL.canParse(issuer) ? [new URL(issuer).hostname] : []
  return [...saved, ...(await fetchIssuerKeys({ issuer, env: io.env, clock: systemClock, hosts }))]
}

/** `SIGNER=DIGEST`, and `@FROM-UNTIL` for a key that was not in force all along; either number may be left out. */
const TRUSTED = /^([a-z0-9-]+(?:\/[a-z]+)?)=(sha256:[0-9a-f]{64})(?:@([1-9]\d{0,14})?-([1-9]\d{0,14})?)?$/

function trustOf(given: readonly string[]): Trust | undefined {
  if (given.length === 0) return undefined
  return given.map(text => {
    const [, signer = '', key, from, until] = TRUSTED.exec(text) ?? []
    if (!isDigest(key)) {
      throw new UsageError(
        `--trust was given ${JSON.stringify(visible(text.slice(0, 100)))}. Give SIGNER=sha256: and 64 lower-case hex digits; SIGNER is builds, an environment, or one of its signers, as production/intent. Of a key that was replaced, add @FROM-UNTIL.`
      )
    }
    if (Number(from) > Number(until))
      throw new UsageError(
        `--trust was given ${JSON.stringify(text)}. The last record cannot come before the first, which is ${from}: give @FROM-UNTIL with FROM no higher than UNTIL.`
      )
    return {
      key,
      signs: signersNamed(signer),
      ...(from === undefined ? {} : { from: Number(from) }),
      ...(until === undefined ? {} : { until: Number(until) })
    }
  })
}

/**
 * The file in the work tree; of a clone without one (a bare clone), the file of its HEAD.
 * @throws UserError for one that is there and cannot be read: another one would name other keys.
 */
async function readConfig(directory: string, config: string): Promise<Uint8Array | undefined> {
  try {
    return await readSmallFile(join(directory, config), `${config} in ${directory}`)
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    if (!isAbsent(error))
      throw new UserError(`${config} in ${directory} could not be read: ${messageOf(error)}. Make it readable.`, {
        cause: error
      })
  }
  if (leavesClone(config)) return undefined
  const repository = openRepository(directory)
  const head = await repository.head().catch((error: unknown) => {
    // No commit to read it from: whoever reads the ledger will say what is wrong with the clone.
    if (error instanceof UserError) return undefined
    throw error
  })
  return head === undefined ? undefined : repository.fileAt(head, config)
}

function leavesClone(config: string): boolean {
  return isAbsolute(config) || normalize(config).startsWith('..')
}

function repositoryNumber(given: string | undefined): string | undefined {
  if (given === undefined || /^[1-9]\d{0,18}$/.test(given)) return given
  throw new UsageError(
    `--repository was given ${JSON.stringify(visible(given.slice(0, 100)))}. Give GitHub's number of the repository: gh api repos/OWNER/NAME --jq .id`
  )
}

function isAbsent(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
