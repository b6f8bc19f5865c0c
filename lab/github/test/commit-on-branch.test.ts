import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { REPOSITORY, type Site, startSite } from './site.ts'

const MUTATION = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid message } ref { name prefix } }
}`

describe('createCommitOnBranch of the stand-in', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
  })
  afterAll(async () => site.stop())

  it('lets exactly one of twenty win that expect the same head', async () => {
    await site.git('branch', 'contested', site.commits.third)
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        commit(site, 'contested', site.commits.third, { additions: [file('who.txt', String(index))] })
      )
    )

    const won = answers.filter(answer => answer.errors === undefined)
    const lost = answers.filter(answer => answer.errors !== undefined)
    expect(won).toHaveLength(1)
    expect(lost).toHaveLength(19)
    for (const { data, errors } of lost) {
      expect(data).toEqual({ createCommitOnBranch: null })
      expect(errors).toMatchObject([
        {
          type: 'STALE_DATA',
          path: ['createCommitOnBranch'],
          message: `Expected branch to point to "${site.commits.third}" but it did not.  Pull and try again.`
        }
      ])
    }
    expect(await site.git('rev-parse', 'contested')).toBe(won[0]?.data?.createCommitOnBranch?.commit.oid)
    expect(await site.git('rev-list', '--count', 'contested')).toBe('4')
    await expect(site.git('fsck', '--strict', '--no-dangling')).resolves.toBe('')
  })

  it('writes and deletes files on top of the head, in the name of the token', async () => {
    await site.git('branch', 'files', site.commits.third)
    const answer = await commit(site, 'files', site.commits.third, {
      additions: [file('deep/er/c.txt', 'c'), file('a.txt', 'changed'), file('odd name\t"ü".txt', 'odd')],
      deletions: [{ path: 'b.txt' }]
    })

    expect(answer).toMatchObject({
      data: { createCommitOnBranch: { commit: { message: 'Record' }, ref: { name: 'files', prefix: 'refs/heads/' } } }
    })
    expect((await site.git('ls-tree', '-r', '-z', '--name-only', 'files')).split('\0').filter(Boolean)).toEqual([
      'a.txt',
      'deep/er/c.txt',
      'odd name\t"ü".txt'
    ])
    expect(await site.git('show', 'files:a.txt')).toBe('changed')
    expect(await site.git('log', '-1', '--format=%an|%cn|%s', 'files')).toBe('github-actions[bot]|GitHub|Record')
  })

  it('tells listeners before it answers, with the files', async () => {
    await site.git('branch', 'events', site.commits.third)
    const order: string[] = []
    const off = site.github.on('commit', async ({ repository, branch, oid, files }) => {
      await new Promise(resolve => setTimeout(resolve, 50))
      const written = files.map(({ path, content }) => `${path}=${Buffer.from(content ?? []).toString('utf8')}`)
      order.push([repository, branch, (await site.git('rev-parse', branch)) === oid, ...written].join(' '))
    })

    await commit(site, 'events', site.commits.third, { additions: [file('x.txt', 'y')] })
    order.push('answered')
    off()
    await commit(site, 'events', await site.git('rev-parse', 'events'), { additions: [file('x.txt', 'z')] })

    expect(order).toEqual([`${REPOSITORY} events true x.txt=y`, 'answered'])
  })

  it.each([
    ['a path out of the tree', { additions: [file('../x', '')] }, 'UNPROCESSABLE'],
    ['a path into .git', { additions: [file('.git/config', '')] }, 'UNPROCESSABLE'],
    ['contents that are not base64', { additions: [{ path: 'x', contents: 'no base64!' }] }, undefined],
    ['the deletion of what is not there', { deletions: [{ path: 'absent' }] }, 'UNPROCESSABLE']
  ])('refuses %s and moves nothing', async (_, fileChanges, type) => {
    const answer = await commit(site, 'side', site.commits.side, fileChanges)

    expect(answer.errors).toHaveLength(1)
    if (type !== undefined) expect(answer.errors).toMatchObject([{ type }])
    expect(await site.git('rev-parse', 'side')).toBe(site.commits.side)
  })

  it.each([
    ['a branch that does not exist', { branchName: 'absent', repositoryNameWithOwner: REPOSITORY }, 'NOT_FOUND'],
    ['another repository', { branchName: 'main', repositoryNameWithOwner: 'octo-org/other' }, 'NOT_FOUND'],
    ['a branch by id only', { id: 'abc' }, 'ARGUMENT_ERROR']
  ])('refuses %s', async (_, branch, type) => {
    const input = { branch, message: { headline: 'x' }, expectedHeadOid: site.commits.third }

    expect(await site.query(MUTATION, { input })).toMatchObject({ errors: [{ type }] })
  })

  it('refuses a token that may only read', async () => {
    const token = site.github.createToken(REPOSITORY, { contents: 'read' })
    const input = { ...inputOf('side', site.commits.side, {}) }
    const { body } = await site.call('POST', '/graphql', { query: MUTATION, variables: { input } }, token)

    expect(body).toMatchObject({ errors: [{ type: 'FORBIDDEN' }] })
    expect(await site.git('rev-parse', 'side')).toBe(site.commits.side)
  })
})

interface Answer {
  readonly data?: { readonly createCommitOnBranch?: { readonly commit: { readonly oid: string } } | null }
  readonly errors?: readonly unknown[]
}

async function commit(site: Site, branch: string, expectedHeadOid: string, fileChanges: object): Promise<Answer> {
  return (await site.query(MUTATION, { input: inputOf(branch, expectedHeadOid, fileChanges) })) as Answer
}

function inputOf(branchName: string, expectedHeadOid: string, fileChanges: object): object {
  const branch = { repositoryNameWithOwner: REPOSITORY, branchName }
  return { branch, expectedHeadOid, message: { headline: 'Record' }, fileChanges }
}

function file(path: string, text: string): { readonly path: string; readonly contents: string } {
  return { path, contents: Buffer.from(text).toString('base64') }
}
