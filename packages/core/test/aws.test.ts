import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { assumeRole, checkAwsEndpoints, Failure, UserError } from '../src/index.ts'

const ROLE = 'arn:aws:iam::111111111111:role/sluice-storefront-push'

/** GitHub's OIDC endpoint and AWS STS, in one server. */
interface Counterparts {
  readonly url: string
  /** What STS was asked, oldest first. */
  readonly assumed: URLSearchParams[]
  /** The requests for OIDC tokens. */
  readonly tokens: { readonly url: string; readonly authorization: string | undefined }[]
  /** Milliseconds until the sessions that STS gives out end. */
  lifetime: number
  /** Answers in place of a token, first come first served. */
  readonly refuse: { readonly status: number; readonly body: string }[]
  sts: 'grants' | 'denies' | 'is empty'
}

let there: Counterparts
const stops: (() => Promise<void>)[] = []
const before = process.env['AWS_ENDPOINT_URL']

beforeEach(async () => {
  there = { url: '', assumed: [], tokens: [], lifetime: 3_600_000, refuse: [], sts: 'grants' }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  there = { ...there, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  process.env['AWS_ENDPOINT_URL'] = there.url
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
})

afterEach(async () => {
  if (before === undefined) delete process.env['AWS_ENDPOINT_URL']
  else process.env['AWS_ENDPOINT_URL'] = before
  await Promise.all(stops.splice(0).map(async stop => stop()))
})

/** An unsigned token with claims: what describes a job, readable to anybody who holds it. */
function tokenWith(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.c2VjcmV0`
}

const TOKEN = tokenWith({
  sub: 'repo:octo-org/storefront:ref:refs/heads/main',
  aud: 'sts.amazonaws.com',
  jti: 'hidden'
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  if (request.url?.startsWith('/oidc') === true) {
    there.tokens.push({ url: request.url, authorization: request.headers.authorization })
    const refusal = there.refuse.shift()
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' })
    response.end(refusal?.body ?? JSON.stringify({ value: TOKEN }))
    return
  }
  there.assumed.push(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
  if (there.sts === 'denies') {
    response.writeHead(403, { 'content-type': 'text/xml' })
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>'
    )
    return
  }
  const ends = new Date(Date.now() + there.lifetime).toISOString()
  const credentials =
    there.sts === 'is empty'
      ? ''
      : `<Credentials><AccessKeyId>ASIA${there.assumed.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${ends}</Expiration></Credentials>`
  response.writeHead(200, { 'content-type': 'text/xml' })
  response.end(
    `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>${credentials}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
  )
}

function session(env: NodeJS.ProcessEnv = {}, sessionName = 'sluice-1001-1-storefront') {
  return assumeRole({
    roleArn: ROLE,
    region: 'eu-west-1',
    sessionName,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${there.url}/oidc?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
      AWS_ENDPOINT_URL: there.url,
      ...env
    }
  })
}

