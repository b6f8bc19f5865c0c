import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import { PROTECTED, REPOSITORY, RUN, type Site, startSite } from './site.ts'

const PATH = `/repos/${REPOSITORY}`

describe('access to the stand-in', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
    site.github.addRepository({
      owner: 'octo-org',
      name: 'other',
      id: 2,
      defaultBranch: 'main',
      gitDirectory: site.directory,
      immutableSubject: false
    })
    site.github.startRun('octo-org/other', { ...RUN, id: 500, headSha: site.commits.first })
  })
  afterAll(async () => site.stop())

  it.each([
    ['without a token', '', 'Requires authentication'],
    ['with a token that is not known', 'ghs_unknown', 'Bad credentials']
  ])('answers 401 %s', async (_, token, message) => {
    expect(await site.call('GET', PATH, undefined, token)).toMatchObject({ status: 401, body: { message } })
    expect(await site.call('POST', '/graphql', { query: '{ viewer { login } }' }, token)).toMatchObject({ status: 401 })
  })

  it('answers 404 for a repository that the token does not belong to, as if it were not there', async () => {
    expect(await site.call('GET', '/repos/octo-org/other')).toMatchObject({ status: 404 })
    expect(await site.call('GET', '/repos/octo-org/absent')).toMatchObject({ status: 404 })
  })

  it.each([
    ['reading runs', 'GET', `${PATH}/actions/runs`, { contents: 'write' }],
    ['cancelling', 'POST', `${PATH}/actions/runs/${RUN.id}/cancel`, { actions: 'read' }],
    ['reading contents', 'GET', `${PATH}/contents/a.txt`, { actions: 'write' }],
    ['writing blobs', 'POST', `${PATH}/git/blobs`, { contents: 'read' }]
  ] as const)('answers 403 for %s without that permission', async (_, method, path, permissions) => {
    const token = site.github.createToken(REPOSITORY, permissions)

    expect(await site.call(method, path, undefined, token)).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' }
    })
  })

  it('tells and enforces the rate limit of the repository, hour by hour', async () => {
    const clock = new ManualClock(Date.parse('2026-11-20T10:00:00Z'))
    const limited = await startSite({ clock, hourlyLimit: 2 })
    try {
      const first = await limited.call('GET', PATH)
      const second = await limited.call('GET', PATH)
      const third = await limited.call('GET', PATH)
      clock.advance(3_600_000)
      const later = await limited.call('GET', PATH)

      expect(first.headers.get('x-ratelimit-remaining')).toBe('1')
      expect(second.headers.get('x-ratelimit-remaining')).toBe('0')
      expect(third).toMatchObject({ status: 403, body: { message: expect.stringContaining('rate limit') } })
      expect(later.status).toBe(200)
      expect(later.headers.get('date')).toBe('Fri, 20 Nov 2026 11:00:00 GMT')
    } finally {
      await limited.stop()
    }
  })

  it('counts requests by method and path', async () => {
    const before = site.github.requests.get(`GET ${PATH}`) ?? 0
    await site.call('GET', PATH)

    expect(site.github.requests.get(`GET ${PATH}`)).toBe(before + 1)
  })

  it('issues OIDC tokens that its published key verifies', async () => {
    const idToken = site.github.idToken(REPOSITORY, RUN.id, {
      environment: 'production',
      jobWorkflowRef: 'octo-org/sluice/.github/workflows/stage.yml@refs/tags/v1',
      jobWorkflowSha: '5'.repeat(40)
    })
    const { body } = await requestToken(site, `${site.github.idTokenUrl}&audience=sts.amazonaws.com`, idToken)
    const { header, claims, verified } = await verifyToken(site, body)

    expect(verified).toBe(true)
    expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT' })
    expect(claims).toMatchObject({
      iss: site.github.url,
      aud: 'sts.amazonaws.com',
      sub: 'repo:octo-org@77/storefront@123456:environment:production',
      environment: 'production',
      repository: REPOSITORY,
      repository_id: '123456',
      repository_owner_id: '77',
      run_id: '101',
      run_attempt: '1',
      actor: 'author',
      sha: site.commits.third,
      ref: 'refs/heads/main',
      job_workflow_ref: 'octo-org/sluice/.github/workflows/stage.yml@refs/tags/v1',
      job_workflow_sha: '5'.repeat(40)
    })
    expect(Number(claims['exp'])).toBeGreaterThan(Date.now() / 1000)
  })

  it('issues OIDC tokens with every claim that GitHub says they have, for the audience that is asked for', async () => {
    site.github.setEnvironment(REPOSITORY, 'production', PROTECTED)
    const discovery = await site.call('GET', '/.well-known/openid-configuration', undefined, '')
    const { claims_supported: supported } = discovery.body as { readonly claims_supported: readonly string[] }
    site.github.reportJob(REPOSITORY, RUN.id, { name: 'deploy', status: 'in_progress' })
    const idToken = site.github.idToken(REPOSITORY, RUN.id, { name: 'deploy', environment: 'Production' })

    const url = `${site.github.idTokenUrl}&audience=sluice%3A12ab`
    const { claims } = await verifyToken(site, (await requestToken(site, url, idToken)).body)

    const ofEnterprises = ['enterprise', 'enterprise_id', 'issuer_scope']
    expect(Object.keys(claims).toSorted()).toEqual(supported.filter(it => !ofEnterprises.includes(it)).toSorted())
    expect(claims).toMatchObject({ aud: 'sluice:12ab', runner_environment: 'github-hosted' })
    expect(Number(claims['iat']) - Number(claims['nbf'])).toBe(600)
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(300)
    expect(claims['check_run_id']).toMatch(/^\d+$/)
  })

  it('says in OIDC tokens that a pull request made the run, which is no branch', async () => {
    site.github.startRun(REPOSITORY, {
      ...RUN,
      id: 909,
      event: 'pull_request',
      headBranch: 'topic',
      headSha: site.commits.side,
      runner: 'self-hosted'
    })
    const idToken = site.github.idToken(REPOSITORY, 909, {})

    const { claims } = await verifyToken(site, (await requestToken(site, site.github.idTokenUrl, idToken)).body)

    expect(claims).toMatchObject({
      sub: 'repo:octo-org@77/storefront@123456:pull_request',
      ref: expect.stringMatching(/^refs\/pull\/\d+\/merge$/),
      head_ref: 'topic',
      base_ref: 'main',
      runner_environment: 'self-hosted'
    })
  })

  it('names the ref in the subject of a job without environment, and the environment of the request', async () => {
    const idToken = site.github.idToken('octo-org/other', 500, {})
    const plain = await verifyToken(site, (await requestToken(site, site.github.idTokenUrl, idToken)).body)
    const url = `${site.github.idTokenUrl}&environment=eu%3Aprod`
    const named = await verifyToken(site, (await requestToken(site, url, idToken)).body)

    expect(plain.claims).toMatchObject({
      sub: 'repo:octo-org/other:ref:refs/heads/main',
      aud: `${site.github.url}/octo-org`,
      job_workflow_ref: 'octo-org/other/.github/workflows/deliver.yml@refs/heads/main'
    })
    expect(named.claims).toMatchObject({ sub: 'repo:octo-org/other:environment:eu%3Aprod', environment: 'eu:prod' })
  })

  it('gives no OIDC token for a GITHUB_TOKEN, and no answer for an OIDC key', async () => {
    const idToken = site.github.idToken(REPOSITORY, RUN.id, {})

    expect((await requestToken(site, site.github.idTokenUrl, site.token)).status).toBe(401)
    expect((await site.call('GET', PATH, undefined, idToken)).status).toBe(401)
  })

  it('publishes where its keys are', async () => {
    expect((await site.call('GET', '/.well-known/openid-configuration', undefined, '')).body).toMatchObject({
      issuer: site.github.url,
      jwks_uri: `${site.github.url}/.well-known/jwks`
    })
  })
})

async function requestToken(site: Site, url: string, secret: string): Promise<{ status: number; body: unknown }> {
  return site.call('GET', url.slice(site.github.url.length), undefined, secret)
}

async function verifyToken(
  site: Site,
  body: unknown
): Promise<{
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
  readonly verified: boolean
}> {
  const [head = '', payload = '', signature = ''] = (body as { readonly value: string }).value.split('.')
  const decode = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  const { keys } = (await site.call('GET', '/.well-known/jwks', undefined, '')).body as { readonly keys: JsonWebKey[] }
  const key = keys.find(candidate => candidate['kid'] === decode(head)['kid'])
  if (key === undefined) throw new Error('The key of the token is not published.')
  return {
    header: decode(head),
    claims: decode(payload),
    verified: verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${payload}`),
      createPublicKey({ key, format: 'jwk' }),
      Buffer.from(signature, 'base64url')
    )
  }
}
