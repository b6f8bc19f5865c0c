import { boundaryName, ROLE_PREFIX } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import { type AccountScope, accountScope, arn } from './account-scope.ts'
import { protectCode } from './code-permissions.ts'
import { allow, deny, denyElsewhere, type PermissionPolicy, type Statement } from './policy-document.ts'
import { protectStacks } from './protected-stacks.ts'

/** What is protected from the stacks of a product in an account. */
export interface ProtectedScope extends AccountScope {
  readonly product: string
  /** Of the product, in the account. */
  readonly environments: readonly string[]
  /** Alias of the ledger's key, if it has one. */
  readonly ledgerKey?: string
  /** The bucket that the ledger's anchors are in, if they are. */
  readonly anchors?: string
  /** Buckets of the account that functions of the product take their code from. */
  readonly bundles: readonly string[]
}

/** A managed policy that bounds roles: what it denies, no policy of theirs can allow. */
export interface BoundaryPolicy {
  readonly name: string
  readonly arn: string
  /** The account's name in delivery.yml. */
  readonly account: string
  readonly permissions: PermissionPolicy
}

/** The boundary of each account that has environments. */
export function boundaryPolicies(delivery: Delivery): readonly BoundaryPolicy[] {
  const accounts = [...new Set(delivery.environments.map(({ account }) => account))]
  return accounts.map(account => {
    const scope = protectedScope(delivery, account)
    return {
      name: boundaryName(scope.product),
      arn: boundaryArn(scope),
      account,
      // A boundary gives nothing: what a role may do within it, its own policies say.
      permissions: {
        Version: '2012-10-17',
        Statement: [allow('LeaveTheRestToPolicies', ['*'], ['*']), ...protections(scope), ...protectStacks(scope)]
      }
    }
  })
}

export function protectedScope(
  { product, ledger, environments, ...delivery }: Delivery,
  account: string
): ProtectedScope {
  return {
    ...accountScope({ product, ledger, environments, ...delivery }, account),
    product,
    bundles: bundlesIn(delivery.accounts, accountScope({ product, ledger, environments, ...delivery }, account).id),
    environments: environments.flatMap(it => (it.account === account ? [it.name] : [])),
    ...(ledger.key === undefined ? {} : { ledgerKey: ledger.key }),
    ...(ledger.anchors === undefined ? {} : { anchors: ledger.anchors.bucket })
  }
}

/** Two entries of `accounts` may be one account in two regions, and a role works in both. */
function bundlesIn(accounts: Delivery['accounts'], id: string): readonly string[] {
  const buckets = Object.values(accounts).flatMap(it => (it.id === id && it.bundles !== undefined ? [it.bundles] : []))
  return [...new Set(buckets)]
}

export function boundaryArn(scope: ProtectedScope): string {
  return `arn:${scope.partition}:iam::${scope.id}:policy/${boundaryName(scope.product)}`
}

/**
 * What neither a stack nor a role that it makes may touch, whatever the product allows them. A role that a template makes is made within the boundary,
 * and may in turn make none without it: otherwise one merge would be enough to become who guards the merge.
 */
export function protections(scope: ProtectedScope): readonly Statement[] {
  const iam = `arn:${scope.partition}:iam::${scope.id}`
  // A role works in every region, and other products, or another entry of `accounts`, may have their keys in one of those.
  const everywhere = { ...scope, region: '*' }
  const aliases = [
    ...new Set([LEDGER_ALIASES, ...(scope.ledgerKey === undefined ? [] : [scope.ledgerKey, `${scope.ledgerKey}/*`])])
  ]
  return [
    deny('ProtectSluiceRoles', ['iam:*', 'sts:AssumeRole'], [`${iam}:role/${ROLE_PREFIX}*`]),
    deny('ProtectIssuer', ['iam:*'], [`${iam}:oidc-provider/*`, `${iam}:saml-provider/*`]),
    deny('ProtectBoundary', ['iam:*'], [`${iam}:policy/${ROLE_PREFIX}*`]),
    deny('KeepBoundary', ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'], ['*']),
    // Of what is made the key is the boundary that is asked for, of what is there its own: absent, it is another one, too.
    deny('DemandBoundary', GIVES_PERMISSIONS, ['*'], {
      StringNotEquals: { 'iam:PermissionsBoundary': boundaryArn(scope) }
    }),
    // None of these knows the boundary as a condition. A group has none, and gives what it has to users that may have none, either.
    deny('LeaveGroups', ['iam:AddUserToGroup', 'iam:AttachGroupPolicy', 'iam:PutGroupPolicy'], ['*']),
    denyElsewhere(
      'KeepToOwnNames',
      BECOMES_ANOTHER,
      scope.environments.flatMap(name =>
        ['policy', 'user'].flatMap(kind => [
          `${iam}:${kind}/${scope.product}-${name}-*`,
          `${iam}:${kind}/*/${scope.product}-${name}-*`
        ])
      )
    ),
    // A key is known by its aliases; and whoever could take the alias away could use the key.
    deny('ProtectLedgerKeys', ['kms:*'], [arn(everywhere, 'kms', 'key/*')], {
      'ForAnyValue:StringLike': { 'kms:ResourceAliases': aliases }
    }),
    deny(
      'ProtectLedgerAliases',
      ['kms:*'],
      aliases.map(alias => arn(everywhere, 'kms', alias))
    ),
    ...(scope.anchors === undefined ? [] : [protectAnchors(scope, scope.anchors)]),
    ...protectCode(scope, scope.bundles)
  ]
}

/** Whoever could write anchors could stop every delivery with one for a record that does not exist. */
function protectAnchors({ partition }: AccountScope, bucket: string): Statement {
  const resource = `arn:${partition}:s3:::${bucket}`
  return deny('ProtectAnchors', ['s3:*'], [resource, `${resource}/*`])
}

/** What makes a principal, gives it permissions, or lets others be it, and knows the condition key (service authorization reference of IAM). */
const GIVES_PERMISSIONS = [
  'iam:CreateRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:AttachRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:CreateUser',
  'iam:PutUserPermissionsBoundary',
  'iam:PutUserPolicy',
  'iam:AttachUserPolicy'
] as const

/**
 * What changes a policy that others may have, or lets someone act as a user: whoever it belongs to may be outside of the boundary (service
 * authorization reference of IAM).
 */
const BECOMES_ANOTHER = [
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreateServiceSpecificCredential',
  'iam:ResetServiceSpecificCredential',
  'iam:UpdateLoginProfile',
  // It renames a user, and names tell whose it is.
  'iam:UpdateUser',
  'iam:UploadSSHPublicKey',
  'iam:UploadSigningCertificate'
] as const

/** Ledger keys by convention, also those of other products of the account. */
const LEDGER_ALIASES = `alias/${ROLE_PREFIX}*`
