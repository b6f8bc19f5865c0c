import { stackName } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import type { Statement } from '@sluice/iam'

/**
 * What the stacks of the storefront are made of. The emulator lets CloudFormation do everything, whoever asks: these statements are what a platform
 * team would write; that they are enough for each resource in its templates is shown by AWS's own schemas (packages/iam/test/execution-handlers.test.ts).
 */
export function storefrontExecution(product: string): (environment: Environment) => readonly Statement[] {
  return ({ name }) => {
    const own = stackName(product, name, '*')
    return [
      // Networks, clusters and services have ids that nobody knows before.
      { Sid: 'Run', Effect: 'Allow', Action: ['ec2:*', 'ecs:*', 'logs:*'], Resource: ['*'] },
      { Sid: 'Publish', Effect: 'Allow', Action: ['s3:*'], Resource: [`arn:aws:s3:::${own}`, `arn:aws:s3:::${own}/*`] },
      { Sid: 'Tell', Effect: 'Allow', Action: ['ssm:*'], Resource: [`arn:aws:ssm:*:*:parameter/${own}`] },
      {
        Sid: 'RunByTheClock',
        Effect: 'Allow',
        Action: ['lambda:*', 'events:*'],
        Resource: [`arn:aws:lambda:*:*:function:${own}`, `arn:aws:events:*:*:rule/${own}`]
      },
      {
        Sid: 'RolesOfTasks',
        Effect: 'Allow',
        // Not `iam:*`: that would take roles' boundaries away.
        Action: [
          'iam:*Role',
          'iam:*RolePolicy',
          'iam:ListRolePolicies',
          'iam:ListAttachedRolePolicies',
          'iam:UpdateRoleDescription'
        ],
        Resource: [`arn:aws:iam::*:role/${own}`]
      },
      {
        // The first cluster of an account makes the role with which ECS works there.
        Sid: 'RoleOfEcs',
        Effect: 'Allow',
        Action: ['iam:CreateServiceLinkedRole'],
        Resource: ['arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*'],
        Condition: { StringEquals: { 'iam:AWSServiceName': 'ecs.amazonaws.com' } }
      }
    ]
  }
}
