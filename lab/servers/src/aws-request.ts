import type { IncomingHttpHeaders } from 'node:http'

/** One call of an AWS API, as far as the request itself tells. */
export interface AwsRequest {
  /** The name in the signature, e.g. `cloudformation`, `s3`; `unsigned` when it has none. */
  readonly service: string
  /** The operation, e.g. `CreateChangeSet`; for a REST call that does not name it, method and path. */
  readonly action: string
  /** The account whose credentials signed it, or whose role it asks for; absent when unknown. */
  readonly account?: string
}

/** What of an HTTP request decides which AWS call it is. */
export interface RequestHead {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** The body, when it is a form; otherwise empty. */
  readonly form: string
}

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/[^/]+\/([^/]+)\//
const SMITHY_OPERATION = /^\/service\/[^/]+\/operation\/([^/?]+)/
const ACCOUNT = /^\d{12}$/

/**
 * Recognises the call in a request: AWS query, JSON, REST and Smithy RPC protocols.
 * @param accounts of the access keys that are known.
 */
export function recogniseAwsRequest(head: RequestHead, accounts: ReadonlyMap<string, string>): AwsRequest {
  const url = new URL(head.target, 'http://localhost')
  const form = new URLSearchParams(head.form)
  const presigned = url.searchParams.get('X-Amz-Credential')
  const signature = CREDENTIAL.exec(head.headers.authorization ?? (presigned === null ? '' : `Credential=${presigned}`))
  const named = form.get('Action') ?? url.searchParams.get('Action')
  const action =
    named ??
    single(head.headers['x-amz-target'])?.split('.').at(-1) ??
    SMITHY_OPERATION.exec(url.pathname)?.[1] ??
    url.searchParams.get('x-id') ??
    `${head.method} ${url.pathname}`
  const key = signature?.[1]
  const account =
    key === undefined
      ? (form.get('RoleArn') ?? url.searchParams.get('RoleArn') ?? '').split(':')[4]
      : ACCOUNT.test(key)
        ? key
        : accounts.get(key)
  return {
    // Only STS has named operations that go unsigned.
    service: signature?.[2] ?? (named === null ? 'unsigned' : 'sts'),
    action,
    ...(account === undefined || account === '' ? {} : { account })
  }
}

/** The access key in an answer of STS, and the account of the role it stands for. */
export function issuedKey(answer: string): { readonly key: string; readonly account: string } | undefined {
  const key = /\b(ASIA[0-9A-Z]+)\b/.exec(answer)?.[1]
  const account = /arn:aws:sts::(\d{12}):assumed-role\//.exec(answer)?.[1]
  return key === undefined || account === undefined ? undefined : { key, account }
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
