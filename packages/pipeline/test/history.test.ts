import { describe, expect, it } from '@jest/globals'
import { type LedgerRecord, sha256 } from '@sluice/core'
import { type Brief, pastOf as history } from './record.ts'

const PLAN = sha256('plan')
const COMMIT = '1'.repeat(40)
const RELEASE = sha256(`release of ${COMMIT}`)

const OTHER = '2'.repeat(40)

async function sequenceOf(found: Promise<LedgerRecord | undefined>): Promise<number | undefined> {
  return (await found)?.sequence
}

describe('the history', () => {
  it('says that what is live was accepted until somebody touches it', async () => {
    const deployed: readonly Brief[] = [{ event: 'started' }, { event: 'deployed' }]

    expect(await sequenceOf((await history(...deployed, { event: 'accepted' })).acceptanceOfLive('integration'))).toBe(
      3
    )
    expect(await (await history(...deployed)).acceptanceOfLive('integration')).toBeUndefined()
    expect(await (await history()).acceptanceOfLive('integration')).toBeUndefined()
    for (const event of ['started', 'deployed', 'bypassed'] as const) {
      const touched = await history(...deployed, { event: 'accepted' }, { event })
      expect([event, await touched.acceptanceOfLive('integration')]).toEqual([event, undefined])
    }
  })

  it('says of what is live nothing by an acceptance that was undone since, under any name', async () => {
    const [live, same]: readonly Brief[][] = [
      [
        { event: 'deployed', commit: COMMIT },
        { event: 'accepted', commit: COMMIT }
      ],
      [{ event: 'accepted', commit: OTHER, detail: { unchanged: true, sameAs: RELEASE } }]
    ]
    for (const commit of [COMMIT, OTHER]) {
      const failed = await history(...(live ?? []), ...(same ?? []), { event: 'failed', run: '2', commit })
      expect(await failed.acceptanceOfLive('integration')).toBeUndefined()
    }
    expect(await sequenceOf((await history(...(live ?? []), ...(same ?? []))).acceptanceOfLive('integration'))).toBe(3)
  })

  it('does not take the acceptance of what was live before for one of what is live', async () => {
    const before: readonly Brief[] = [
      { event: 'deployed', run: '1', commit: COMMIT },
      { event: 'deployed', run: '2', commit: OTHER }
    ]
    const found: Brief = { event: 'accepted', run: '3', commit: COMMIT, detail: { unchanged: true, sameAs: RELEASE } }

    await expect(history(...before, { event: 'accepted', run: '1', attempt: 2, commit: COMMIT })).rejects.toThrow(
      'Run 2 deployed release'
    )
    expect(await (await history(...before, found)).acceptanceOfLive('integration')).toBeUndefined()
  })

  it('keeps environments apart', async () => {
    const it = await history(
      { event: 'deployed', environment: 'integration' },
      { event: 'accepted', environment: 'integration' },
      { event: 'started', environment: 'staging' },
      { event: 'deployed', environment: 'staging' }
    )

    expect(await sequenceOf(it.acceptanceOfLive('integration'))).toBe(2)
    expect(await sequenceOf(it.lastDeployed('staging'))).toBe(4)
    expect(await it.isHalfDeployed('staging')).toBe(false)
    expect(await it.lastDeployed('production')).toBeUndefined()
  })

  it.each<[boolean, string, readonly Brief[]]>([
    [true, 'it began and nothing more is known', [{ event: 'started' }]],
    [true, 'it failed', [{ event: 'started' }, { event: 'failed' }]],
    [true, 'a gate was bypassed since', [{ event: 'started' }, { event: 'bypassed' }]],
    [true, 'checks passed since that looked at something else', [{ event: 'started' }, { event: 'accepted' }]],
    [false, 'it was recorded as done', [{ event: 'started' }, { event: 'deployed' }, { event: 'failed' }]],
    [false, 'it was somewhere else', [{ event: 'started', environment: 'staging' }]],
    [false, 'there was none', []]
  ])('says %s to whether an environment is half deployed when %s', async (expected, _, briefs) => {
    expect(await (await history(...briefs)).isHalfDeployed('integration')).toBe(expected)
  })

  it('is told of the words on a release in the environments that are asked about, and of what is deployed there', async () => {
    const it = await history(
      { event: 'deployed', environment: 'staging' },
      { event: 'released', commit: COMMIT },
      { event: 'accepted', environment: 'integration', commit: COMMIT },
      { event: 'failed', environment: 'staging' },
      { event: 'failed', environment: 'production', commit: COMMIT }
    )
    const relevant = async (...environments: readonly string[]): Promise<readonly number[]> =>
      (await it.relevantTo(RELEASE, environments)).map(({ sequence }) => sequence)

    expect(await relevant('staging')).toEqual([1])
    expect(await relevant('staging', 'integration')).toEqual([3, 1])
    expect(await relevant('production')).toEqual([5])
    expect(await it.released(RELEASE)).toEqual({ digest: RELEASE, commit: COMMIT })
  })

  it('is told of the first acceptance since the last was taken back, of the newest, and of what took it back', async () => {
    const it = await history(
      { event: 'accepted', commit: COMMIT },
      { event: 'withdrawn', commit: COMMIT, detail: { reason: 'orders fail' } },
      { event: 'started', commit: COMMIT },
      { event: 'accepted', commit: COMMIT },
      { event: 'failed', commit: COMMIT },
      { event: 'accepted', commit: COMMIT },
      { event: 'failed', commit: COMMIT, detail: { untouched: true } },
      { event: 'unchanged', commit: COMMIT, detail: { acceptedBy: 6 } },
      { event: 'accepted', commit: COMMIT }
    )

    const relevant = await it.relevantTo(RELEASE, ['integration'])

    expect(relevant.map(({ sequence }) => sequence)).toEqual([9, 8, 6, 5, 2])
  })

  it('is told what a release inherited its acceptance from, and what took that back', async () => {
    const other = OTHER
    const it = await history(
      { event: 'accepted', commit: other },
      { event: 'unchanged', commit: COMMIT, detail: { acceptedBy: 1 } },
      { event: 'withdrawn', commit: other, detail: { reason: 'orders fail' } }
    )

    const relevant = await it.relevantTo(RELEASE, ['integration'])

    expect(relevant.map(({ sequence }) => sequence)).toEqual([3, 2, 1])
  })

  it('takes a withdrawal for the last word until the release is accepted anew', async () => {
    const withdrawn: readonly Brief[] = [
      { event: 'accepted', commit: COMMIT },
      { event: 'withdrawn', commit: '2'.repeat(40), detail: { reason: 'orders fail', also: [RELEASE] } }
    ]
    const again: readonly Brief[] = [
      { event: 'started', commit: COMMIT },
      { event: 'accepted', commit: COMMIT }
    ]

    expect(await sequenceOf((await history(...withdrawn)).withdrawal('integration', RELEASE))).toBe(2)
    expect(await (await history(...withdrawn, ...again)).withdrawal('integration', RELEASE)).toBeUndefined()
    expect(await (await history(...withdrawn)).withdrawal('staging', RELEASE)).toBeUndefined()
  })

  it('finds how a plan was announced, in this run and no other', async () => {
    const it = await history(
      { event: 'planned', run: '1', plan: PLAN },
      { event: 'started', run: '1', plan: PLAN },
      { event: 'planned', run: '2', plan: PLAN },
      { event: 'planned', run: '3', plan: sha256('another') }
    )

    expect(await sequenceOf(it.announcement(PLAN, '1', { name: 'integration', gate: 'approval' }))).toBe(1)
    expect(await sequenceOf(it.announcement(PLAN, '1', { name: 'integration', gate: 'dispatch' }))).toBe(1)
    expect(await sequenceOf(it.announcement(PLAN, '1', { name: 'integration', gate: 'continuous' }))).toBe(2)
    expect(await it.announcement(PLAN, '3', { name: 'integration', gate: 'approval' })).toBeUndefined()
    expect(await it.announcement(PLAN, '2', { name: 'integration', gate: 'continuous' })).toBeUndefined()
  })

  it('takes no other environment at its word about how a plan was announced (promise 5)', async () => {
    const it = await history(
      { event: 'planned', run: '1', plan: PLAN, environment: 'production' },
      { event: 'planned', run: '1', plan: PLAN, environment: 'integration' }
    )

    expect(await sequenceOf(it.announcement(PLAN, '1', { name: 'production', gate: 'approval' }))).toBe(1)
    expect(await it.announcement(PLAN, '1', { name: 'staging', gate: 'approval' })).toBeUndefined()
  })

  it('knows a release as it was announced', async () => {
    const it = await history(
      { event: 'released', commit: COMMIT },
      { event: 'started', commit: '2'.repeat(40) },
      { event: 'released', commit: '3'.repeat(40) }
    )

    expect(await it.released(RELEASE)).toEqual({ digest: RELEASE, commit: COMMIT })
    expect(await it.released(sha256(`release of ${'2'.repeat(40)}`))).toBeUndefined()
  })

  it('takes the newest intent of a run for its intent', async () => {
    const it = await history(
      { event: 'started', run: '1', attempt: 1, plan: PLAN, commit: COMMIT },
      { event: 'failed', run: '1', attempt: 1, commit: COMMIT },
      { event: 'started', run: '1', attempt: 2, plan: sha256('another'), commit: COMMIT },
      { event: 'planned', run: '2', plan: PLAN, commit: COMMIT }
    )
    const intent = await it.intent({ runId: '1', environment: 'integration', release: RELEASE })

    expect([intent?.sequence, intent?.run.attempt, intent?.plan]).toEqual([3, 2, sha256('another')])
    expect(await it.intent({ runId: '2', environment: 'integration', release: RELEASE })).toBeUndefined()
  })

  it('finds what a run recorded of a release', async () => {
    const it = await history(
      { event: 'started', run: '1', commit: COMMIT },
      { event: 'released', run: '1', commit: COMMIT },
      { event: 'started', run: '2', commit: COMMIT },
      { event: 'deployed', run: '2', commit: COMMIT }
    )
    const own = (runId: string, environment = 'integration') => ({ runId, environment, release: RELEASE })

    expect(await sequenceOf(it.intent(own('2')))).toBe(3)
    expect(await sequenceOf(it.deployment(own('2')))).toBe(4)
    expect(await it.intent(own('2', 'staging'))).toBeUndefined()
    expect(await it.deployment(own('2', 'staging'))).toBeUndefined()
  })
})
