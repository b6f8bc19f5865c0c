import { afterEach, describe, expect, it } from '@jest/globals'
import { type EcrFront, type EcrFrontOptions, type Front, reply, startEcrFront, startFront } from '../src/index.ts'

const BASIC = `Basic ${Buffer.from('AWS:token').toString('base64')}`
const started: { stop(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map(server => server.stop()))
})

/** A registry that has one tag, and takes everything. */
async function upstream(): Promise<Front> {
  const front = await startFront(undefined, (request, response) => {
    request.resume()
    reply(response, request.method === 'HEAD' && !request.url?.endsWith('/taken') ? 404 : 200, {}, 'stored')
  })
  started.push(front)
  return front
}

async function open(options: Partial<EcrFrontOptions> = {}): Promise<EcrFront> {
  const repositories = { 'shop/api': { mutability: 'IMMUTABLE', exclusions: ['env-*', 'taken'] } } as const
  const front = await startEcrFront({ upstream: (await upstream()).url, password: 'token', repositories, ...options })
  started.push(front)
  return front
}

async function ask(front: Front, method: string, path: string): Promise<Response> {
  return fetch(`${front.url}${path}`, { method, headers: { authorization: BASIC }, redirect: 'manual' })
}

async function codeOf(answer: Response): Promise<readonly [number, string]> {
  const { errors } = (await answer.json()) as { readonly errors: readonly { readonly code: string }[] }
  return [answer.status, errors[0]?.code ?? '']
}

describe('a front that behaves as ECR', () => {
  it.each([
    ['nothing', undefined],
    ['a bearer token', 'Bearer token'],
    ['another password', `Basic ${Buffer.from('AWS:other').toString('base64')}`]
  ])('asks for Basic where it is shown %s', async (_, authorization) => {
    const front = await open()

    const answer = await fetch(`${front.url}/v2/`, { headers: authorization === undefined ? {} : { authorization } })

    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    expect(await codeOf(answer)).toEqual([401, 'UNAUTHORIZED'])
  })

  it('answers whoever shows the token, and passes on what is about no repository', async () => {
    const front = await open()

    expect((await ask(front, 'GET', '/v2/')).status).toBe(200)
    expect(front.actions).toEqual([])
  })

  it('makes no repository', async () => {
    const front = await open()

    expect(await codeOf(await ask(front, 'POST', '/v2/shop/none/blobs/uploads/'))).toEqual([404, 'NAME_UNKNOWN'])
  })

  it.each([
    ['HEAD', 'blobs/sha256:1', ['ecr:BatchCheckLayerAvailability']],
    ['GET', 'blobs/sha256:1', ['ecr:GetDownloadUrlForLayer']],
    ['POST', 'blobs/uploads/', ['ecr:InitiateLayerUpload']],
    ['PUT', 'blobs/uploads/one?digest=sha256:1', ['ecr:UploadLayerPart', 'ecr:CompleteLayerUpload']],
    ['GET', 'manifests/env-x', ['ecr:BatchGetImage']],
    ['PUT', 'manifests/env-x', ['ecr:PutImage']]
  ])('asks IAM of %s %s for %j', async (method, path, actions) => {
    const front = await open()
    const narrow = await open({ may: action => action !== actions.at(-1) })

    await ask(front, method, `/v2/shop/api/${path}`)
    const refused = await ask(narrow, method, `/v2/shop/api/${path}`)

    expect(front.actions).toEqual(actions.map(action => [action, 'shop/api']))
    expect(refused.status).toBe(403)
  })

  it('sends whoever fetches a blob elsewhere, where a token is refused, and so is an address of his own', async () => {
    const front = await open()
    const redirect = await ask(front, 'GET', '/v2/shop/api/blobs/sha256:1')
    const location = redirect.headers.get('location') ?? ''

    const [plain, shown, made] = await Promise.all([
      fetch(location),
      fetch(location, { headers: { authorization: BASIC } }),
      fetch(location.replace(/\?.*/, ''))
    ])

    expect(redirect.status).toBe(307)
    expect(new URL(location).origin).toBe(front.blobs.url)
    expect(front.blobs.url).not.toBe(front.url)
    expect([plain.status, shown.status, made.status]).toEqual([200, 400, 403])
  })

  it.each([
    ['IMMUTABLE', ['env-*'], 'taken', 400],
    ['IMMUTABLE', undefined, 'taken', 400],
    ['IMMUTABLE', undefined, 'new', 200],
    ['IMMUTABLE', ['t*n'], 'taken', 200],
    ['MUTABLE', undefined, 'taken', 200],
    ['MUTABLE', ['taken'], 'taken', 400],
    ['IMMUTABLE', undefined, 'sha256:1', 200]
  ] as const)('keeps tags: %s but for %j, %s', async (mutability, exclusions, reference, status) => {
    const rules = exclusions === undefined ? { mutability } : { mutability, exclusions }
    const front = await open({ repositories: { 'shop/api': rules } })

    const answer = await ask(front, 'PUT', `/v2/shop/api/manifests/${reference}`)

    if (status === 200) expect(answer.status).toBe(200)
    else expect(await codeOf(answer)).toEqual([400, 'TAG_INVALID'])
  })

  it('takes ten manifests in a second', async () => {
    const front = await open()

    const answers: number[] = []
    for (let at = 0; at < 12; at += 1) answers.push((await ask(front, 'PUT', '/v2/shop/api/manifests/env-x')).status)

    expect(answers).toEqual([...Array(10).fill(200), 429, 429])
  })
})
