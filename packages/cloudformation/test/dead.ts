import type { AwsSession } from '@sluice/core'
import type { Emulator } from './emulator.ts'
import { PICKY } from './templates.ts'

export const API = 'storefront-staging-api'

/** A stack of the api's name whose creation failed outside of a delivery. @param keep whether what was made stays in it. */
export async function leaveDead(aws: Emulator, session: AwsSession, keep = false): Promise<string> {
  const client = aws.client(session)
  const { StackId = '' } = await client.createStack({
    StackName: API,
    TemplateBody: PICKY,
    Parameters: [{ ParameterKey: 'Image', ParameterValue: 'bad' }],
    ...(keep ? { OnFailure: 'DO_NOTHING' as const } : {})
  })
  await reaches(client, StackId, keep ? 'CREATE_FAILED' : 'ROLLBACK_COMPLETE')
  return StackId
}

/** A stack of the api's name whose update failed outside of a delivery, and was told not to roll back. */
export async function leaveFailedUpdate(aws: Emulator, session: AwsSession): Promise<string> {
  const client = aws.client(session)
  const { StackId = '' } = await client.updateStack({
    StackName: API,
    UsePreviousTemplate: true,
    DisableRollback: true,
    Parameters: [{ ParameterKey: 'Image', ParameterValue: 'bad' }]
  })
  await reaches(client, StackId, 'UPDATE_FAILED')
  return StackId
}

async function reaches(client: ReturnType<Emulator['client']>, stack: string, wanted: string): Promise<void> {
  for (let look = 0; look < 200; look++) {
    const { Stacks } = await client.describeStacks({ StackName: stack })
    if (Stacks?.[0]?.StackStatus === wanted) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`The stack did not reach ${wanted}.`)
}
