import { codePrefix } from '@sluice/core'
import type { AccountScope } from './account-scope.ts'
import { decryptObjects } from './key-permissions.ts'
import { allow, deny, type Statement } from './policy-document.ts'
import { onlyAbsent, ownBuckets } from './registry-permissions.ts'

/** Where the code of a product's functions is, and its long and nested templates, in the account of an environment. */
export interface CodeScope extends AccountScope {
  readonly product: string
  /** Absent: no function takes its code from a bundle there. */
  readonly bundles?: string
}

/** Copies bundles, by requests that fail where there is one already, and finds those that are there. */
export function copyCode(scope: CodeScope): readonly Statement[] {
  if (scope.bundles === undefined) return []
  return [...findCode(scope), allow('CopyCode', ['s3:PutObject'], [code(scope, scope.bundles)], onlyAbsent(scope))]
}

/** Finds copies of bundles. */
export function findCode(scope: CodeScope): readonly Statement[] {
  if (scope.bundles === undefined) return []
  return [
    // S3 tells the checksum of an object only to whoever may read it; and CloudFormation reads a template by its version as whoever plans or deploys.
    allow('FindCode', ['s3:GetObject', 's3:GetObjectVersion'], [code(scope, scope.bundles)], ownBuckets(scope)),
    // Without it S3 says "forbidden" of what is only absent.
    allow('DetectAbsentCode', ['s3:ListBucket'], [bucket(scope, scope.bundles)], ownBuckets(scope))
  ]
}

/** Lambda fetches code as whoever makes the function, which is CloudFormation in this role. */
export function takeCode(scope: CodeScope): readonly Statement[] {
  if (scope.bundles === undefined) return []
  return [
    allow('TakeCode', ['s3:GetObject', 's3:GetObjectVersion'], [code(scope, scope.bundles)], ownBuckets(scope)),
    ...decryptObjects(scope)
  ]
}

/**
 * Keeps what runs from changing what is deployed next. A version cannot be replaced, but it can be deleted, and another put in its place for the next
 * plan to find.
 */
export function protectCode(scope: AccountScope, buckets: readonly string[]): readonly Statement[] {
  if (buckets.length === 0) return []
  const resources = buckets.flatMap(name => [bucket(scope, name), `${bucket(scope, name)}/*`])
  return [deny('ProtectCode', ['s3:Delete*', 's3:Put*', 's3:Replicate*'], resources)]
}

function bucket({ partition }: AccountScope, name: string): string {
  return `arn:${partition}:s3:::${name}`
}

function code(scope: CodeScope, name: string): string {
  return `${bucket(scope, name)}/${codePrefix(scope.product)}*`
}
