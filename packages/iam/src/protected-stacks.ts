import { CHANGE_SET_PREFIX, environmentRoleName, stackName } from '@sluice/core'
import { type AccountScope, arn } from './account-scope.ts'
import { type Conditions, deny, denyElsewhere, type Statement } from './policy-document.ts'

/** The stacks of a product in an account. */
interface StackScope extends AccountScope {
  readonly product: string
}

/**
 * What no role that a template makes may do to stacks. CloudFormation works with the role that a stack was last executed with, also for someone
 * who may not pass that role (CloudFormation, "CreateChangeSet", RoleARN): whoever may update a stack of Sluice holds its execution role, and
 * whoever may execute its change sets needs no gate. The execution roles are exempt, since CloudFormation makes nested stacks with them.
 */
export function protectStacks(scope: StackScope): readonly Statement[] {
  // Stacks of another entry of `accounts`, or of other products, may be in another region.
  const everywhere = { ...scope, region: '*' }
  const others: Conditions = { ArnNotLike: { 'aws:PrincipalArn': executionRoles(scope) } }
  return [
    deny(
      'ProtectStacks',
      CHANGES_STACKS,
      [
        arn(everywhere, 'cloudformation', `stack/${scope.product}-*/*`),
        arn(everywhere, 'cloudformation', `changeSet/${CHANGE_SET_PREFIX}*/*`)
      ],
      others
    ),
    // Other products of the account: what their names are is not known here, but that all their stacks have these tags.
    deny('ProtectDeliveredStacks', CHANGES_STACKS, [arn(everywhere, 'cloudformation', 'stack/*')], {
      ...others,
      Null: {
        'aws:ResourceTag/product': 'false',
        'aws:ResourceTag/environment': 'false',
        'aws:ResourceTag/unit': 'false'
      }
    }),
    deny('ProtectTypesAndStackSets', CHANGES_WHAT_STACKS_RUN, ['*'], others)
  ]
}

/** Keeps an execution role to the stacks of its environment, nested ones included; to expand a template's transforms needs one of these rights, too. */
export function keepToStacks(scope: StackScope & { readonly environment: string }): Statement {
  return denyElsewhere('KeepToOwnStacks', CHANGES_STACKS, [
    arn(scope, 'cloudformation', `stack/${stackName(scope.product, scope.environment, '*')}/*`),
    `arn:${scope.partition}:cloudformation:*:*:transform/*`
  ])
}

/** No template can make a role with such a name, nor one in such a path (`ProtectSluiceRoles`). */
function executionRoles({ partition, id, product }: StackScope): string {
  return `arn:${partition}:iam::${id}:role/${environmentRoleName(product, '*', 'execution')}`
}

/**
 * What changes a stack, or decides about a change set (service authorization reference of CloudFormation). Without `SignalResource`, by which
 * instances of the product report that they are up; tags change only with a stack.
 */
const CHANGES_STACKS = [
  'cloudformation:CancelUpdateStack',
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CreateChangeSet',
  'cloudformation:CreateStack',
  'cloudformation:CreateStackRefactor',
  'cloudformation:DeleteChangeSet',
  'cloudformation:DeleteStack',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:ExecuteStackRefactor',
  'cloudformation:RecordHandlerProgress',
  'cloudformation:RollbackStack',
  'cloudformation:SetStackPolicy',
  'cloudformation:UpdateStack',
  'cloudformation:UpdateTerminationProtection'
] as const

/**
 * What reaches stacks by other ways: a type that is put in the place of another one decides what a template's resource becomes, and stack sets
 * work with roles that nobody has to pass, also on stacks that they import (CloudFormation, "Set up basic permissions for stack set operations").
 */
const CHANGES_WHAT_STACKS_RUN = [
  'cloudformation:ActivateType',
  'cloudformation:DeactivateType',
  'cloudformation:DeregisterType',
  'cloudformation:RegisterType',
  'cloudformation:SetTypeConfiguration',
  'cloudformation:SetTypeDefaultVersion',
  'cloudformation:CreateStackInstances',
  'cloudformation:CreateStackSet',
  'cloudformation:DeleteStackInstances',
  'cloudformation:DeleteStackSet',
  'cloudformation:ImportStacksToStackSet',
  'cloudformation:StopStackSetOperation',
  'cloudformation:UpdateStackInstances',
  'cloudformation:UpdateStackSet'
] as const
