import { beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, type GitHub, ManualClock } from '@sluice/core'
import { rememberingAnswers } from '../src/remembered-answers.ts'

let clock: ManualClock
let asked: string[]
let broken: boolean
let github: GitHub

beforeEach(() => {
  clock = new ManualClock()
  asked = []
  broken = false
  github = rememberingAnswers(
    {
      get: async path => {
        asked.push(path)
        if (broken) throw new Failure('no answer')
        return { number: asked.length }
      },
      send: async () => undefined,
      graphql: async query => {
        asked.push(query)
        return { number: asked.length }
      },
      now: () => clock.now(),
      patience: 0
    },
    clock
  )
})

const ENVIRONMENT = '/repos/octo-org/shop/environments/staging'

describe('what GitHub has just said', () => {
  it.each([ENVIRONMENT, `${ENVIRONMENT}/deployment-branch-policies`, '/repos/octo-org/shop/compare/1...2'])(
    'is not asked again (%s)',
    async path => {
      const first = await github.get(path)
      await clock.sleep(119_000)

      expect(await github.get(path)).toBe(first)
      expect(asked).toEqual([path])
    }
  )

  it('is asked again two minutes later: who waited looks anew', async () => {
    await github.get(ENVIRONMENT)
    await clock.sleep(120_000)
    await github.get(ENVIRONMENT)

    expect(asked).toHaveLength(2)
  })

  it.each(['/repos/octo-org/shop/actions/runs/1/approvals', '/repos/octo-org/shop/actions/runs/1'])(
    'is asked again at once where a run waits for it to change (%s)',
    async path => {
      await github.get(path)
      await github.get(path)

      expect(asked).toEqual([path, path])
    }
  )

  it('is not asked again where a query asks who wrote commits, but where it asks about others, or anything else', async () => {
    const [who, policy] = ['query CoAuthors($owner: String!) { one }', 'query Policy { one }']
    const first = await github.graphql(who, { owner: 'octo-org' })

    expect(await github.graphql(who, { owner: 'octo-org' })).toBe(first)
    for (const query of [who.replace('one', 'two'), policy, policy]) await github.graphql(query, { owner: 'octo-org' })
    await github.graphql(who, { owner: 'another' })

    expect(asked).toEqual([who, who.replace('one', 'two'), policy, policy, who])
  })

  it('is asked again after a failure', async () => {
    broken = true
    await expect(github.get(ENVIRONMENT)).rejects.toThrow('no answer')
    broken = false

    expect(await github.get(ENVIRONMENT)).toEqual({ number: 2 })
  })
})
