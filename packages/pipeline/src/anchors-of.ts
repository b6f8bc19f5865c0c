import type { AwsSession } from '@sluice/core'
import { accountNamed, type Delivery } from '@sluice/delivery'
import { type AnchorStore, type Section, s3Anchors } from '@sluice/ledger'
import type { RolePurpose } from './role-sessions.ts'

/**
 * Opens what a delivery's ledger is anchored with: read with the role that every job may take, written with that of whoever signs in the section. Nothing is asked
 * of AWS before something is asked of this. `undefined`: the ledger is not anchored.
 */
export function anchorsOf(
  policy: Delivery,
  session: (purpose: RolePurpose) => AwsSession,
  writer?: (section: Section) => RolePurpose
): AnchorStore | undefined {
  const { anchors } = policy.ledger
  if (anchors === undefined) return undefined
  const { id, region } = accountNamed(policy, policy.registry.account)
  // A session of another account has that account's region; the bucket is where the registry is.
  const there = (purpose: RolePurpose): AwsSession => ({ ...session(purpose), region })
  return s3Anchors({
    ...anchors,
    owner: id,
    reader: there('anchors'),
    ...(writer === undefined ? {} : { writer: (section: Section) => there(writer(section)) })
  })
}
