import { randomUUID } from 'node:crypto'
import {
  type AwsFault,
  type AwsSession,
  awsFault,
  callAws,
  Failure,
  messageOf,
  partitionOf,
  signedCall,
  UserError
} from '@sluice/core'

/** Where CloudFront is asked, by partition (botocore, `endpoints.json`); in the others there is none. */
const HOMES: Readonly<Record<string, { readonly region: string; readonly host: string }>> = {
  aws: { region: 'us-east-1', host: 'cloudfront.amazonaws.com' },
  'aws-cn': { region: 'cn-northwest-1', host: 'cloudfront.cn-northwest-1.amazonaws.com.cn' }
}

/** A call that CloudFront refused. */
class Refusal extends Error implements AwsFault {
  readonly code: string
  readonly reason: string
  readonly status: number

  constructor(answer: string, status: number) {
    const reason = elementIn(answer, 'Message')
    super(reason === '' ? `HTTP ${status}` : reason)
    this.code = elementIn(answer, 'Code')
    this.reason = reason
    this.status = status
  }
}

/**
 * Has CloudFront ask the bucket again for every file: what its caches hold is forgotten within a minute or so; nobody waits for that.
 * @throws UserError for what is no distribution, where a permission is missing, and in partitions without CloudFront.
 */
export async function invalidate(session: AwsSession, distribution: string): Promise<void> {
  // It becomes a part of the path.
  if (!/^[A-Z0-9]{1,64}$/.test(distribution))
    throw new UserError(
      `${JSON.stringify(distribution)} is not the id of a CloudFront distribution. Name an output that is: \`!Ref\` of an AWS::CloudFront::Distribution.`
    )
  const partition = partitionOf(session.region)
  const home = HOMES[partition]
  if (home === undefined)
    throw new UserError(`There is no CloudFront in ${partition}. Remove \`invalidate\` from delivery.yml.`)
  // One for all attempts: CloudFront takes the second for the first, and not for another invalidation.
  const batch = `<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths><CallerReference>${randomUUID()}</CallerReference></InvalidationBatch>`
  try {
    await callAws(session.terms, async () =>
      send(session, home, `/2020-05-31/distribution/${distribution}/invalidation`, batch)
    )
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    const message = `CloudFront could not invalidate ${distribution}: ${messageOf(error)}`
    if (awsFault(error).status !== 403) throw new Failure(message, { cause: error })
    throw new UserError(
      `${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that invalidate; the distribution must have the tags of its stack.`,
      { cause: error }
    )
  }
}

/** Sends the request of an invalidation. @throws Refusal */
async function send(
  session: AwsSession,
  home: { readonly region: string; readonly host: string },
  path: string,
  body: string
): Promise<void> {
  const answer = await signedCall(session, {
    ...{ service: 'CLOUDFRONT', signingName: 'cloudfront', ...home, path, body },
    headers: { 'content-type': 'application/xml' }
  })
  if (answer.status >= 300) throw new Refusal(answer.body, answer.status)
}

/** The text of the first element of a name, which stands within no other of this name. */
function elementIn(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''
}
