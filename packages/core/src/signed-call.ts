import { text } from 'node:stream/consumers'
import { type AwsService, type AwsSession, awsClientConfig } from './aws.ts'

/** A call of a service for which no client is carried along: decision 12 says when. */
export interface SignedRequest {
  readonly service: AwsService
  /** As signatures name the service: `cloudfront`, `ecs`, `logs`. */
  readonly signingName: string
  readonly region: string
  /** Where it is asked, unless the terms of the session say otherwise. */
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SignedAnswer {
  readonly status: number
  readonly body: string
}

/** Posts a request once, signed by the SDK's signer and sent by its handler, by the same recipe as clients. Any answer is one, also a refusal. */
export async function signedCall(session: AwsSession, request: SignedRequest): Promise<SignedAnswer> {
  // Loaded late: an action that fails on its input must not pay for them.
  const [{ HttpRequest }, { Hash }, { NodeHttpHandler }, { SignatureV4 }] = await Promise.all([
    import('@smithy/core/transport'),
    import('@smithy/core/serde'),
    import('@smithy/node-http-handler'),
    import('@smithy/signature-v4')
  ])
  const { service, signingName, region, host, path, body } = request
  const { requestHandler, credentials } = awsClientConfig(session, service)
  const endpoint = session.terms.endpoints(service) ?? new URL(`https://${host}`)
  const { protocol, hostname, port } = endpoint
  const length = String(Buffer.byteLength(body))
  const headers = { host: endpoint.host, ...request.headers, 'content-length': length }
  const unsigned = new HttpRequest({
    ...{ method: 'POST', protocol, hostname, path, headers, body },
    ...(port === '' ? {} : { port: Number(port) })
  })
  const signer = new SignatureV4({ service: signingName, region, credentials, sha256: Hash.bind(null, 'sha256') })
  const handler = new NodeHttpHandler(requestHandler)
  try {
    const { response } = await handler.handle(HttpRequest.clone(await signer.sign(unsigned)))
    return { status: response.statusCode, body: await text(response.body) }
  } finally {
    handler.destroy()
  }
}
