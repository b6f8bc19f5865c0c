import {
  type AwsFault,
  type AwsService,
  type AwsSession,
  awsFault,
  callAws,
  Failure,
  messageOf,
  serviceHost,
  signedCall
} from '@sluice/core'

/** The two APIs that tell what runs: how they are found, signed and addressed (botocore, `service-2.json`). */
const APIS = {
  ecs: { service: 'ECS', target: 'AmazonEC2ContainerServiceV20141113' },
  logs: { service: 'CLOUDWATCH_LOGS', target: 'Logs_20140328' }
} as const satisfies Record<string, { readonly service: AwsService; readonly target: string }>

/** The role of the job may not ask. */
export class NotAllowed extends Error {
  /** As policies name it: `ecs:DescribeServices`. */
  readonly action: string

  constructor(action: string, cause: unknown) {
    super(`AWS denied ${action}: ${messageOf(cause)}`, { cause })
    this.action = action
  }
}

/** A call that AWS refused. */
class Refusal extends Error implements AwsFault {
  readonly code: string
  readonly reason: string
  readonly status: number

  constructor(answer: string, status: number) {
    const { __type: type, message, Message: shouted } = parsed(answer)
    const reason = [message, shouted, `HTTP ${status}`].find(it => typeof it === 'string') as string
    super(reason)
    // `com.amazonaws.ecs#AccessDeniedException`, or without what comes before.
    this.code = typeof type === 'string' ? type.replace(/^.*#/, '') : ''
    this.reason = reason
    this.status = status
  }
}

/**
 * Asks one of the APIs in its protocol, JSON 1.1; every call here only reads.
 * @throws NotAllowed, or Failure with what AWS said.
 */
export async function ask<Answer>(
  session: AwsSession,
  api: keyof typeof APIS,
  action: string,
  input: Readonly<Record<string, unknown>>
): Promise<Answer> {
  const { service, target } = APIS[api]
  try {
    return (await callAws(session.terms, async () => {
      const { status, body } = await signedCall(session, {
        ...{ service, signingName: api, region: session.region, host: serviceHost(api, session.region), path: '/' },
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${action}` },
        body: JSON.stringify(input)
      })
      if (status >= 300) throw new Refusal(body, status)
      return parsed(body)
    })) as Answer
  } catch (error: unknown) {
    if (/^(AccessDenied|UnauthorizedOperation)/.test(awsFault(error).code))
      throw new NotAllowed(`${api}:${action}`, error)
    throw new Failure(`AWS could not answer ${api}:${action}: ${messageOf(error)}`, { cause: error })
  }
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}
