import type { ECRClient } from '@aws-sdk/client-ecr'
import { type AwsSession, awsClientConfig, Failure, messageOf, UserError } from '@sluice/core'

/** Turns one error of ECR into an absent answer. */
export function unless(name: string): (error: unknown) => undefined {
  return error => {
    if (error instanceof Error && error.name === name) return undefined
    throw error
  }
}

/** Asks ECR something. @throws Failure or UserError that says what could not be done. */
export async function withEcr<T>(
  session: AwsSession,
  what: string,
  work: (client: ECRClient) => Promise<T>
): Promise<T> {
  // Loaded late: an action that fails on its input must not pay for the SDK.
  const { ECRClient } = await import('@aws-sdk/client-ecr')
  const client = new ECRClient(awsClientConfig(session, 'ECR'))
  try {
    return await work(client)
  } catch (error: unknown) {
    if (error instanceof UserError || error instanceof Failure) throw error
    const message = `ECR in ${session.region} could not ${what}: ${messageOf(error)}`
    if (error instanceof Error && /AccessDenied/.test(error.name)) {
      throw new UserError(`${message}. Allow this action in the role's policy.`, { cause: error })
    }
    throw new Failure(message, { cause: error })
  } finally {
    client.destroy()
  }
}
