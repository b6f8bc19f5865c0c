import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { findDeadRuns, findRunsThatAreOver, isRunOver, requireIntent } from '../src/index.ts'
import { RUN } from './gate.ts'
import { githubAnswers } from './github-answers.ts'
import { DELIVERY } from './hosted.ts'
import { type Brief, pastOf } from './record.ts'

const COMMIT = '1'.repeat(40)
const RELEASE = sha256(`release of ${COMMIT}`)
const policy = parseDelivery(DELIVERY, 'delivery.yml')
const { environments } = policy
const [integration, staging] = environments
if (integration === undefined || staging === undefined) throw new Error('The sample has two environments.')

const history = pastOf

describe('the intent of a run', () => {
  it('is what it recorded before it touches anything', async () => {
    const ledger = await history({ event: 'started', run: '5', commit: COMMIT })

    expect((await requireIntent({ history: ledger, run: RUN }, 'integration', RELEASE)).sequence).toBe(1)
  })

  it.each<[string, readonly Brief[]]>([
    ['nothing was recorded', []],
    ['another run recorded it', [{ event: 'started', run: '4', commit: COMMIT }]],
    [
      'it was recorded of another environment',
      [{ event: 'started', run: '5', commit: COMMIT, environment: 'staging' }]
    ],
    ['it was recorded of another release', [{ event: 'started', run: '5', commit: '2'.repeat(40) }]],
    ['it was only planned', [{ event: 'planned', run: '5', commit: COMMIT }]]
  ])('is missing when %s', async (_, briefs) => {
    await expect(
      requireIntent({ history: await history(...briefs), run: RUN }, 'integration', RELEASE)
    ).rejects.toThrow(
      /^This run has no `started` record for r-[0-9a-f]{12} in integration\. Run record-audit with `event: started` first\.$/
    )
  })
})

describe('a run of GitHub', () => {
  const RUNS = '/repos/octo-org/shop/actions/runs/9'

  it.each<[boolean, string, unknown, number | undefined]>([
    [true, 'GitHub does not know it', undefined, 1],
    [true, 'it is completed', { status: 'completed', run_attempt: 1 }, 1],
    [true, 'a later attempt is under way', { status: 'in_progress', run_attempt: 2 }, 1],
    [false, 'its own attempt is under way', { status: 'in_progress', run_attempt: 1 }, 1],
    [false, 'an attempt is under way, and none was asked for', { status: 'queued', run_attempt: 3 }, undefined],
    [false, 'GitHub does not say which attempt is under way', { status: 'queued' }, 1]
  ])('is over (%s) when %s', async (expected, _, answer, attempt) => {
    expect(await isRunOver({ github: githubAnswers({ [RUNS]: answer }), run: RUN }, '9', attempt)).toBe(expected)
  })

  it('is not asked about by itself: it is not dead while it looks', async () => {
    const github = githubAnswers({})
    const standing = await (
      await history(
        { event: 'started', run: '5', attempt: 1 },
        { event: 'started', run: '5', attempt: 2 },
        { event: 'planned', run: '6' }
      )
    ).standing('integration')

    const dead = await findDeadRuns({ github, run: RUN }, standing)

    expect(dead.map(({ last }) => [last.run.id, last.run.attempt])).toEqual([
      ['6', 1],
      ['5', 1]
    ])
    expect(github.asked).toHaveLength(2)
  })
})

describe('many runs of GitHub', () => {
  const RUNS = '/repos/octo-org/shop/actions/runs'
  const list = (status: string): string => `${RUNS}?status=${status}&per_page=100`
  const living = (id: number, attempt = 1): object => ({ id, run_attempt: attempt })
  const runs = (...ids: readonly number[]): readonly { readonly id: string; readonly attempt: number }[] =>
    ids.map(id => ({ id: String(id), attempt: 1 }))

  it('are told apart by two lists, however many wait at gates', async () => {
    const waiting = Array.from({ length: 60 }, (_, n) => 100 + n)
    const github = githubAnswers({
      [list('waiting')]: { workflow_runs: waiting.map(id => living(id)) },
      [list('in_progress')]: { workflow_runs: [living(300), living(301, 2)] },
      [`${RUNS}/400`]: { status: 'completed', run_attempt: 1 },
      [`${RUNS}/401`]: { status: 'queued', run_attempt: 1 }
    })

    const over = await findRunsThatAreOver({ github, run: RUN }, runs(...waiting, 300, 301, 400, 401))

    expect([...over].map(({ id }) => id)).toEqual(['301', '400'])
    expect(github.asked).toEqual([list('waiting'), list('in_progress'), `${RUNS}/400`, `${RUNS}/401`])
  })

  it('that no list shows are asked about a few at a time, by each run others: whoever is dead is found at last', async () => {
    const github = githubAnswers({ [list('waiting')]: {}, [list('in_progress')]: { workflow_runs: [{ id: 1 }] } })
    // Newest first, as a standing has them.
    const all = runs(...Array.from({ length: 40 }, (_, n) => 40 - n))

    const found = new Set<string>()
    for (let runId = 700; runId < 740; runId++) {
      const before = github.asked.length
      const over = await findRunsThatAreOver({ github, run: { ...RUN, runId: String(runId) } }, all)
      expect(github.asked.length - before).toBe(7)
      for (const { id } of over) found.add(id)
    }

    expect([...found].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 39 }, (_, n) => n + 2))
  })

  it('need one list where all of them wait, and none where there are few', async () => {
    const github = githubAnswers({ [list('waiting')]: { workflow_runs: [living(1), living(2), living(3)] } })

    await findRunsThatAreOver({ github, run: RUN }, runs(1, 2, 3))
    await findRunsThatAreOver({ github, run: RUN }, runs(1, 2))
    await findRunsThatAreOver({ github, run: RUN }, [])

    expect(github.asked).toEqual([list('waiting'), `${RUNS}/1`, `${RUNS}/2`])
  })
})
