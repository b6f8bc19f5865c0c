import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { PROTECTED, REPOSITORY, RUN, type Site, startSite } from './site.ts'

const PATH = `/repos/${REPOSITORY}`

describe('the REST API of the stand-in', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
  })
  afterAll(async () => site.stop())

  it('describes the repository', async () => {
    const { status, body } = await site.call('GET', PATH)

    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 123456, full_name: REPOSITORY, default_branch: 'main', owner: { id: 77 } })
  })

  it('sends an answer when everybody who listens is done', async () => {
    const order: string[] = []
    const off = site.github.on('request', async ({ method, path, status }) => {
      await new Promise(resolve => setTimeout(resolve, 20))
      order.push(`${method} ${path} ${status}`)
    })

    await site.call('GET', PATH)
    order.push('answered')
    await site.call('GET', `${PATH}/commits/unknown`)
    off()

    expect(order).toEqual([`GET ${PATH} 200`, 'answered', `GET ${PATH}/commits/unknown 422`])
  })

  it('finds a repository whatever the case of its name, as GitHub does', async () => {
    expect((await site.call('GET', '/repos/Octo-Org/Storefront')).status).toBe(200)
  })

  it.each([
    ['the newer commit as ahead', 'first', 'third', { status: 'ahead', ahead_by: 2, behind_by: 0, total_commits: 2 }],
    ['the older commit as behind', 'third', 'first', { status: 'behind', ahead_by: 0, behind_by: 2, total_commits: 0 }],
    ['a commit with itself as identical', 'third', 'third', { status: 'identical', ahead_by: 0, behind_by: 0 }],
    ['two that parted as diverged', 'third', 'side', { status: 'diverged', ahead_by: 1, behind_by: 1 }]
  ] as const)('compares %s', async (_, base, head, expected) => {
    const { status, body } = await site.call('GET', `${PATH}/compare/${site.commits[base]}...${site.commits[head]}`)

    expect(status).toBe(200)
    expect(body).toMatchObject(expected)
  })

  it('names the commit where two branches parted, and what changed since', async () => {
    const { body } = await site.call('GET', `${PATH}/compare/main...side`)

    expect(body).toMatchObject({
      base_commit: { sha: site.commits.third },
      merge_base_commit: { sha: site.commits.second },
      commits: [{ sha: site.commits.side, commit: { message: 'Write d.txt' } }],
      files: [{ filename: 'd.txt', status: 'added', additions: 1, deletions: 0 }]
    })
  })

  it('answers 404 for a comparison with an unknown commit', async () => {
    expect((await site.call('GET', `${PATH}/compare/main...${'0'.repeat(40)}`)).status).toBe(404)
  })

  it('shows a commit by branch and by id, with its files', async () => {
    const { third } = site.commits
    const expected = { sha: third, files: [{ filename: 'a.txt', status: 'modified', additions: 1, deletions: 1 }] }

    expect((await site.call('GET', `${PATH}/commits/main`)).body).toMatchObject(expected)
    expect((await site.call('GET', `${PATH}/commits/${third}`)).body).toMatchObject(expected)
    expect((await site.call('GET', `${PATH}/commits/${site.commits.first}`)).body).toMatchObject({
      parents: [],
      files: [{ filename: 'a.txt', status: 'added' }]
    })
    expect((await site.call('GET', `${PATH}/commits/nowhere`)).status).toBe(422)
  })

  it('serves files as base64 and raw, at the ref that was asked for', async () => {
    const { body } = await site.call('GET', `${PATH}/contents/a.txt?ref=${site.commits.first}`)
    const raw = await fetch(`${site.github.url}${PATH}/contents/a.txt`, {
      headers: { authorization: `token ${site.token}`, accept: 'application/vnd.github.raw+json' }
    })

    expect(body).toMatchObject({ type: 'file', encoding: 'base64', content: Buffer.from('one\n').toString('base64') })
    expect(await raw.text()).toBe('three\n')
    expect((await site.call('GET', `${PATH}/contents/absent.txt`)).status).toBe(404)
    expect((await site.call('GET', `${PATH}/contents/a.txt?ref=absent`)).status).toBe(404)
  })

  it('lists a directory', async () => {
    const tree = await site.call('POST', `${PATH}/git/trees`, {
      tree: [{ path: 'deep/er/file.txt', mode: '100644', type: 'blob', content: 'deep' }]
    })
    expect(tree.status).toBe(201)
    const { sha } = await createCommit(site, tree.body)
    const { body } = await site.call('GET', `${PATH}/contents/deep?ref=${sha}`)

    expect(body).toMatchObject([{ type: 'dir', name: 'er', path: 'deep/er' }])
  })

  it('answers 404 for an environment that is not set up, and describes one that is', async () => {
    expect((await site.call('GET', `${PATH}/environments/production`)).status).toBe(404)

    site.github.setEnvironment(REPOSITORY, 'production', PROTECTED)
    const { status, body } = await site.call('GET', `${PATH}/environments/production`)
    site.github.removeEnvironment(REPOSITORY, 'production')

    expect(status).toBe(200)
    expect(body).toMatchObject({
      name: 'production',
      can_admins_bypass: false,
      protection_rules: [
        {
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [{ type: 'User', reviewer: { login: 'approver', id: 12 } }]
        },
        { type: 'branch_policy' }
      ],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false }
    })
    expect((await site.call('GET', `${PATH}/environments/production`)).status).toBe(404)
  })

  it('describes teams, open environments and patterns of branches', async () => {
    site.github.setEnvironment(REPOSITORY, 'team/eu', {
      reviewers: [{ login: 'release-managers', id: 5, type: 'Team' }],
      preventSelfReview: false,
      adminBypass: true,
      branchPolicy: ['main', 'release/*']
    })
    site.github.setEnvironment(REPOSITORY, 'open', {
      reviewers: [],
      preventSelfReview: false,
      adminBypass: true,
      branchPolicy: 'none'
    })
    const team = `${PATH}/environments/${encodeURIComponent('team/eu')}`

    expect((await site.call('GET', team)).body).toMatchObject({
      protection_rules: [{ reviewers: [{ type: 'Team', reviewer: { slug: 'release-managers' } }] }, {}],
      deployment_branch_policy: { custom_branch_policies: true }
    })
    expect((await site.call('GET', `${team}/deployment-branch-policies`)).body).toMatchObject({
      total_count: 2,
      branch_policies: [{ name: 'main' }, { name: 'release/*' }]
    })
    expect((await site.call('GET', `${PATH}/environments/open`)).body).toMatchObject({
      protection_rules: [],
      deployment_branch_policy: null
    })
    expect((await site.call('GET', `${PATH}/environments/open/deployment-branch-policies`)).body).toMatchObject({
      total_count: 0
    })
  })

  it('shows runs and filters them', async () => {
    const { body } = await site.call('GET', `${PATH}/actions/runs/${RUN.id}`)
    const running = await site.call('GET', `${PATH}/actions/runs?status=in_progress`)
    const waiting = await site.call('GET', `${PATH}/actions/runs?status=waiting&per_page=5`)

    expect(body).toMatchObject({ id: RUN.id, status: 'in_progress', conclusion: null, head_sha: site.commits.third })
    expect(running.body).toMatchObject({ total_count: 1, workflow_runs: [{ id: RUN.id }] })
    expect(waiting.body).toEqual({ total_count: 0, workflow_runs: [] })
    expect((await site.call('GET', `${PATH}/actions/runs/999`)).status).toBe(404)
  })

  it('shows the jobs of a run as they were reported', async () => {
    site.github.reportJob(REPOSITORY, RUN.id, { name: 'plan', status: 'in_progress' })
    site.github.reportJob(REPOSITORY, RUN.id, { name: 'plan', status: 'completed', conclusion: 'success' })
    const { body } = await site.call('GET', `${PATH}/actions/runs/${RUN.id}/jobs`)

    expect(body).toMatchObject({ total_count: 1, jobs: [{ name: 'plan', status: 'completed', conclusion: 'success' }] })
  })

  it('shows the jobs of each attempt of a run, page by page', async () => {
    const run = { ...RUN, id: 909, headSha: site.commits.third }
    const jobs = `${PATH}/actions/runs/${run.id}/attempts`
    site.github.startRun(REPOSITORY, { ...run, attempt: 1 })
    for (const name of ['plan', 'deploy'])
      site.github.reportJob(REPOSITORY, run.id, { name, status: 'completed', conclusion: 'failure' })
    site.github.completeRun(REPOSITORY, run.id, 'failure')
    site.github.startRun(REPOSITORY, { ...run, attempt: 2 })
    site.github.reportJob(REPOSITORY, run.id, { name: 'deploy', status: 'completed', conclusion: 'success' })
    site.github.completeRun(REPOSITORY, run.id, 'success')

    expect((await site.call('GET', `${jobs}/1/jobs?per_page=1&page=2`)).body).toMatchObject({
      total_count: 2,
      jobs: [{ name: 'deploy', run_attempt: 1, conclusion: 'failure' }]
    })
    expect((await site.call('GET', `${jobs}/2/jobs`)).body).toMatchObject({
      total_count: 1,
      jobs: [{ name: 'deploy', run_attempt: 2, conclusion: 'success' }]
    })
    expect((await site.call('GET', `${jobs}/3/jobs`)).status).toBe(404)

    const ofRun = `${PATH}/actions/runs/${run.id}/jobs`
    const latest = { total_count: 1, jobs: [{ name: 'deploy', run_attempt: 2 }] }
    expect((await site.call('GET', ofRun)).body).toMatchObject(latest)
    expect((await site.call('GET', `${ofRun}?filter=latest`)).body).toMatchObject(latest)
    expect((await site.call('GET', `${ofRun}?filter=all&per_page=2`)).body).toMatchObject({
      total_count: 3,
      jobs: [
        { name: 'plan', run_attempt: 1 },
        { name: 'deploy', run_attempt: 1 }
      ]
    })
  })

  it('creates a branch without history, object by object', async () => {
    const blob = await site.call('POST', `${PATH}/git/blobs`, { content: 'eyJ9', encoding: 'base64' })
    const tree = await site.call('POST', `${PATH}/git/trees`, {
      tree: [
        { path: 'HEAD.json', mode: '100644', type: 'blob', sha: shaOf(blob.body) },
        { path: 'README.md', mode: '100644', type: 'blob', content: '# Ledger\n' }
      ]
    })
    const { sha } = await createCommit(site, tree.body)
    const ref = await site.call('POST', `${PATH}/git/refs`, { ref: 'refs/heads/ledger', sha })

    expect(ref).toMatchObject({ status: 201, body: { ref: 'refs/heads/ledger', object: { type: 'commit', sha } } })
    expect((await site.call('GET', `${PATH}/git/ref/heads/ledger`)).body).toMatchObject({ object: { sha } })
    expect(await site.git('show', 'ledger:README.md')).toBe('# Ledger')
    expect(await site.git('rev-list', '--count', 'ledger')).toBe('1')
    expect((await site.call('GET', `${PATH}/compare/main...ledger`)).status).toBe(404)
    expect(await site.call('POST', `${PATH}/git/refs`, { ref: 'refs/heads/ledger', sha })).toMatchObject({
      status: 422,
      body: { message: 'Reference already exists' }
    })
  })

  it('builds a tree on another, and takes files out of it', async () => {
    const tree = await site.call('POST', `${PATH}/git/trees`, {
      base_tree: site.commits.third,
      tree: [{ path: 'b.txt', mode: '100644', type: 'blob', sha: null }]
    })

    expect(tree.body).toMatchObject({ tree: [{ path: 'a.txt', mode: '100644', size: 6 }], truncated: false })
  })

  it.each([
    ['a ref outside refs/', 'git/refs', { ref: 'heads/x', sha: '0'.repeat(40) }],
    ['a ref that git does not take', 'git/refs', { ref: 'refs/heads/a..b', sha: '0'.repeat(40) }],
    ['a ref to nothing', 'git/refs', { ref: 'refs/heads/x', sha: '0'.repeat(40) }],
    ['a commit of no tree', 'git/commits', { message: 'x', tree: '0'.repeat(40) }],
    ['a tree with a path that leaves it', 'git/trees', { tree: [{ path: '../x', mode: '100644', content: '' }] }],
    ['a tree with a missing blob', 'git/trees', { tree: [{ path: 'x', mode: '100644', sha: '0'.repeat(40) }] }],
    ['a tree on a missing one', 'git/trees', { base_tree: '0'.repeat(40), tree: [] }],
    ['a body that GitHub does not document', 'git/trees', { tree: 'none' }]
  ])('refuses %s with 422', async (_, path, body) => {
    expect((await site.call('POST', `${PATH}/${path}`, body)).status).toBe(422)
  })

  it('finds an environment whatever the case of its name, as GitHub does', async () => {
    site.github.setEnvironment(REPOSITORY, 'Canary', PROTECTED)

    expect((await site.call('GET', `${PATH}/environments/canary`)).body).toMatchObject({ name: 'Canary' })
  })

  it('leaves the content of a large file out, and serves it as a blob', async () => {
    const content = Buffer.alloc(1024 * 1024 + 1, 'x').toString('base64')
    const blob = await site.call('POST', `${PATH}/git/blobs`, { content, encoding: 'base64' })
    const tree = await site.call('POST', `${PATH}/git/trees`, {
      tree: [{ path: 'large', mode: '100644', type: 'blob', sha: shaOf(blob.body) }]
    })
    const { sha } = await createCommit(site, tree.body)

    const file = await site.call('GET', `${PATH}/contents/large?ref=${sha}`)
    const whole = await site.call('GET', `${PATH}/git/blobs/${shaOf(blob.body)}`)

    expect(file.body).toMatchObject({ size: 1024 * 1024 + 1, encoding: 'none', content: '' })
    expect((whole.body as { readonly content: string }).content.replaceAll('\n', '')).toBe(content)
    expect((await site.call('GET', `${PATH}/git/blobs/${'0'.repeat(40)}`)).status).toBe(404)
  })

  it('commits in the name and at the time that it is given, on the parents that it is given', async () => {
    const { third, side } = site.commits
    const tree = await site.git('rev-parse', `${third}^{tree}`)
    const author = { name: 'author', email: 'author@example.com', date: '2026-01-02T03:04:05Z' }
    const parents = [third, side]

    const { body } = await site.call('POST', `${PATH}/git/commits`, { message: 'Merge', tree, parents, author })
    const lost = await site.call('POST', `${PATH}/git/commits`, { message: 'x', tree, parents: ['0'.repeat(40)] })

    expect(body).toMatchObject({
      author,
      committer: author,
      parents: [{ sha: third }, { sha: side }],
      message: 'Merge'
    })
    expect(lost.status).toBe(422)
  })

  it('answers 400 for a body that is no JSON', async () => {
    const response = await fetch(`${site.github.url}${PATH}/git/blobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.token}` },
      body: '{'
    })

    expect(response.status).toBe(400)
  })

  it('answers 404 for a ref that is not there', async () => {
    expect((await site.call('GET', `${PATH}/git/ref/heads/absent`)).status).toBe(404)
    expect((await site.call('GET', `${PATH}/git/ref/heads/a..b`)).status).toBe(404)
  })

  it('leaves a repository that git finds sound', async () => {
    await expect(site.git('fsck', '--strict', '--no-dangling')).resolves.toBe('')
  })
})

async function createCommit(site: Site, tree: unknown): Promise<{ readonly sha: string }> {
  const commit = await site.call('POST', `${PATH}/git/commits`, { message: 'Begin', tree: shaOf(tree), parents: [] })
  expect(commit.status).toBe(201)
  return { sha: shaOf(commit.body) }
}

function shaOf(body: unknown): string {
  return String((body as { readonly sha: unknown }).sha)
}
