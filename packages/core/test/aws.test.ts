import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  assumeRole,
  awsClientConfig,
  awsTerms,
  callAws,
  Failure,
  fastRetry,
  ManualClock,
  networkRetry,
  parseAwsEndpoints,
  UserError
} from '../src/index.ts'

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
  sts: 'grants' | 'denies' | 'is empty' | 'fails'
  /** How often STS says, before anything else, that it has no key for the token, or another word about the token. */
  readonly distrust: string[]
}

let there: Counterparts
const stops: (() => Promise<void>)[] = []
let clock: ManualClock

beforeEach(async () => {
  there = { url: '', assumed: [], tokens: [], lifetime: 3_600_000, refuse: [], sts: 'grants', distrust: [] }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  there = { ...there, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  clock = new ManualClock()
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
})

afterEach(async () => {
  await Promise.all(stops.splice(0).map(async stop => stop()))
})

function many<T>(answer: T): readonly T[] {
  return Array.from({ length: 20 }, () => answer)
}

/** An unsigned token with claims: what describes a job, readable to anybody who holds it. */
function tokenWith(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.c2VjcmV0`
}

const TOKEN = tokenWith({
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:octo-org/storefront:ref:refs/heads/main',
  aud: 'sts.amazonaws.com',
  ref: 'refs/heads/main',
  jti: 'hidden'
})

/** What STS answers when it could not fetch GitHub's keys just then, above all where many jobs ask at once. */
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  if (request.url?.startsWith('/oidc') === true) {
    there.tokens.push({ url: request.url, authorization: request.headers.authorization })
    const refusal = there.refuse.shift()
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' })
    response.end(refusal?.body ?? JSON.stringify({ value: `${TOKEN}${there.tokens.length}` }))
    return
  }
  there.assumed.push(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
  const distrust = there.distrust.shift()
  if (distrust !== undefined) {
    response.writeHead(400, { 'content-type': 'text/xml' })
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>${distrust}</Message></Error></ErrorResponse>`
    )
    return
  }
  if (there.sts === 'denies') {
    response.writeHead(403, { 'content-type': 'text/xml' })
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>'
    )
    return
  }
  if (there.sts === 'fails') {
    response.writeHead(503, { 'content-type': 'text/xml' }).end()
    return
  }
  const ends = new Date(clock.now() + there.lifetime).toISOString()
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
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${there.url}/oidc?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
    AWS_ENDPOINT_URL: there.url,
    ...env
  }
  const terms = { ...awsTerms(variables, clock), retry: fastRetry }
  return assumeRole({ roleArn: ROLE, region: 'eu-west-1', sessionName, env: variables, terms })
}

