import { type AccountScope, arn } from './account-scope.ts'
import { allow, type Statement } from './policy-document.ts'

/** Signs records with the account's ledger key, which has the same alias in each account. */
export function signPermissions(scope: AccountScope, alias: string | undefined): readonly Statement[] {
  if (alias === undefined) return []
  const actions = ['kms:GetPublicKey', 'kms:Sign']
  return [
    // The key behind an alias has another name in each account: it is known by the alias that the request names.
    allow('SignRecords', actions, [arn(scope, 'kms', 'key/*')], { StringEquals: { 'kms:RequestAlias': alias } }),
    // Emulators of KMS look for the alias itself. To AWS an alias is no key, so there it allows nothing.
    allow('SignRecordsByAlias', actions, [arn(scope, 'kms', alias)])
  ]
}
