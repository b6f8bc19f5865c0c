import { CHANGE_SET_PREFIX, stackName } from '@sluice/core'
import { arn } from './account-scope.ts'
import { type ProtectedScope, protections } from './boundary.ts'
import { type CodeScope, copyCode, findCode, takeCode } from './code-permissions.ts'
import { decryptObjects, encryptObjects } from './key-permissions.ts'
import { allow, deny, type Statement } from './policy-document.ts'
import { keepToStacks } from './protected-stacks.ts'
import { ownBuckets } from './registry-permissions.ts'
import { type SettingsScope, watchStacks } from './settings-permissions.ts'

/** One environment of a product, in the account that holds it. */
export interface EnvironmentScope extends CodeScope, SettingsScope {
  readonly environment: string
  /** Environments of the same account whose stacks begin like this one's: `prod-eu` beside `prod`. */
  readonly lookalikes: readonly string[]
  readonly executionRole: string
  /** Names of parameters outside of the environment's path that its templates take values from; a `*` at the end stands for the rest. */
  readonly ssmParameters: readonly string[]
  /** Whether a unit's files go into a bucket of its stack. */
  readonly publishes: boolean
  /** Whether caches of CloudFront are to forget them. */
  readonly invalidates: boolean
}

/** `sluice-<product>-<environment>-plan`: shows what would change, and takes it back; carries nothing out. */
export function planPermissions(scope: EnvironmentScope): readonly Statement[] {
  return [
    ...changeSets(scope),
    ...watchStacks(scope),
    ...copyCode(scope),
    ...(scope.publishes
      ? [
          // S3 tells the checksum of an object only to whoever may read it.
          allow('ComparePublished', ['s3:GetObject'], [`${buckets(scope)}/*`], ownBuckets(scope)),
          allow('ListPublished', ['s3:ListBucket'], [buckets(scope)], ownBuckets(scope))
        ]
      : []),
    ...(readsObjects(scope) ? decryptObjects(scope) : []),
    ...(scope.bundles === undefined ? [] : encryptObjects(scope)),
    ...guard(scope)
  ]
}

/** `sluice-<product>-<environment>-deploy`: carries out change sets, and only them: CreateStack and UpdateStack show nobody what they do. */
export function deployPermissions(scope: EnvironmentScope): readonly Statement[] {
  return [
    ...changeSets(scope),
    ...watchStacks(scope),
    allow('ExecutePlans', ['cloudformation:ExecuteChangeSet'], [stacks(scope)]),
    // One whose creation failed can be deleted only, and that of a retired unit is to be. IAM does not see which it is; but whoever executes change sets
    // can empty a stack by one as well.
    allow('DeleteStacks', ['cloudformation:DeleteStack'], [stacks(scope)], {
      StringEquals: { 'aws:ResourceTag/product': scope.product, 'aws:ResourceTag/environment': scope.environment },
      Null: { 'cloudformation:RoleArn': 'true' }
    }),
    ...findCode(scope),
    // They bring a stack back to what it was before its last update, with the role that it has.
    allow('RollBack', ['cloudformation:ContinueUpdateRollback', 'cloudformation:RollbackStack'], [stacks(scope)], {
      Null: { 'cloudformation:RoleArn': 'true' }
    }),
    // IAM does not see whether it goes on or off, the approver does.
    ...(scope.protects ? [allow('Protect', ['cloudformation:UpdateTerminationProtection'], [stacks(scope)])] : []),
    ...runningTasks(scope),
    ...(scope.publishes
      ? [
          allow(
            'Publish',
            ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
            [`${buckets(scope)}/*`],
            ownBuckets(scope)
          ),
          allow('ListPublished', ['s3:ListBucket'], [buckets(scope)], ownBuckets(scope))
        ]
      : []),
    ...(readsObjects(scope) ? decryptObjects(scope) : []),
    ...(scope.publishes ? encryptObjects(scope) : []),
    ...(scope.invalidates
      ? [
          // The ids of distributions tell nothing, but CloudFormation gives them the tags of their stack.
          allow('Invalidate', ['cloudfront:CreateInvalidation'], [distributions(scope)], {
            StringEquals: { 'aws:ResourceTag/product': scope.product, 'aws:ResourceTag/environment': scope.environment }
          })
        ]
      : []),
    ...guard(scope)
  ]
}

/** `sluice-<product>-<environment>-record`: discards what was planned and not applied; makes no plan of its own. */
export function recordPermissions(scope: EnvironmentScope): readonly Statement[] {
  return [
    allow('ReadPlans', ['cloudformation:DescribeStacks', 'cloudformation:ListChangeSets'], [stacks(scope)]),
    allow('DiscardPlans', ['cloudformation:DeleteChangeSet'], [stacks(scope)]),
    deleteEmptyStacks(scope),
    ...guard(scope)
  ]
}

/** `sluice-<product>-<environment>-execution`: what the product's stacks are made of, except what its keepers are. */
export function executionPermissions(
  scope: EnvironmentScope,
  guarded: ProtectedScope,
  product: readonly Statement[]
): readonly Statement[] {
  return [
    ...product,
    ...takeCode(scope),
    ...watchStacks(scope),
    ...protections(guarded),
    keepToStacks(scope),
    ...guard(scope)
  ]
}

/** S3 tells the checksum of an object only to whoever may decrypt it. */
function readsObjects({ publishes, bundles }: EnvironmentScope): boolean {
  return publishes || bundles !== undefined
}