describe('the session of a role', () => {
  it('is asked for at the first call, with the token of the job', async () => {
    const { credentials, region } = session()
    expect([there.tokens, there.assumed]).toEqual([[], []])

    const given = await credentials()

    expect(region).toBe('eu-west-1')
    expect(given).toMatchObject({ accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' })
    expect(given.expiration?.getTime()).toBe(clock.now() + 3_600_000)
    expect(there.tokens).toEqual([
      { url: '/oidc?api-version=2.0&audience=sts.amazonaws.com', authorization: 'Bearer bearer' }
    ])
    expect(Object.fromEntries(there.assumed[0] ?? [])).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: ROLE,
      RoleSessionName: 'sluice-1001-1-storefront',
      WebIdentityToken: `${TOKEN}1`,
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

  it.each([
    ['GitHub gives no token', () => there.refuse.push(...many({ status: 503, body: '{}' }))],
    ['STS answers 503', () => Object.assign(there, { sts: 'fails' })],
    ['STS refuses it', () => Object.assign(there, { sts: 'denies' })]
  ])('that is still valid is kept when its renewal fails: %s', async (_, breakIt) => {
    there.lifetime = 600_000
    const { credentials } = session()
    await credentials()
    breakIt()
    clock.advance(400_000)

    expect((await credentials()).accessKeyId).toBe('ASIA1')
    const asked = there.tokens.length + there.assumed.length
    expect((await credentials()).accessKeyId).toBe('ASIA1')

    // Not with each call: each would wait for all attempts.
    expect(there.tokens.length + there.assumed.length).toBe(asked)
  })

  it('is minted anew where AWS calls it over before its time, for clients that hold it, too', async () => {
    const { credentials, terms } = session()
    const held = await credentials()
    clock.advance(60_000)
    const used: string[] = []

    const answer = await callAws(terms, async () => {
      const { accessKeyId } = await credentials()
      used.push(accessKeyId)
      if (accessKeyId === 'ASIA1')
        throw Object.assign(new Error('The security token included in the request is expired'), {
          name: 'ExpiredToken'
        })
      return 'answered'
    })

    expect(answer).toBe('answered')
    expect(used).toEqual(['ASIA1', 'ASIA2'])
    expect(held.expiration).toEqual(new Date(0))
    // Other calls of the old one may still be under way.
    terms.expired?.()
    expect((await credentials()).accessKeyId).toBe('ASIA2')
  })

  it('is renewed as soon as that works again, within the time it has left', async () => {
    there.lifetime = 600_000
    const { credentials } = session()
    await credentials()
    there.sts = 'fails'
    clock.advance(400_000)
    await credentials()
    there.sts = 'grants'
    clock.advance(31_000)

    expect((await credentials()).accessKeyId).not.toBe('ASIA1')
  })

  it('that has ended is not used any more: why it could not be renewed is told', async () => {
    there.lifetime = 600_000
    const { credentials } = session()
    await credentials()
    there.refuse.push(...many({ status: 503, body: '{}' }))
    clock.advance(600_000)

    await expect(credentials()).rejects.toThrow('GitHub issued no OIDC token: HTTP 503. Re-run the job')
  })

  it('that STS did not give for a while is a failure and no fault of the trust policy', async () => {
    there.sts = 'fails'

    const refused = session().credentials()

    await expect(refused).rejects.toThrow(Failure)
    await expect(refused).rejects.toThrow(`The role ${ROLE} could not be assumed: `)
    await expect(refused).rejects.not.toThrow('trust policy')
    expect(there.assumed).toHaveLength(fastRetry.attempts)
  })

  it('is asked for again, with a new token, when STS could not fetch the keys of GitHub', async () => {
    there.distrust.push(NO_KEY)

    expect((await session().credentials()).accessKeyId).toBe('ASIA2')
    expect(there.assumed.map(it => it.get('WebIdentityToken'))).toEqual([`${TOKEN}1`, `${TOKEN}2`])
  })

  it('is no matter of the trust policy when STS keeps failing to fetch the keys of GitHub', async () => {
    there.distrust.push(...many(NO_KEY))

    const refused = session().credentials()

    await expect(refused).rejects.toThrow(Failure)
    await expect(refused).rejects.toThrow('AWS could not be reached, or kept failing: re-run the job.')
    await expect(refused).rejects.not.toThrow('trust policy')
    expect(there.assumed).toHaveLength(fastRetry.attempts)
  })

  it('is not asked for again when STS refuses the token itself', async () => {
    there.distrust.push(...many('No OpenIDConnect provider found in your account'))

    await expect(session().credentials()).rejects.toThrow(UserError)
    expect(there.assumed).toHaveLength(1)
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
      `The role ${ROLE} could not be assumed: Not authorized to perform sts:AssumeRoleWithWebIdentity. Check its trust policy against this job's token: iss=https://token.actions.githubusercontent.com, sub=repo:octo-org/storefront:ref:refs/heads/main, aud=sts.amazonaws.com, ref=refs/heads/main.`
    )
    expect(String(denied)).not.toMatch(/c2VjcmV0|hidden/)
    there.sts = 'grants'
    expect((await credentials()).accessKeyId).toMatch(/^ASIA/)
  })

  it('without credentials is none', async () => {
    there.sts = 'is empty'

    const none = session().credentials()

    await expect(none).rejects.toThrow(Failure)
    await expect(none).rejects.toThrow(/^STS returned no credentials\.$/)
  })

  it('is hidden in the log of the job', async () => {
    const hidden: string[] = []
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${there.url}/oidc`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
      AWS_ENDPOINT_URL: there.url
    }
    const terms = { ...awsTerms(env, clock), mask: (secret: string) => void hidden.push(secret) }

    await assumeRole({ roleArn: ROLE, region: 'eu-west-1', sessionName: 's', env, terms }).credentials()

    expect(hidden).toEqual(['s', 't'])
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

  it('is asked for again when GitHub stumbles, after waits that grow', async () => {
    there.refuse.push({ status: 500, body: '<html>' }, { status: 200, body: '{"value":7}' }, { status: 200, body: '' })

    await session().credentials()

    expect(there.tokens).toHaveLength(4)
    const [first = 0, second = 0, third = 0] = clock.slept
    expect(clock.slept).toHaveLength(3)
    expect([first >= 150, second >= 300, third >= 600, third <= 1200]).toEqual([true, true, true, true])
  })

  it('that GitHub does not give is a failure', async () => {
    there.refuse.push(...many({ status: 503, body: '{}' }))

    const refused = session().credentials()

    await expect(refused).rejects.toThrow(Failure)
    await expect(refused).rejects.toThrow('GitHub issued no OIDC token: HTTP 503. Re-run the job')
    expect(there.assumed).toEqual([])
    expect(there.tokens).toHaveLength(networkRetry.attempts)
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

      expect(() => parseAwsEndpoints(env)).toThrow(`${name} points to shop.example`)
      expect(() => session(env)).toThrow(UserError)
    }
  )

  it('may be set to nothing', () => {
    const endpoints = parseAwsEndpoints({ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URLS: 'https://shop.example' })

    expect(endpoints('S3')).toBeUndefined()
  })

  it('of a service goes before that of all', () => {
    const endpoints = parseAwsEndpoints({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:2'
    })

    expect([endpoints('S3')?.port, endpoints('KMS')?.port]).toEqual(['2', '1'])
  })

  it('is where a client goes; none is looked for in the process or the configuration of the machine', () => {
    const at = (env: NodeJS.ProcessEnv) =>
      awsClientConfig({ region: 'eu-west-1', credentials: async () => Promise.reject(), terms: awsTerms(env) }, 'S3')

    expect(at({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toMatchObject({
      endpoint: 'http://127.0.0.1:1/',
      forcePathStyle: true,
      ignoreConfiguredEndpointUrls: true
    })
    expect(at({ AWS_ENDPOINT_URL_S3: 'https://s3.eu-west-1.amazonaws.com' }).forcePathStyle).toBe(false)
    expect(at({})).toMatchObject({ forcePathStyle: false, ignoreConfiguredEndpointUrls: true })
    expect(at({}).endpoint).toBeUndefined()
  })
})
