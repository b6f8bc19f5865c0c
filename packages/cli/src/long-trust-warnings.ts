import { type Delivery, type Problem, problemIn } from '@sluice/delivery'
import { originUrl, readDefaultBranch } from '@sluice/git'
import { longTrusts, TRUST_LENGTH, type TrustedRepository } from '@sluice/iam'

/** A role whose trust policy would not fit in the middle of an upgrade, and what to do about it. */
export interface LongTrustWarning {
  /** The account's name in delivery.yml. */
  readonly account: string
  readonly message: string
}

/** Roles whose trust policies outgrow IAM during an upgrade. @param about put before the number, where it is not exact. */
export function longTrustWarnings(
  delivery: Delivery,
  repository: TrustedRepository,
  about = ''
): readonly LongTrustWarning[] {
  return longTrusts({ delivery, repository }).map(({ role, account, length }) => ({
    account,
    message: `with two commits in sluice.commits, as during an upgrade, the trust policy of ${role} in account ${account} has ${about}${length} characters; IAM takes ${TRUST_LENGTH.usual}. Have the quota "Role trust policy length" of that account raised, up to ${TRUST_LENGTH.most}, before you upgrade.`
  }))
}

/** The same of a clone, as problems of its delivery.yml that are no more than warnings; none where it does not say which repository it is of. */
export async function longTrustsOfClone(
  delivery: Delivery,
  file: string,
  directory: string
): Promise<readonly Problem[]> {
  const [, owner, name] = ORIGIN.exec((await originUrl(directory)) ?? '') ?? []
  if (owner === undefined || name === undefined) return []
  const { names } = await readDefaultBranch({ directory, branch: delivery.ledger.branch })
  const repository = { owner, name, ownerId: TEN_DIGITS, id: TEN_DIGITS, defaultBranch: names[0] ?? 'main' }
  return longTrustWarnings(delivery, repository, 'about ').map(({ message }) =>
    problemIn(delivery, file, { at: ['sluice', 'commits'], message })
  )
}

/** Owner and name at the end of the address of a repository on a server, as git has them. */
const ORIGIN = /^(?:(?:https?|ssh):\/\/[^/]+\/|[^/:]+@[^/:]+:)([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/

/** As long as the numbers that GitHub gives to new repositories and owners: a clone does not tell them. */
const TEN_DIGITS = '9'.repeat(10)
