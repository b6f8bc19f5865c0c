import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  awsTerms,
  Failure,
  fastRetry,
  fetchIssuerKeys,
  isIssuer,
  issuerOf,
  ManualClock,
  ownGitHubHosts,
  parseTrustedUrl,
  requestIdToken,
  UserError
} from '../src/index.ts'

const stops: (() => Promise<void>)[] = []
const clock = new ManualClock()
const KEY = { kty: 'RSA', kid: 'one', n: 'x'.repeat(342), e: 'AQAB' }

afterEach(async () => {
  await Promise.all(stops.splice(0).map(async stop => stop()))
})

/** Starts a server on loopback; its address, and the paths it was asked for. */
async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** What a piece of work prints. */
async function printedBy(work: () => Promise<unknown> | unknown): Promise<string> {
  const write = process.stdout.write
  let text = ''
  process.stdout.write = ((chunk: string) => {
    text += chunk
    return true
  }) as typeof write
  try {
    await work()
  } finally {
    process.stdout.write = write
  }
  return text
}

describe('a token of the job', () => {
  it('is for the audience that is asked for, and for nobody else', async () => {
    const { url, asked } = await serve((_, response) => response.end('{"count":3,"value":"a.b.c"}'))
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/t?api-version=2.0`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer' }

    const token = await requestIdToken({ env, audience: 'sluice:12ab', clock, policy: fastRetry })

    expect([token, asked]).toEqual(['a.b.c', ['/t?api-version=2.0&audience=sluice%3A12ab']])
  })

  it('that a job may not have is missed by the name of its audience', async () => {
    const refused = requestIdToken({ env: {}, audience: 'sluice:12ab', clock })

    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(/for sluice:12ab\. Grant it:\n {2}permissions:\n {4}id-token: write$/)
  })

  it('is hidden in the log of the job, and printed nowhere else', async () => {
    const { url } = await serve((_, response) => response.end('{"value":"a.b.c"}'))
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer' }
    const ask = (more: object) => () =>
      requestIdToken({ env: { ...env, ...more }, audience: 'sluice:12ab', clock, policy: fastRetry })

    expect(await printedBy(ask({ GITHUB_ACTIONS: 'true' }))).toBe('::add-mask::a.b.c\n')
    expect(await printedBy(ask({}))).toBe('')
  })
})

describe('a credential of AWS', () => {
  it('is hidden in the log of the job, and printed nowhere else', async () => {
    expect(await printedBy(() => awsTerms({ GITHUB_ACTIONS: 'true' }).mask('secret'))).toBe('::add-mask::secret\n')
    expect(await printedBy(() => awsTerms({}).mask('secret'))).toBe('')
  })
})

describe('the keys of an issuer', () => {
  it('are asked for where issuers publish them', async () => {
    const { url, asked } = await serve((_, response) => response.end(JSON.stringify({ keys: [KEY, { kty: 'EC' }] })))

    expect(await fetchIssuerKeys({ issuer: url, env: {}, clock, policy: fastRetry })).toEqual([KEY])
    expect(asked).toEqual(['/.well-known/jwks'])
  })

  it('are asked for again when the issuer stumbles', async () => {
    const answers = ['<html>', '{"keys":[]}', JSON.stringify({ keys: [KEY] })]
    const { url } = await serve((_, response) => response.end(answers.shift()))

    expect(await fetchIssuerKeys({ issuer: url, env: {}, clock, policy: fastRetry })).toEqual([KEY])
  })

  it.each([
    [503, '{}', 'HTTP 503'],
    [200, '{"keys":[]}', 'its answer holds no RSA key'],
    [200, '[]', 'its answer holds no RSA key'],
    [200, ' '.repeat(300_000), 'its answer has more than 262144 bytes']
  ])('that do not come (%d) are a failure', async (status, body, problem) => {
    const { url, asked } = await serve((_, response) => response.writeHead(status).end(body))

    const failed = fetchIssuerKeys({ issuer: url, env: {}, clock, policy: fastRetry })

    await expect(failed).rejects.toThrow(Failure)
    await expect(failed).rejects.toThrow(`The keys of the OIDC issuer ${url} could not be read: ${problem}. Try again`)
    expect(asked).toHaveLength(fastRetry.attempts)
  })

  it('are not followed to another place', async () => {
    const there = await serve((_, response) => response.end(JSON.stringify({ keys: [KEY] })))
    const { url } = await serve((_, response) => response.writeHead(302, { location: there.url }).end())

    await expect(fetchIssuerKeys({ issuer: url, env: {}, clock, policy: fastRetry })).rejects.toThrow(Failure)
    expect(there.asked).toEqual([])
  })

  it('are asked for from another host where somebody named it, but not in clear text', async () => {
    const refused = fetchIssuerKeys({ issuer: 'http://shop.example', env: {}, clock, hosts: ['shop.example'] })

    await expect(refused).rejects.toThrow('shop.example must be reached over https')
  })

  it('are not asked for from a foreign host', async () => {
    const refused = fetchIssuerKeys({ issuer: 'https://shop.example', env: {}, clock, policy: fastRetry })

    await expect(refused).rejects.toThrow(/^The issuer of OIDC tokens points to shop\.example/)
  })
})

describe('the issuer of the tokens of a job', () => {
  it.each([
    [{}, 'https://token.actions.githubusercontent.com'],
    [{ GITHUB_API_URL: '', GITHUB_SERVER_URL: '' }, 'https://token.actions.githubusercontent.com'],
    [
      { GITHUB_API_URL: 'https://api.github.com', GITHUB_SERVER_URL: 'https://github.com' },
      'https://token.actions.githubusercontent.com'
    ],
    [{ GITHUB_SERVER_URL: 'https://octocorp.ghe.com' }, 'https://token.actions.octocorp.ghe.com'],
    [{ GITHUB_SERVER_URL: 'https://git.shop.example' }, 'https://git.shop.example/_services/token'],
    [{ GITHUB_API_URL: 'http://127.0.0.1:8080/api', GITHUB_SERVER_URL: 'https://github.com' }, 'http://127.0.0.1:8080']
  ])('of %j is %s', (env, issuer) => {
    expect(issuerOf(env)).toBe(issuer)
  })

  it('may be asked where the server of the job has it', () => {
    const env = { GITHUB_SERVER_URL: 'https://octocorp.example' }
    const address = 'https://token.actions.octocorp.example/.well-known/jwks'

    expect(parseTrustedUrl(address, 'the issuer', ownGitHubHosts(env)).href).toBe(address)
    expect(() => parseTrustedUrl(address, 'the issuer')).toThrow('points to token.actions.octocorp.example')
  })

  const github = 'https://token.actions.githubusercontent.com'
  it.each([
    [github, github, true],
    [`${github}/octocat-inc`, github, true],
    [`${github}/`, github, false],
    [`${github}/a/b`, github, false],
    [`${github}.evil.example`, github, false],
    [`${github}/../x`, github, false],
    ['https://git.example/_services/token/x', 'https://git.example/_services/token', false]
  ])('named %s is %s: %p', (claimed, issuer, same) => {
    expect(isIssuer(claimed, issuer)).toBe(same)
  })
})
