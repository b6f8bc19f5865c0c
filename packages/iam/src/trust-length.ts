import type { Delivery } from '@sluice/delivery'
import { type RolePolicyOptions, rolePolicies } from './role-policies.ts'

/** Characters of a trust policy that IAM takes unless the account's quota was raised, and to what it can be (IAM, "IAM and AWS STS quotas"). */
export const TRUST_LENGTH = { usual: 2_048, most: 8_192 } as const

/** A role whose trust policy is longer than IAM usually takes. */
export interface LongTrust {
  readonly role: string
  /** The account's name in delivery.yml. */
  readonly account: string
  readonly length: number
}

/**
 * The roles whose trust policies are too long for the usual quota while two commits of Sluice are listed, as they are during an upgrade: to learn
 * it then is to stop in the middle of one.
 */
export function longTrusts({ delivery, repository }: Omit<RolePolicyOptions, 'execution'>): readonly LongTrust[] {
  return rolePolicies({ delivery: whileUpgrading(delivery), repository }).flatMap(({ role, trust }) => {
    // IAM counts no white space.
    const { length } = JSON.stringify(trust)
    return length > TRUST_LENGTH.usual ? [{ role: role.name, account: role.account, length }] : []
  })
}

function whileUpgrading(delivery: Delivery): Delivery {
  const { sluice } = delivery
  const [commit, ...more] = sluice?.commits ?? []
  if (sluice === undefined || commit === undefined || more.length > 0) return delivery
  return { ...delivery, sluice: { ...sluice, commits: [commit, commit] } }
}
