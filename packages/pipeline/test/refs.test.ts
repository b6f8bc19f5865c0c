import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GitHubError } from '@sluice/core'
import { type Pipeline, requireProtectedRefs, requireProtectedRefsOf } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
  await hosted.commit({ 'more.yml': `${DELIVERY}deliverFrom: [main, "release/*", "refs/tags/v*"]\n` })
  await hosted.git('push', '--quiet', hosted.bare, 'HEAD:refs/heads/release/1')
})

afterAll(() => hosted.stop())

describe('a delivery is opened', () => {
  it.each([
    ['the default branch', 'delivery.yml', 'refs/heads/main'],
    ['a branch that delivery.yml names', 'more.yml', 'refs/heads/release/1'],
    ['a tag that delivery.yml names', 'more.yml', 'refs/tags/v1']
  ])('for %s', async (_, config, ref) => {
    expect((await hosted.open({ config, run: { ref } })).run.ref).toBe(ref)
  })
})

describe('a delivery is not opened', () => {
  it.each([
    ['another branch', 'delivery.yml', 'refs/heads/feature', 'Delivery refs: main.'],
    ['a tag that is named like the branch', 'delivery.yml', 'refs/tags/main', 'Delivery refs: main.'],
    ['a pull request', 'delivery.yml', 'refs/pull/1/merge', 'Delivery refs: main.'],
    ['a branch in a branch', 'more.yml', 'refs/heads/release/1/x', 'Delivery refs: main, release/*, refs/tags/v*.']
  ])('for %s, whatever it is for', async (_, config, ref, words) => {
    await expect(hosted.open({ config, run: { ref } })).rejects.toThrow(
      `${ref} is not a delivery ref, so nothing is delivered from it. ${words} Merge first, or add it to deliverFrom in delivery.yml on main.`
    )
  })
})

const open = async (ref: string, config = 'more.yml'): Promise<Pipeline> => hosted.open({ config, run: { ref } })

describe('the refs that decide', () => {
  it('are the default branch and the one that is delivered from', async () => {
    await expect(requireProtectedRefs(await hosted.open())).resolves.toBeUndefined()
    await expect(requireProtectedRefs(await open('refs/heads/release/1'))).rejects.toThrow(
      'release/1 is not protected on GitHub: whoever may push to it decides what is delivered'
    )
    expect(hosted.host.defects).toEqual([])
  })

  it('may be a tag, which rulesets alone protect', async () => {
    for (const tag of ['v1', 'v2']) await hosted.git('push', '--quiet', hosted.bare, `HEAD:refs/tags/${tag}`)
    const [kept, loose] = [await open('refs/tags/v1'), await open('refs/tags/v2')]

    await expect(requireProtectedRefs(kept, ['production'])).resolves.toBeUndefined()
    await expect(requireProtectedRefs(loose, ['production'])).rejects.toThrow(
      'The tag v2 cannot be shown to be protected'
    )
    const before = hosted.log.length
    await requireProtectedRefs(loose, ['preproduction'])
    expect(hosted.log.slice(before)).toEqual([expect.stringMatching(/^warning: The tag v2 cannot be shown/)])
    expect(hosted.host.defects).toEqual([])
  })

  it('are not shown to be protected where the token may not look', async () => {
    const pipeline = await open('refs/tags/v1')
    const github = {
      ...pipeline.github,
      get: pipeline.github.get.bind(pipeline.github),
      graphql: async (): Promise<never> => {
        throw new GitHubError('Resource not accessible by integration', 200, ['FORBIDDEN'], undefined)
      }
    }

    await expect(requireProtectedRefs({ ...pipeline, github }, ['production'])).rejects.toThrow(
      'The tag v1 cannot be shown to be protected'
    )
  })

  it('are not called unprotected where GitHub only asks to come back later', async () => {
    const pipeline = await open('refs/tags/v1')
    const github = {
      ...pipeline.github,
      get: pipeline.github.get.bind(pipeline.github),
      graphql: async (): Promise<never> => {
        throw new GitHubError('You have exceeded a secondary rate limit', 403, [], undefined, {
          rateLimit: { quota: 'graphql', kind: 'too-fast', told: 0, pause: 60_000 }
        })
      }
    }

    await expect(requireProtectedRefs({ ...pipeline, github }, ['production'])).rejects.toThrow('secondary rate limit')
  })

  it('cost a call each, and none where the environment is for development', async () => {
    const pipeline = await hosted.open()
    const before = hosted.host.calls.length

    await requireProtectedRefsOf(pipeline, { level: 'development' })
    expect(hosted.host.calls).toHaveLength(before)
    await requireProtectedRefsOf(pipeline, { level: 'production' })
    expect(hosted.host.calls).toHaveLength(before + 1)
  })

  it('are told of where they are gone', async () => {
    const pipeline = await open('refs/heads/release/gone')

    await expect(requireProtectedRefs({ ...pipeline, defaultBranch: 'trunk' })).rejects.toThrow(
      'trunk and release/gone are not on GitHub any more, so that no rule protects what was there.'
    )
  })
})

