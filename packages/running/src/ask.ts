import {
  type AwsFault,
  type AwsService,
  type AwsSession,
  awsFault,
  callAws,
  Failure,
  messageOf,
  type SignedAnswer,
  type SignedRequest,
  serviceHost,
  signedCall
} from '@sluice/core'

/** The APIs that tell what runs in one protocol, JSON 1.1: how they are found, signed and addressed (botocore, `service-2.json`). */
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

  constructor({ body: answer, status, error }: SignedAnswer) {
    const { __type: type = error, message, Message: shouted } = parsed(answer)
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
  return answerTo(session, `${api}:${action}`, {
    ...{ service, signingName: api, path: '/', body: JSON.stringify(input) },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${action}` }
  })
}

/**
 * The same of Lambda, which is asked by REST: what it says of a function, or of a version of it.
 * @throws NotAllowed, or Failure with what AWS said.
 */
export async function askLambda<Answer>(session: AwsSession, name: string, version?: string): Promise<Answer> {
  return answerTo(session, 'lambda:GetFunctionConfiguration', {
    ...{ service: 'LAMBDA', signingName: 'lambda', method: 'GET', headers: {}, body: '' },
    path: `/2015-03-31/functions/${encodeURIComponent(name)}/configuration`,
    ...(version === undefined ? {} : { query: { Qualifier: version } })
  })
}

/** @param action as policies name it. */
async function answerTo<Answer>(
  session: AwsSession,
  action: string,
  request: Omit<SignedRequest, 'host' | 'region'>
): Promise<Answer> {
  const { region, terms } = session
  try {
    return (await callAws(terms, async () => {
      const answer = await signedCall(session, { ...request, region, host: serviceHost(request.signingName, region) })
      if (answer.status >= 300) throw new Refusal(answer)
      return parsed(answer.body)
    })) as Answer
  } catch (error: unknown) {
    if (/^(AccessDenied|UnauthorizedOperation)/.test(awsFault(error).code)) throw new NotAllowed(action, error)
    throw new Failure(`AWS could not answer ${action}: ${messageOf(error)}`, { cause: error })
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
