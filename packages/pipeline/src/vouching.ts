import { type Clock, fetchIssuerKeys, issuerOf } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import {
  githubVoucher,
  type IssuerKeys,
  issuerKeysOf,
  type Origins,
  type TokenRules,
  type Voucher
} from '@sluice/ledger'

/** GitHub's word: for what this job writes, and of what the ledger holds. */
export interface Vouching {
  /** Absent: nobody vouches for what this job writes. */
  readonly voucher?: Voucher
  /** What GitHub must say of the jobs that wrote, with the keys that it publishes now. */
  tokens(): Promise<TokenRules>
}

/** When keys that do not fit are asked for again, in milliseconds: a ledger with a strange token must not make each look a call. */
const STALE = 60_000

/**
 * Opens what GitHub vouches for; nothing is asked of GitHub before somebody asks this. What is written must come from a commit of Sluice that
 * the policy in force names; what is read, from one that its own policy named.
 */
export function openVouching({
  env,
  clock,
  policy: { sluice, ledger },
  origins
}: {
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly policy: Pick<Delivery, 'ledger' | 'sluice'>
  readonly origins?: Origins
}): Vouching {
  const issuer = issuerOf(env)
  let published: Promise<IssuerKeys> | undefined
  let asked = Number.NEGATIVE_INFINITY
  const keys = async (): Promise<IssuerKeys> => {
    if (published === undefined) {
      asked = clock.now()
      published = fetchIssuerKeys({ issuer, env, clock }).then(issuerKeysOf)
      published.catch(() => {
        published = undefined
      })
    }
    return published
  }
  const publishedNow = async (): Promise<IssuerKeys> => {
    if (clock.now() - asked >= STALE) published = undefined
    return keys()
  }
  return {
    voucher: { ...githubVoucher({ env, clock }), ...(sluice === undefined ? {} : { commits: sluice.commits }) },
    async tokens() {
      return {
        issuer,
        published: await keys(),
        publishedNow,
        ...(ledger.issuerKeys === undefined ? {} : { known: ledger.issuerKeys }),
        ...(sluice === undefined ? {} : { sluice: { repository: sluice.repository } }),
        ...(origins === undefined ? {} : { origins })
      }
    }
  }
}
