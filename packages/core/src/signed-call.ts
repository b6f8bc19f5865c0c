import { text } from 'node:stream/consumers'
import { type AwsService, type AwsSession, awsClientConfig } from './aws.ts'

/** A call of a service for which no client is carried along: decision 12 says when. */
export interface SignedRequest {
  readonly service: AwsService
  /** As signatures name the service: `cloudfront`, `ecs`, `lambda`, `logs`. */
  readonly signingName: string
  readonly region: string
  /** Where it is asked, unless the terms of the session say otherwise. */
  readonly host: string
  /** Absent: `POST`. */
  readonly method?: 'GET'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SignedAnswer {
  readonly status: number
  readonly body: string
  /** What a REST service calls its refusal, as `AccessDeniedException`. */
  readonly error?: string
}

/** Sends a request once, signed by the SDK's signer and sent by its handler, by the same recipe as clients. Any answer is one, also a refusal. */
export async function signedCall(session: AwsSession, request: SignedRequest): Promise<SignedAnswer> {
  // Loaded late: an action that fails on its input must not pay for them.
  const [{ HttpRequest }, { Hash }, { NodeHttpHandler }, { SignatureV4 }] = await Promise.all([
    import('@smithy/core/transport'),
    import('@smithy/core/serde'),
    import('@smithy/node-http-handler'),
    import('@smithy/signature-v4')
  ])
  const { service, signingName, region, host, method = 'POST', path, query = {}, body } = request
  const { requestHandler, credentials } = awsClientConfig(session, service)
  const endpoint = session.terms.endpoints(service) ?? new URL(`https://${host}`)
  const { protocol, hostname, port } = endpoint
  const length = String(Buffer.byteLength(body))
  const headers = { host: endpoint.host, ...request.headers, 'content-length': length }
  const unsigned = new HttpRequest({
    ...{ method, protocol, hostname, path, query: { ...query }, headers, body },
    ...(port === '' ? {} : { port: Number(port) })
  })
  const signer = new SignatureV4({ service: signingName, region, credentials, sha256: Hash.bind(null, 'sha256') })
  const handler = new NodeHttpHandler(requestHandler)
  try {
    const { response } = await handler.handle(HttpRequest.clone(await signer.sign(unsigned)))
    // `AccessDeniedException:http://internal.amazon.com/…` in some services.
    const error = response.headers['x-amzn-errortype']?.replace(/:.*$/, '')
    return { status: response.statusCode, body: await text(response.body), ...(error === undefined ? {} : { error }) }
  } finally {
    handler.destroy()
  }
}
