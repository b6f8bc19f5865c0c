import { UserError } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import type { LiveStack } from './live-stack.ts'
import { describeCause, lastCause } from './root-cause.ts'
import { isThere, listResources } from './stack-resources.ts'

/** Resources named in a message at most. */
const NAMES = 10

/** The resources of a stack that exist, or may: `Data (AWS::S3::Bucket) shop-data`. */
export async function livingResources(cloudFormation: CloudFormation, stackId: string): Promise<readonly string[]> {
  const listed = await listResources(cloudFormation, stackId)
  return listed
    .filter(isThere)
    .map(({ LogicalResourceId: name = '', ResourceType: type = '', PhysicalResourceId: id = '' }) =>
      `${name} (${type}) ${id}`.trim()
    )
}

/** Resources in a message: the first of them. */
export function named(living: readonly string[]): string {
  const rest = living.length - NAMES
  return [...living.slice(0, NAMES), ...(rest > 0 ? [`… and ${rest} more`] : [])].join(', ')
}

/** Why a dead stack is not replaced, and who can do what about it. */
export async function undeletable(
  cloudFormation: CloudFormation,
  { id, name, status }: LiveStack,
  living: readonly string[]
): Promise<UserError> {
  const cause = await lastCause(cloudFormation, id)
  const state = `Stack ${name} is in ${status}${cause === undefined ? '' : ` (${describeCause(cause)})`}`
  const on = `--stack-name ${name} --region ${cloudFormation.region}`
  if (living.length === 0)
    return new UserError(
      `${state}. Nothing is left in it, but it is protected from deletion, so it cannot be replaced. Run \`aws cloudformation update-termination-protection --no-enable-termination-protection ${on}\`, then re-run the job.`
    )
  const retain = status === 'DELETE_FAILED' ? ' (with `--retain-resources` and names, these stay outside of it)' : ''
  return new UserError(
    `${state}. It is not replaced, since something of it is left: ${named(living)}. Save what is in there, run \`aws cloudformation delete-stack ${on}\`${retain}, then re-run the job.`
  )
}
