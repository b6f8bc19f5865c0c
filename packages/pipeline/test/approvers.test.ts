import { describe, expect, it } from '@jest/globals'
import { GitHubError } from '@sluice/core'
import { PROTECTION } from '@sluice-lab/memory'
import { requireApprover } from '../src/index.ts'
import { ENVIRONMENTS, gateOf } from './gate.ts'

const { staging, fair } = ENVIRONMENTS

describe('who may approve', () => {
  const [DEPLOYED, RELEASE] = ['d'.repeat(40), 'e'.repeat(40)]
  const COMPARE = `/repos/octo-org/shop/compare/${DEPLOYED}...${RELEASE}`
  const by = (id: number, login: string) => ({ author: { id, login }, committer: { id, login } })

  it('is told by the commits since what is deployed, in one call', async () => {
    const pipeline = gateOf({ [COMPARE]: { total_commits: 2, commits: [by(9, 'bob'), by(7, 'author')] } })

    const authors = await requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })

    expect(authors?.accounts.map(({ login }) => login)).toEqual(['author', 'bob'])
    expect(pipeline.github.asked).toEqual([COMPARE])
  })

  it('is told by the commit of a first release, and by none of one that is deployed already', async () => {
    const first = gateOf({ [`/repos/octo-org/shop/commits/${RELEASE}`]: by(9, 'bob') })
    const again = gateOf({})

    expect(await requireApprover(first, staging, PROTECTION, { release: RELEASE, deployed: undefined })).toEqual({
      accounts: [{ id: '9', login: 'bob' }],
      unknown: []
    })
    expect(await requireApprover(again, staging, PROTECTION, { release: RELEASE, deployed: RELEASE })).toEqual({
      accounts: [],
      unknown: []
    })
    expect(again.github.asked).toEqual([])
  })

  it('is told by all of many commits: padding hides nobody', async () => {
    const page = (n: number, login: string) => ({
      [`${COMPARE}?per_page=100&page=${n}`]: { commits: Array.from({ length: n === 3 ? 51 : 100 }, () => by(n, login)) }
    })
    const pipeline = gateOf({
      [COMPARE]: { total_commits: 251, commits: [] },
      ...page(1, 'hidden'),
      ...page(2, 'bob'),
      ...page(3, 'carol')
    })

    const authors = await requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })

    expect(authors?.accounts.map(({ login }) => login)).toEqual(['bob', 'carol', 'hidden'])
  })

  describe('where GitHub takes too long for what changed in files', () => {
    const LIST = `/repos/octo-org/shop/commits?sha=${RELEASE}&per_page=100&page=`
    const of = (n: number): string => String(n).padStart(40, '0')
    const listed = (...commits: readonly (readonly [n: number, login: string])[]) =>
      commits.map(([n, login]) => ({ sha: of(n), ...by(n, login) }))

    /** A clone with so many commits between both, and a GitHub that does not compare them. */
    const gate = (brought: number, answers: Readonly<Record<string, unknown>>) => {
      const pipeline = gateOf(answers)
      const log = Array.from({ length: brought }, (_, n) => ({ commit: of(n + 1), subject: '', author: '' }))
      const get = async (path: string): Promise<unknown> => {
        if (path === COMPARE) throw new GitHubError('this diff is taking too long to generate', 500, [], undefined)
        return pipeline.github.get(path)
      }
      const repository = { ...pipeline.repository, log: async () => log }
      return { ...pipeline, repository, github: { ...pipeline.github, get } }
    }
    const authorsOf = async (pipeline: ReturnType<typeof gate>) =>
      requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })

    it('is told by a list of commits, and only by those that the clone has between both', async () => {
      const pipeline = gate(2, {
        [`${LIST}1`]: listed([1, 'bob'], [77, 'long-ago']),
        [`${LIST}2`]: listed([2, 'carol'])
      })

      expect((await authorsOf(pipeline))?.accounts.map(({ login }) => login)).toEqual(['bob', 'carol'])
    })

    it('cannot be told when a commit is nowhere in the list', async () => {
      const pipeline = gate(2, { [`${LIST}1`]: listed([1, 'bob']), [`${LIST}2`]: [] })

      await expect(authorsOf(pipeline)).rejects.toThrow('of 2 commits between them it lists all but 1. Re-run the job')
    })

    it('cannot be told of more commits than the clone counts', async () => {
      await expect(authorsOf(gate(1001, {}))).rejects.toThrow('more than 1000 commits lie between them')
    })
  })

  it('fails with GitHub where it cannot look at a first release', async () => {
    const pipeline = gateOf({})
    const get = async (): Promise<never> => Promise.reject(new GitHubError('Server Error', 502, [], undefined))
    const failing = { ...pipeline, github: { ...pipeline.github, get } }

    await expect(
      requireApprover(failing, staging, PROTECTION, { release: RELEASE, deployed: undefined })
    ).rejects.toThrow('Server Error')
  })

  it.each([
    ['GitHub does not know them', undefined, 'GitHub does not know the commits from'],
    ['they are too many', { total_commits: 5001, commits: [] }, '5001 commits lie between what is deployed'],
    ['GitHub gives only a part of a few', { total_commits: 3, commits: [by(9, 'bob')] }, 'GitHub gave 1 of 3 commits'],
    ['GitHub does not say how many there are', { commits: [by(9, 'bob')] }, 'GitHub does not tell the commits from'],
    ['GitHub lists none', { total_commits: 0 }, 'GitHub does not tell the commits from'],
    ['GitHub gives only a part of many', { total_commits: 251, commits: [] }, 'GitHub gave 0 of 251 commits']
  ])('cannot be told when %s', async (_, answer, reason) => {
    const pipeline = gateOf(answer === undefined ? {} : { [COMPARE]: answer })

    await expect(
      requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })
    ).rejects.toThrow(reason)
  })

  it('is no one when every reviewer has a part in it: that is said before anyone waits', async () => {
    const pipeline = gateOf({ [COMPARE]: { total_commits: 1, commits: [by(8, 'approver')] } })

    await expect(
      requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })
    ).rejects.toThrow(
      'No one may approve the plan for staging. Its reviewers are: approver, who wrote or committed a part of it.'
    )
  })

  it('is no question where nobody is asked', async () => {
    const pipeline = gateOf({})
    const commits = { release: RELEASE, deployed: undefined }

    expect(await requireApprover(pipeline, fair, { ...PROTECTION, reviewers: [] }, commits)).toBeUndefined()
    expect(pipeline.github.asked).toEqual([])
  })
})
