import { stackName } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import type { Statement } from '@sluice/iam'

/**
 * What the stacks of the storefront are made of. The emulator lets CloudFormation do everything, whoever asks: these statements are
 * what a platform team would write, not what the rehearsal proves.
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
        Sid: 'RolesOfTasks',
        Effect: 'Allow',
        Action: ['iam:*Role', 'iam:*RolePolicy'],
        Resource: [`arn:aws:iam::*:role/${own}`]
      }
    ]
  }
}
