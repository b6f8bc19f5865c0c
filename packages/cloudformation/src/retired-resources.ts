import type { Fate, RetiredResource } from '@sluice/core'
import { type CloudFormation, CloudFormationError } from './connection.ts'
import { isThere, listResources } from './stack-resources.ts'
import { isTreeMap, member, readTree, type Tree } from './template-tree.ts'

const NESTED = 'AWS::CloudFormation::Stack'

/**
 * What goes with a stack, and what stays: its resources and those of nested stacks, sorted by logical id, each with what its `DeletionPolicy` says.
 * @param stack by its ARN; one that is gone has none.
 */
export async function retiredResources(
  cloudFormation: CloudFormation,
  stack: string
): Promise<readonly RetiredResource[]> {
  const found = await below(cloudFormation, stack, { path: '', isKept: false })
  return found.toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1))
}

/** @param isKept whether the stack around it stays, with all that is in it. */
async function below(
  cloudFormation: CloudFormation,
  stack: string,
  { path, isKept }: { readonly path: string; readonly isKept: boolean }
): Promise<readonly RetiredResource[]> {
  const listed = await resourcesThere(cloudFormation, stack)
  if (listed.length === 0) return []
  // As CloudFormation made it of transforms: they add resources, and policies.
  const { TemplateBody = '' } = await cloudFormation.getTemplate({ StackName: stack, TemplateStage: 'Processed' })
  const defined = member(readTree(TemplateBody), 'Resources')
  const own = listed.map(({ name, type, physicalId }): RetiredResource => {
    const becomes = isKept ? 'retain' : fateOf(type, member(defined, name))
    return { logicalId: `${path}${name}`, type, physicalId, becomes }
  })
  const nested = await Promise.all(
    own
      .filter(({ type, physicalId }) => type === NESTED && physicalId !== '')
      .map(async ({ logicalId, physicalId, becomes }) =>
        below(cloudFormation, physicalId, { path: `${logicalId}/`, isKept: becomes === 'retain' })
      )
  )
  return [...own, ...nested.flat()]
}

interface Listed {
  readonly name: string
  readonly type: string
  readonly physicalId: string
}

/** The resources of a stack that exist, or may. */
async function resourcesThere(cloudFormation: CloudFormation, stack: string): Promise<readonly Listed[]> {
  try {
    const listed = await listResources(cloudFormation, stack)
    return listed
      .filter(isThere)
      .map(({ LogicalResourceId: name = '', ResourceType: type = '', PhysicalResourceId: physicalId = '' }) => ({
        name,
        type,
        physicalId
      }))
  } catch (error: unknown) {
    // A nested stack may go between two looks.
    if (error instanceof CloudFormationError && /does not exist/.test(error.reason)) return []
    throw error
  }
}

/** What CloudFormation does with a resource when its stack is deleted (user guide, "DeletionPolicy attribute"). */
function fateOf(type: string, definition: Tree | undefined): Fate {
  const policy = member(definition, 'DeletionPolicy')
  switch (policy) {
    case 'Retain':
    case 'RetainExceptOnCreate':
      return 'retain'
    case 'Snapshot':
      return 'snapshot'
    case undefined: {
      const inCluster = member(member(definition, 'Properties'), 'DBClusterIdentifier') !== undefined
      const isDatabase = type === 'AWS::RDS::DBCluster' || (type === 'AWS::RDS::DBInstance' && !inCluster)
      return isDatabase && isTreeMap(definition) ? 'snapshot' : 'delete'
    }
    default:
      // `Delete`; what only CloudFormation can resolve counts as the worst.
      return 'delete'
  }
}
