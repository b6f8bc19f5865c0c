import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Forward, type Front, reply, startFront } from './front.ts'

/** What ECR's roles are asked for, of what its HTTP API does. */
export type EcrAction =
  | 'ecr:BatchCheckLayerAvailability'
  | 'ecr:BatchGetImage'
  | 'ecr:CompleteLayerUpload'
  | 'ecr:GetDownloadUrlForLayer'
  | 'ecr:InitiateLayerUpload'
  | 'ecr:PutImage'
  | 'ecr:UploadLayerPart'

/** Whether tags move, as ECR says it, and for which wildcard filters the other way round. */
export interface EcrTagRules {
  readonly mutability: 'MUTABLE' | 'IMMUTABLE'
  readonly exclusions?: readonly string[]
}

export interface EcrFrontOptions {
  /** An OCI registry without rules of its own. */
  readonly upstream: string
  /** The token that ECR's control plane gave, which is the password of `AWS`. */
  readonly password: string
  /** By name; a push to any other fails. */
  readonly repositories: Readonly<Record<string, EcrTagRules>>
  /** Whether the role whose token it is may; everything unless told. */
  readonly may?: (action: EcrAction, repository: string) => boolean
  /** PutImage requests that are taken in any second; 10 unless told, the default quota of a region. */
  readonly putsPerSecond?: number
}

export interface EcrFront extends Front {
  /** What was asked for, in order: action and repository. */
  readonly actions: readonly (readonly [EcrAction, string])[]
  /** Where blobs are fetched from: S3, as far as a client sees of it. */
  readonly blobs: Front
}

/**
 * Stands before an OCI registry and behaves as ECR's HTTP API does where that differs: it knows Basic alone, makes no repository by a push,
 * asks IAM for each request, keeps tags by the repository's rules, lets blobs be fetched from elsewhere, and limits how often a manifest is put.
 */
export async function startEcrFront(options: EcrFrontOptions): Promise<EcrFront> {
  const blobs = await startFront(options.upstream, fetchSigned)
  const actions: (readonly [EcrAction, string])[] = []
  const rules = new EcrRules(options, blobs.url, actions)
  const front = await startFront(options.upstream, (request, response, forward) =>
    rules.handle(request, response, forward)
  )
  return {
    ...front,
    blobs,
    actions,
    stop: async () => {
      await Promise.all([front.stop(), blobs.stop()])
    }
  }
}

const SIGNED = 'X-Amz-Signature=presigned'

/** S3 takes an address that is signed, and refuses whoever shows anything else besides. */
function fetchSigned(request: IncomingMessage, response: ServerResponse, forward: Forward): Promise<void> | void {
  if (request.headers.authorization !== undefined)
    return reply(
      response,
      400,
      {},
      '<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>'
    )
  if (request.url?.endsWith(`?${SIGNED}`) !== true)
    return reply(response, 403, {}, '<Error><Code>AccessDenied</Code></Error>')
  request.url = request.url.slice(0, -SIGNED.length - 1)
  return forward()
}

class EcrRules {
  readonly #options: EcrFrontOptions
  readonly #blobs: string
  readonly #actions: (readonly [EcrAction, string])[]
  /** When manifests were put, in milliseconds. */
  #puts: readonly number[] = []

  constructor(options: EcrFrontOptions, blobs: string, actions: (readonly [EcrAction, string])[]) {
    this.#options = options
    this.#blobs = blobs
    this.#actions = actions
  }

  async handle(request: IncomingMessage, response: ServerResponse, forward: Forward): Promise<void> {
    const { method = '', url = '' } = request
    const refuse = (status: number, code: string, message: string, headers: Record<string, string> = {}): void => {
      request.resume()
      reply(response, status, headers, { errors: [{ code, message }] })
    }
    const { password, repositories, may = () => true } = this.#options
    if (request.headers.authorization !== `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`) {
      const challenge = { 'www-authenticate': 'Basic realm="https://ecr.example/",service="ecr.amazonaws.com"' }
      return refuse(401, 'UNAUTHORIZED', 'Not Authorized', challenge)
    }
    const asked = requestOf(method, url)
    if (asked === undefined) return forward()
    const { repository } = asked
    for (const action of asked.actions) {
      this.#actions.push([action, repository])
      if (!may(action, repository))
        return refuse(
          403,
          'DENIED',
          `User is not authorized to perform: ${action} on resource: repository/${repository}`
        )
    }
    const rules = repositories[repository]
    if (rules === undefined)
      return refuse(404, 'NAME_UNKNOWN', `The repository with name '${repository}' does not exist in the registry`)
    if (asked.kind === 'blob' && method === 'GET') {
      request.resume()
      return reply(response, 307, { location: `${this.#blobs}${url}?${SIGNED}` })
    }
    if (asked.kind === 'manifest' && method === 'PUT') {
      if (this.#isTooMuch()) return refuse(429, 'TOOMANYREQUESTS', 'Rate exceeded')
      const { reference } = asked
      if (!moves(rules, reference) && (await this.#isThere(url)))
        return refuse(
          400,
          'TAG_INVALID',
          `The image tag '${reference}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`
        )
    }
    return forward()
  }

  #isTooMuch(): boolean {
    const { putsPerSecond = 10 } = this.#options
    const now = Date.now()
    this.#puts = this.#puts.filter(at => now - at < 1_000)
    if (this.#puts.length >= putsPerSecond) return true
    this.#puts = [...this.#puts, now]
    return false
  }

  /** Whatever the tag names: ECR refuses the same image, too. */
  async #isThere(path: string): Promise<boolean> {
    const accept = ['manifest', 'index'].map(kind => `application/vnd.oci.image.${kind}.v1+json`).join(', ')
    return (await fetch(new URL(path, this.#options.upstream), { method: 'HEAD', headers: { accept } })).ok
  }
}

/** Digests are no tags. */
function moves({ mutability, exclusions = [] }: EcrTagRules, reference: string): boolean {
  if (reference.includes(':')) return true
  const excluded = exclusions.some(filter =>
    new RegExp(
      `^${filter
        .split('*')
        .map(part => part.replaceAll('.', '\\.'))
        .join('.*')}$`
    ).test(reference)
  )
  return excluded !== (mutability === 'MUTABLE')
}

interface Asked {
  readonly kind: 'manifest' | 'blob' | 'upload'
  readonly repository: string
  readonly reference: string
  readonly actions: readonly EcrAction[]
}

/** What a request is to ECR (user guide, "Private registry permissions": each request of a client is one or more API actions). */
function requestOf(method: string, url: string): Asked | undefined {
  const [, repository, kind, reference] =
    /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/([^?]*)/.exec(url) ?? ([] as readonly (string | undefined)[])
  if (repository === undefined || reference === undefined) return undefined
  const asked = { repository, reference }
  switch (kind) {
    case 'manifests':
      return { ...asked, kind: 'manifest', actions: [method === 'PUT' ? 'ecr:PutImage' : 'ecr:BatchGetImage'] }
    case 'blobs':
      return {
        ...asked,
        kind: 'blob',
        actions: [method === 'HEAD' ? 'ecr:BatchCheckLayerAvailability' : 'ecr:GetDownloadUrlForLayer']
      }
    default:
      return {
        ...asked,
        kind: 'upload',
        actions: method === 'POST' ? ['ecr:InitiateLayerUpload'] : ['ecr:UploadLayerPart', 'ecr:CompleteLayerUpload']
      }
  }
}
