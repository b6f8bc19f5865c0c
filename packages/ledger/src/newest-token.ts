import type { KeyObject } from 'node:crypto'
import type { Digest, LedgerRecord } from '@sluice/core'
import { decodeIssuerKey } from './issuer-key.ts'
import { issuerKeyPath, NEWEST_TOKEN_PATH } from './paths.ts'
import { decodeToken } from './token.ts'
import { findTokenProblem, type TokenRules, UNKNOWN_KEY } from './token-problem.ts'

/** The files that tell whether GitHub vouches for the newest record. */
export function filesOfNewestToken(rules: TokenRules | undefined): readonly string[] {
  return rules === undefined ? [] : [NEWEST_TOKEN_PATH, ...(rules.known ?? []).map(issuerKeyPath)]
}

/**
 * Why GitHub does not vouch for the newest record with a key that it publishes, or that somebody saw published; `undefined` when it does, and
 * for who did not ask for its keys.
 *
 * The newest record is enough for all: it commits to the states and to every record before it, and the Sluice that wrote it looked at the one
 * before in the same way.
 */
export function findNewestProblem(
  newest: { readonly record: LedgerRecord; readonly hash: Digest },
  files: ReadonlyMap<string, Uint8Array>,
  rules: TokenRules | undefined
): string | undefined {
  if (rules?.published === undefined) return undefined
  const file = files.get(NEWEST_TOKEN_PATH)
  // A record without a token has an empty copy of it: the one before it may have had one.
  const token = file?.length === 0 ? undefined : file
  const problem = findTokenProblem({ ...newest, token, keys: rules.published.and(archivedKeys(files, rules)) }, rules)
  return problem === UNKNOWN_KEY ? `${problem}. ${wayOut(newest.record)}` : problem
}

/** The same rules, with the keys that the issuer publishes now if none of those at hand signed the newest record's token. */
export async function knowingNewestKey(
  files: ReadonlyMap<string, Uint8Array>,
  rules: TokenRules | undefined
): Promise<TokenRules | undefined> {
  if (rules?.published === undefined || rules.publishedNow === undefined) return rules
  const decoded = decodeToken(files.get(NEWEST_TOKEN_PATH) ?? new Uint8Array())
  if (!decoded.ok || rules.published.and(archivedKeys(files, rules)).signerOf(decoded.token) !== undefined) return rules
  return { ...rules, published: await rules.publishedNow() }
}

/** The keys that somebody saw published, as the ledger keeps them. */
function archivedKeys(
  files: ReadonlyMap<string, Uint8Array>,
  { known = [] }: TokenRules
): ReadonlyMap<Digest, KeyObject> {
  const archived = new Map<Digest, KeyObject>()
  for (const thumbprint of known) {
    const file = files.get(issuerKeyPath(thumbprint))
    const key = file === undefined ? undefined : decodeIssuerKey(file, thumbprint)
    if (key !== undefined) archived.set(thumbprint, key)
  }
  return archived
}

/** The commit of the Sluice that wrote the newest record, by a token that was looked at. */
export function commitOfNewest(files: ReadonlyMap<string, Uint8Array>): string | undefined {
  const file = files.get(NEWEST_TOKEN_PATH)
  const decoded = file === undefined ? undefined : decodeToken(file)
  return decoded?.ok === true ? decoded.token.claims.job_workflow_sha : undefined
}

/** An issuer takes its keys away some day. Whoever delivers again only then cannot see that the key was ever the issuer's: people have to say so. */
function wayOut({ time }: LedgerRecord): string {
  return `If GitHub has replaced the key since ${time}, list the old one in ledger.issuerKeys of delivery.yml: Sluice's docs/ledger.md says how to make sure of it`
}
