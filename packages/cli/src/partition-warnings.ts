import { partitionOf } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'

/** Accounts whose part of AWS may not know what the roles ask of a token. */
export function partitionWarnings({
  accounts
}: Pick<Delivery, 'accounts'>): readonly { readonly account: string; readonly message: string }[] {
  return Object.entries(accounts).flatMap(([account, { region }]) => {
    const partition = partitionOf(region)
    if (partition === 'aws') return []
    return [
      {
        account,
        message: `account ${account} is in ${partition}. AWS knows the conditions on repository_id, ref, environment and job_workflow_ref of GitHub's tokens in its commercial regions, by what it says: where it does not, it gives these roles to no job. Try one role before you rely on this account (Sluice's docs/aws-roles.md).`
      }
    ]
  })
}
