import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { APPROVER, AUTHOR, REPOSITORY, type Site, startSite } from './site.ts'

const PATH = `/repos/${REPOSITORY}`
const TEAM = '/orgs/octo-org/teams/release-managers'

let site: Site

beforeAll(async () => {
  site = await startSite()
})

afterAll(() => site.stop())

describe('the stand-in tells of a commit', () => {
  it('the accounts behind its addresses, and none where nobody registered them', async () => {
    const { second, third } = site.commits

    const { body } = await site.call('GET', `${PATH}/compare/${second}...${third}`)
    const { body: commit } = await site.call('POST', `${PATH}/git/commits`, {
      message: 'x',
      tree: await site.git('rev-parse', 'main^{tree}'),
      parents: [third],
      author: { name: 'Bob', email: '9+bob@users.noreply.github.com' },
      committer: { name: 'Carol', email: 'carol@home.example' }
    })
    const unknown = await site.call('GET', `${PATH}/commits/${(commit as { readonly sha: string }).sha}`)

    expect(body).toMatchObject({ commits: [{ author: { login: AUTHOR.login, id: AUTHOR.id, type: 'User' } }] })
    expect(unknown.body).toMatchObject({ author: { login: 'bob', id: 9 }, committer: null })
  })
})

describe('the stand-in tells of a branch', () => {
  it('whether a rule protects it', async () => {
    expect((await site.call('GET', `${PATH}/branches/main`)).body).toMatchObject({ name: 'main', protected: true })
    expect((await site.call('GET', `${PATH}/branches/side`)).body).toMatchObject({ name: 'side', protected: false })
    expect((await site.call('GET', `${PATH}/branches/absent`)).status).toBe(404)
  })

  it('which rules of rulesets apply to its name, whether or not it is there', async () => {
    expect((await site.call('GET', `${PATH}/rules/branches/main?per_page=100`)).body).toEqual([
      expect.objectContaining({ type: 'deletion', ruleset_source: REPOSITORY }),
      expect.objectContaining({ type: 'non_fast_forward' }),
      expect.objectContaining({
        type: 'pull_request',
        parameters: expect.objectContaining({ required_approving_review_count: 1 })
      })
    ])
    expect((await site.call('GET', `${PATH}/rules/branches/absent`)).body).toEqual([])
  })
})

describe('the stand-in tells of a team', () => {
  it('nothing to the token of a job, as GitHub does', async () => {
    for (const path of [`${TEAM}/memberships/approver`, `${TEAM}/members?per_page=1`])
      expect(await site.call('GET', path)).toMatchObject({
        status: 403,
        body: { message: 'Resource not accessible by integration' }
      })
  })

  it('its members to who may read them', async () => {
    const token = site.github.createToken(REPOSITORY, { members: 'read' })
    const ask = async (path: string) => site.call('GET', path, undefined, token)

    expect(await ask(`${TEAM}/memberships/${APPROVER.login}`)).toMatchObject({ status: 200, body: { state: 'active' } })
    expect((await ask(`${TEAM}/memberships/${AUTHOR.login}`)).status).toBe(404)
    expect((await ask(`${TEAM}/members`)).body).toMatchObject([{ login: APPROVER.login }])
    expect((await ask('/orgs/octo-org/teams/absent/members')).status).toBe(404)
    expect((await ask('/orgs/another/teams/release-managers/members')).status).toBe(404)
    expect(site.github.defects).toEqual([])
  })
})