describe('what protects a branch that production depends on', () => {
  const production = async (name: string): Promise<readonly string[]> => {
    const pipeline = await open(`refs/heads/release/${name}`)
    const before = hosted.log.length
    await requireProtectedRefs({ ...pipeline, defaultBranch: `release/${name}` }, ['production'])
    expect(hosted.host.defects).toEqual([])
    return hosted.log.slice(before)
  }

  beforeAll(async () => {
    for (const name of ['named', 'kept', 'classic'])
      await hosted.git('push', '--quiet', hosted.bare, `HEAD:refs/heads/release/${name}`)
  })

  it('is no rule that only checks its name', async () => {
    await expect(production('named')).rejects.toThrow(
      'The rules of release/named on GitHub keep no one from rewriting it: no ruleset requires a pull request'
    )
  })

  it('is enough where its history stays, for teams that push to it; it is warned of', async () => {
    expect(await production('kept')).toEqual([
      expect.stringMatching(/^warning: release\/kept takes changes that no one has approved/)
    ])
  })

  it('is assumed of a classic rule, of which no job sees more; it is said', async () => {
    expect(await production('classic')).toEqual([
      expect.stringMatching(/^release\/classic is protected on GitHub, but/)
    ])
  })

  it.each([403, 404])('is assumed where its rules cannot be asked for (%i); it is said', async status => {
    const pipeline = await open('refs/heads/main')
    const github = {
      ...pipeline.github,
      graphql: pipeline.github.graphql.bind(pipeline.github),
      get: async (path: string): Promise<unknown> => {
        if (!path.includes('/rules/')) return { protected: true }
        if (status === 404) return undefined
        throw new GitHubError('Upgrade to GitHub Pro or make this repository public', status, [], undefined)
      }
    }
    const before = hosted.log.length

    await requireProtectedRefs({ ...pipeline, github }, ['production'])

    expect(hosted.log.slice(before)).toEqual([expect.stringMatching(/^main is protected on GitHub, but/)])
  })

  it('is not guessed where GitHub does not answer', async () => {
    const pipeline = await open('refs/heads/main')
    const github = {
      ...pipeline.github,
      graphql: pipeline.github.graphql.bind(pipeline.github),
      get: async (): Promise<never> => {
        throw new GitHubError('Bad gateway', 502, [], undefined)
      }
    }

    await expect(requireProtectedRefs({ ...pipeline, github }, ['production'])).rejects.toThrow('Bad gateway')
  })

  it('costs a second call only where no ruleset is shown to demand review', async () => {
    const callsFor = async (ref: string, level: 'preproduction' | 'production'): Promise<readonly string[]> => {
      const pipeline = await open(ref)
      const before = hosted.host.calls.length
      await requireProtectedRefs({ ...pipeline, defaultBranch: ref.replace('refs/heads/', '') }, [level])
      return hosted.host.calls.slice(before).map(({ route }) => route)
    }
    const [branch, rules] = [
      'GET /repos/{owner}/{repo}/branches/{branch}',
      'GET /repos/{owner}/{repo}/rules/branches/{branch}'
    ]

    expect(await callsFor('refs/heads/main', 'production')).toEqual([rules])
    expect(await callsFor('refs/heads/main', 'preproduction')).toEqual([branch])
    expect(await callsFor('refs/heads/release/classic', 'production')).toEqual([rules, branch])
  })
})
