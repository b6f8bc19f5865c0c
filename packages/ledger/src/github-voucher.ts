import {
  type Clock,
  Failure,
  fetchIssuerKeys,
  isIssuer,
  issuerOf,
  type Jwk,
  type RetryPolicy,
  requestIdToken
} from '@sluice/core'
import { decodeToken, encodeToken } from './token.ts'
import { audienceOf } from './token-problem.ts'
import type { Voucher } from './voucher.ts'

export interface GithubVoucherOptions {
  /** The environment of the job, which must have `id-token: write`. */
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly policy?: RetryPolicy
}

/**
 * Lets GitHub vouch for records as written by this job. The issuer's keys are asked for once, and again when a token names one that is not
 * among them.
 */
export function githubVoucher(options: GithubVoucherOptions): Voucher {
  const own = issuerOf(options.env)
  let published: Promise<readonly Jwk[]> | undefined
  const keysOf = (issuer: string): Promise<readonly Jwk[]> => {
    published ??= fetchIssuerKeys({ ...options, issuer }).catch((error: unknown) => {
      published = undefined
      throw error
    })
    return published
  }
  return {
    async vouch(hash) {
      const token = await requestIdToken({ ...options, audience: audienceOf(hash) })
      const decoded = decodeToken(encodeToken(token))
      if (!decoded.ok) throw new Failure(`GitHub issued an OIDC token that cannot be read: ${decoded.problem}.`)
      const { keyId, claims } = decoded.token
      const issuer = isIssuer(claims.iss, own) ? claims.iss : own
      const keys = await keysOf(issuer)
      if (keys.some(({ kid }) => kid === keyId)) return { token, keys }
      // Keys are published before they are used: who asked long ago may not know the newest.
      published = undefined
      return { token, keys: await keysOf(issuer) }
    }
  }
}