/** What tells what runs, and why a task stopped; it changes nothing. Names begin with those of the stacks unless a template gives others. */
function runningTasks(scope: EnvironmentScope): readonly Statement[] {
  const own = stackName(scope.product, scope.environment, '*')
  const tags = { 'aws:ResourceTag/product': scope.product, 'aws:ResourceTag/environment': scope.environment }
  return [
    // CloudFormation gives services the tags of their stack, in whatever cluster they are.
    allow('ReadServices', ['ecs:DescribeServices'], [arn(scope, 'ecs', 'service/*')], { StringEquals: tags }),
    // Tasks have no tags unless a template asks for them, and are listed by cluster.
    allow('ListTasks', ['ecs:ListTasks'], ['*'], {
      ArnLike: { 'ecs:cluster': arn(scope, 'ecs', `cluster/${own}`) }
    }),
    allow('ReadTasks', ['ecs:DescribeTasks'], [arn(scope, 'ecs', `task/${own}/*`)]),
    allow('ReadFunctions', ['lambda:GetFunctionConfiguration'], [arn(scope, 'lambda', `function:${own}`)]),
    // AWS knows no narrower resource for it.
    allow('ReadTaskDefinitions', ['ecs:DescribeTaskDefinition'], ['*']),
    allow('ReadLastLines', ['logs:GetLogEvents'], [arn(scope, 'logs', `log-group:${own}:log-stream:*`)])
  ]
}

/** What tells what is live, and what was said of a plan. */
function looks(scope: EnvironmentScope): readonly Statement[] {
  return [
    allow(
      'ReadStacks',
      [
        'cloudformation:DescribeStacks',
        'cloudformation:DescribeStackEvents',
        'cloudformation:GetTemplate',
        'cloudformation:ListChangeSets',
        'cloudformation:DescribeChangeSet'
      ],
      [stacks(scope)]
    ),
    allow('ListResources', ['cloudformation:ListStackResources'], [stacks(scope)]),
    // AWS limits this right by nothing.
    allow('FindImports', ['cloudformation:ListImports'], ['*']),
    // It says why a change set was refused; AWS may ask for the right to the change set instead of the stack.
    allow(
      'ReadRefusals',
      ['cloudformation:DescribeEvents'],
      [stacks(scope), arn(scope, 'cloudformation', `changeSet/${CHANGE_SET_PREFIX}*/*`)]
    )
  ]
}

/** What planning needs, and applying does again when a change set has become stale. */
function changeSets(scope: EnvironmentScope): readonly Statement[] {
  return [
    ...looks(scope),
    allow('Plan', ['cloudformation:CreateChangeSet', 'cloudformation:DeleteChangeSet'], [stacks(scope)]),
    // The tags of a stack come with its change set. AWS documents this right for them, and does not ask every account for it.
    allow(
      'TagByChangeSet',
      ['cloudformation:TagResource', 'cloudformation:UntagResource'],
      [stacks(scope), arn(scope, 'cloudformation', `changeSet/${CHANGE_SET_PREFIX}*/*`)],
      { StringEquals: { 'cloudformation:CreateAction': ['CreateChangeSet', 'ExecuteChangeSet'] } }
    ),
    // Transforms of templates, e.g. AWS::Serverless, are AWS's own.
    allow(
      'Transform',
      ['cloudformation:CreateChangeSet'],
      [`arn:${scope.partition}:cloudformation:${scope.region}:aws:transform/*`]
    ),
    // CloudFormation resolves `AWS::SSM::Parameter::Value<…>` as whoever asks for the change set, not as the execution role (aws/aws-cdk#20959).
    allow(
      'ReadParameters',
      ['ssm:GetParameters'],
      [
        `arn:${scope.partition}:ssm:${scope.region}::parameter/aws/service/*`,
        arn(scope, 'ssm', `parameter/${scope.product}/${scope.environment}/*`),
        ...scope.ssmParameters.map(name => arn(scope, 'ssm', `parameter/${name.replace(/^\//, '')}`))
      ]
    ),
    deleteEmptyStacks(scope),
    allow('PassExecutionRole', ['iam:PassRole'], [scope.executionRole], {
      StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' }
    })
  ]
}

/**
 * A stack is tagged when something is deployed to it: without tags it is what only a plan had begun. IAM does not see that it is empty. Without
 * a role in the request nothing but an empty one goes, unless the stack came with a role of its own.
 */
function deleteEmptyStacks(scope: EnvironmentScope): Statement {
  return allow('DeleteEmptyStacks', ['cloudformation:DeleteStack'], [stacks(scope)], {
    Null: { 'aws:ResourceTag/product': 'true', 'cloudformation:RoleArn': 'true' }
  })
}

/** Stacks and buckets of `prod-eu` begin like those of `prod`, but are not its own. */
function guard(scope: EnvironmentScope): readonly Statement[] {
  if (scope.lookalikes.length === 0) return []
  const others = scope.lookalikes.map(environment => ({ ...scope, environment }))
  return [
    deny(
      'ProtectOtherEnvironments',
      ['cloudformation:*', 's3:*'],
      // In IAM `*` stands for slashes, too: the buckets include what is in them.
      [...others.map(stacks), ...others.map(buckets)]
    )
  ]
}

/** Nested stacks carry the name of the stack around them. */
function stacks(scope: EnvironmentScope): string {
  return arn(scope, 'cloudformation', `stack/${stackName(scope.product, scope.environment, '*')}/*`)
}

/** CloudFront is in no region. */
function distributions({ partition, id }: EnvironmentScope): string {
  return `arn:${partition}:cloudfront::${id}:distribution/*`
}

/** The names that CloudFormation makes of a stack's name. */
function buckets({ partition, product, environment }: EnvironmentScope): string {
  return `arn:${partition}:s3:::${stackName(product, environment, '*')}`
}