describe('the session of a role', () => {
  it('is asked for at the first call, with the token of the job', async () => {
    const { credentials, region } = session()
    expect([there.tokens, there.assumed]).toEqual([[], []])

    const given = await credentials()

    expect(region).toBe('eu-west-1')
    expect(given).toMatchObject({ accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' })
    expect(given.expiration?.getTime()).toBeGreaterThan(Date.now())
    expect(there.tokens).toEqual([
      { url: '/oidc?api-version=2.0&audience=sts.amazonaws.com', authorization: 'Bearer bearer' }
    ])
    expect(Object.fromEntries(there.assumed[0] ?? [])).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: ROLE,
      RoleSessionName: 'sluice-1001-1-storefront',
      WebIdentityToken: TOKEN,
      DurationSeconds: '3600'
    })
  })

  it('is one for all who ask, also at once', async () => {
    const { credentials } = session()

    const all = await Promise.all([credentials(), credentials(), credentials()])

    expect([...all, await credentials()].map(it => it.accessKeyId)).toEqual(['ASIA1', 'ASIA1', 'ASIA1', 'ASIA1'])
    expect(there.assumed).toHaveLength(1)
  })

  it('is replaced before it ends', async () => {
    there.lifetime = 4 * 60_000
    const { credentials } = session()

    const [first, second] = [await credentials(), await credentials()]

    expect([first.accessKeyId, second.accessKeyId]).toEqual(['ASIA1', 'ASIA2'])
  })

  it('has a name that STS takes', async () => {
    await session({}, `run 1/attempt:2 ${'x'.repeat(80)}`).credentials()

    expect(there.assumed[0]?.get('RoleSessionName')).toBe(`run-1-attempt-2-${'x'.repeat(48)}`)
  })

  it('that was denied names role, reason and claims, but not the token; and is asked for again', async () => {
    there.sts = 'denies'
    const { credentials } = session()

    const denied = await credentials().catch((error: unknown) => error)

    expect(denied).toBeInstanceOf(UserError)
    expect(String(denied)).toContain(
      `The role ${ROLE} could not be assumed: Not authorized to perform sts:AssumeRoleWithWebIdentity. Check its trust policy against this job's token: sub=repo:octo-org/storefront:ref:refs/heads/main, aud=sts.amazonaws.com.`
    )
    expect(String(denied)).not.toMatch(/c2VjcmV0|hidden/)
    there.sts = 'grants'
    expect((await credentials()).accessKeyId).toMatch(/^ASIA/)
  })

  it('without credentials is none', async () => {
    there.sts = 'is empty'

    await expect(session().credentials()).rejects.toThrow(/STS answered without credentials/)
  })

  it('can be refused without a word about a token that nobody can read', async () => {
    there.sts = 'denies'
    there.refuse.push({ status: 200, body: '{"value":"opaque"}' })

    await expect(session().credentials()).rejects.toThrow(/this job's token: its claims cannot be read\./)
  })
})

describe('the token of the job', () => {
  it.each([
    { ACTIONS_ID_TOKEN_REQUEST_URL: undefined },
    { ACTIONS_ID_TOKEN_REQUEST_URL: '' },
    { ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined },
    { ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' }
  ])('needs a permission, which is named: %j', async env => {
    await expect(session(env).credentials()).rejects.toThrow(/Grant it:\n {2}permissions:\n {4}id-token: write$/)
    expect(there.assumed).toEqual([])
  })

  it('is asked for again when GitHub stumbles', async () => {
    there.refuse.push({ status: 500, body: '<html>' }, { status: 200, body: '{"value":7}' })

    await session().credentials()

    expect(there.tokens).toHaveLength(3)
  })

  it('that GitHub does not give is a failure', async () => {
    there.refuse.push(...Array.from({ length: 3 }, () => ({ status: 503, body: '{}' })))

    const refused = session().credentials()

    await expect(refused).rejects.toThrow(Failure)
    await expect(refused).rejects.toThrow('GitHub gave no OIDC token: HTTP 503')
    expect(there.assumed).toEqual([])
  })

  it('is not asked for from a foreign host', async () => {
    const { port } = new URL(there.url)

    const refused = session({ ACTIONS_ID_TOKEN_REQUEST_URL: `http://0.0.0.0:${port}/oidc` }).credentials()

    await expect(refused).rejects.toThrow(/^ACTIONS_ID_TOKEN_REQUEST_URL points to 0\.0\.0\.0/)
    expect(there.tokens).toEqual([])
  })

  it('comes from no other host than GitHub and the server that runs the job', async () => {
    const env = {
      GITHUB_SERVER_URL: 'https://git.shop.example',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://other.shop.example'
    }

    await expect(session(env).credentials()).rejects.toThrow(/points to other\.shop\.example/)
  })
})

describe('an AWS endpoint', () => {
  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_CLOUDFORMATION'])(
    'in %s is not a foreign host',
    name => {
      const env = { [name]: 'https://shop.example' }

      expect(() => checkAwsEndpoints(env)).toThrow(`${name} points to shop.example`)
      expect(() => session(env)).toThrow(UserError)
    }
  )

  it('may be set to nothing', () => {
    expect(() => checkAwsEndpoints({ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URLS: 'https://shop.example' })).not.toThrow()
  })
})
