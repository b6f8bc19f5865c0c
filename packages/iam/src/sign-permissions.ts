import { type SignerName, signerAlias } from '@sluice/core'
import { type AccountScope, arn } from './account-scope.ts'
import { allow, type Statement } from './policy-document.ts'

/** Signs records with one signer's key, and with no other of the account. @param ledgerKey what the aliases of the keys begin with. */
export function signPermissions(
  scope: AccountScope,
  ledgerKey: string | undefined,
  signer: SignerName
): readonly Statement[] {
  if (ledgerKey === undefined) return []
  const alias = signerAlias(ledgerKey, signer)
  const actions = ['kms:GetPublicKey', 'kms:Sign']
  return [
    // The key behind an alias has another name in each account: it is known by the alias that the request names.
    allow('SignRecords', actions, [arn(scope, 'kms', 'key/*')], { StringEquals: { 'kms:RequestAlias': alias } })
  ]
}
