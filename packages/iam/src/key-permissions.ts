import { partitionIn } from '@sluice/core'
import type { AccountScope } from './account-scope.ts'
import { allow, type Statement } from './policy-document.ts'

/** Reads what the account's key encrypts, as far as S3 asks for it: not what someone else has encrypted with it. */
export function decryptObjects(scope: AccountScope, sid = 'DecryptObjects'): readonly Statement[] {
  return useKey(scope, 's3', sid, ['kms:Decrypt'])
}

/** Has S3 encrypt what is put by one request; uploads in parts would ask for more. */
export function encryptObjects(scope: AccountScope, sid = 'EncryptObjects'): readonly Statement[] {
  return useKey(scope, 's3', sid, ['kms:GenerateDataKey'])
}

/** Makes repositories that ECR encrypts with the key: it takes the right for itself, so that who pushes and pulls needs none (ECR, "Encryption at rest"). */
export function encryptRepositories(scope: AccountScope): readonly Statement[] {
  return useKey(scope, 'ecr', 'EncryptRepositories', ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'])
}

function useKey(
  { kmsKey, region }: AccountScope,
  service: 's3' | 'ecr',
  sid: string,
  actions: readonly string[]
): readonly Statement[] {
  if (kmsKey === undefined) return []
  const via = `${service}.${region}.${partitionIn(region).suffix}`
  return [allow(sid, actions, [kmsKey], { StringEquals: { 'kms:ViaService': via } })]
}
