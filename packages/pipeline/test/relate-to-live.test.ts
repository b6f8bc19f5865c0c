import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GitHubError, runCommand } from '@sluice/core'
import { type Pipeline, relateToLive } from '../src/index.ts'
import { type Hosted, hostProduct } from './hosted.ts'
import { records } from './record.ts'

let hosted: Hosted
let pipeline: Pipeline
/** Three commits in a row, and one beside the last. */
let first: string
let second: string
let third: string
let beside: string

beforeAll(async () => {
  hosted = await hostProduct()
  first = await hosted.commit()
  second = await hosted.commit()
  third = await hosted.commit()
  await hosted.git('checkout', '--quiet', '-b', 'beside', second)
  beside = await hosted.commit()
  pipeline = await hosted.open()
})

afterAll(() => hosted.stop())

/** GitHub, where a comparison changes so many files that it gives up on the page that lists them. */
function withoutFirstPages(github: Pipeline['github']): Pipeline['github'] {
  const get: Pipeline['github']['get'] = async path => {
    const isFirst = path.includes('/compare/') && !/[?&]page=[2-9]/.test(path)
    if (isFirst) throw new GitHubError('this diff is taking too long to generate', 500, [], undefined)
    return github.get(path)
  }
  return { ...github, get }
}

async function relation(commit: string, ...live: readonly string[]): Promise<string | undefined> {
  return relateToLive(pipeline, commit, records(...live.map(it => ({ event: 'deployed' as const, commit: it }))))
}

describe('how a commit stands to what is live', () => {
  it('is nothing where nothing is live', async () => {
    expect(await relation(second)).toBeUndefined()
    expect(await relateToLive(pipeline, second, records({ event: 'built' }))).toBeUndefined()
  })

  it('is told by ancestry', async () => {
    expect(await relation(second, first)).toBe('ahead')
    expect(await relation(second, second)).toBe('identical')
    expect(await relation(second, third)).toBe('behind')
    expect(await relation(third, beside)).toBe('diverged')
  })

  it('is the worst of all where several releases are live', async () => {
    expect(await relation(second, first, third)).toBe('behind')
    expect(await relation(second, second, first)).toBe('identical')
    expect(await relation(third, first, beside)).toBe('diverged')
    expect(await relation(third, third, beside)).toBe('diverged')
  })

  it('is asked of GitHub when the clone is older than what is live', async () => {
    await hosted.git('checkout', '--quiet', 'main')
    const newer = await hosted.commit()
    await hosted.git('reset', '--quiet', '--hard', third)
    await hosted.git('reflog', 'expire', '--expire=now', '--all')
    await hosted.git('gc', '--quiet', '--prune=now')
    const inClone = await runCommand('git', ['-C', hosted.work, 'cat-file', '-e', newer])

    expect(inClone.code).not.toBe(0)
    expect(await relation(third, newer)).toBe('behind')
    const live = records({ event: 'deployed', commit: newer })
    // With so many files, GitHub takes too long for the page that lists them.
    expect(await relateToLive({ ...pipeline, github: withoutFirstPages(pipeline.github) }, third, live)).toBe('behind')
  })

  it('is not guessed when nobody knows the commit', async () => {
    await expect(relation(second, 'f'.repeat(40))).rejects.toThrow('f'.repeat(40))
  })
})
