import { describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft } from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { append, draft, ofRun, RELEASE, releaseOf } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const OTHER = releaseOf('2'.repeat(40))
const HOUR = 3_600_000

/** What is wrong with a ledger of these records, written an hour apart unless told otherwise. */
async function problemsWith(drafts: readonly RecordDraft[], apart = HOUR): Promise<readonly string[]> {
  const store = new MemoryStore()
  const clock = new ManualClock()
  for (const it of drafts) {
    await append({ store, clock, drafts: [it], log: { info: () => undefined } })
    clock.advance(apart)
  }
  const environments = ['staging', 'production']
  const { problems } = await verifyLedger({ files: store.files, trust: [], advisory: true, environments })
  return problems.map(({ sequence, problem }) => `${sequence}: ${problem}`)
}

const of = (environment: string, release = RELEASE): Partial<RecordDraft> => ({ environment, release })
const released = [draft('released', { release: RELEASE }), ofRun('2', draft('released', { release: OTHER }))]
const accepted = (environment: string): readonly RecordDraft[] => [
  draft('started', of(environment)),
  draft('deployed', of(environment)),
  draft('accepted', of(environment))
]
const withdrawn = draft('withdrawn', { ...of('staging'), detail: { reason: 'orders fail' } })
const start = (environment: string, kind?: 'hotfix' | 'rollback'): RecordDraft =>
  ofRun(
    '3',
    draft('started', { ...of(environment), ...(kind === undefined ? {} : { detail: { promotion: { kind } } }) })
  )

describe('verifyLedger, after a release was withdrawn in an environment,', () => {
  it.each<[string, readonly RecordDraft[]]>([
    ['its return there as a hotfix', [start('staging', 'hotfix')]],
    [
      'its way on once it was accepted anew',
      [
        start('staging', 'hotfix'),
        ofRun('3', draft('deployed', of('staging'))),
        ofRun('3', draft('accepted', of('staging'))),
        start('production')
      ]
    ],
    ['another release', [ofRun('3', draft('started', of('staging', OTHER)))]]
  ])('accepts %s', async (_, drafts) => {
    expect(await problemsWith([...released, ...accepted('staging'), withdrawn, ...drafts])).toEqual([])
  })

  it('accepts a rollback in the next one, which had accepted it before', async () => {
    const drafts = [
      ...released,
      ...accepted('staging'),
      ...accepted('production'),
      withdrawn,
      start('production', 'rollback')
    ]

    expect(await problemsWith(drafts)).toEqual([])
  })

  it('accepts a start that was decided on before the withdrawal landed', async () => {
    expect(await problemsWith([...released, ...accepted('staging'), withdrawn, start('production')], 60_000)).toEqual(
      []
    )
  })

  it.each<[string, RecordDraft, string]>([
    [
      'a return there as if nothing had been',
      start('staging'),
      '7: started in staging a release that was withdrawn there by record 6'
    ],
    ['its way on', start('production'), '7: started in production a release that was withdrawn in staging by record 6'],
    [
      'its way on as a hotfix',
      start('production', 'hotfix'),
      '7: started in production a release that was withdrawn in staging by record 6'
    ]
  ])('rejects %s', async (_, next, problem) => {
    expect(await problemsWith([...released, ...accepted('staging'), withdrawn, next])).toEqual([problem])
  })

  it('rejects the way on of what was withdrawn under another name', async () => {
    const also = draft('withdrawn', {
      ...of('staging', OTHER),
      detail: { reason: 'orders fail', also: [RELEASE.digest] }
    })

    expect(await problemsWith([...released, ...accepted('staging'), also, start('production')])).toEqual([
      '7: started in production a release that was withdrawn in staging by record 6'
    ])
  })

  describe('together with all that runs the same content,', () => {
    const announced = ofRun(
      '2',
      draft('released', {
        release: OTHER,
        detail: { unchanged: [{ environment: 'staging', release: RELEASE.digest }] }
      })
    )
    const before = [draft('released', { release: RELEASE }), ...accepted('staging'), announced, withdrawn]
    const startOther = (kind?: 'hotfix'): RecordDraft =>
      ({ ...start('staging', kind), ...of('staging', OTHER) }) as RecordDraft

    it('rejects a start of what was announced to change nothing there, whatever its announcement was followed by', async () => {
      const again = ofRun('4', draft('released', { release: OTHER }))

      for (const more of [[], [again]])
        expect(await problemsWith([...before, ...more, startOther()])).toEqual([
          `${7 + more.length}: started in staging a release that was withdrawn there by record 6`
        ])
    })

    it('accepts it as a hotfix, once the content was accepted anew, and where it was accepted by itself', async () => {
      const anew = [
        start('staging', 'hotfix'),
        ofRun('3', draft('deployed', of('staging'))),
        ofRun('3', draft('accepted', of('staging')))
      ]
      const itself = [
        startOther('hotfix'),
        ...(['deployed', 'accepted'] as const).map(event => ofRun('3', draft(event, of('staging', OTHER))))
      ]

      expect(await problemsWith([...before, startOther('hotfix')])).toEqual([])
      for (const more of [anew, itself])
        expect(await problemsWith([...before, ...more, ofRun('5', startOther())])).toEqual([])
    })
  })

  it('rejects a withdrawal that takes with it what was never there', async () => {
    const also = draft('withdrawn', { ...of('staging'), detail: { reason: 'x', also: [OTHER.digest] } })

    expect(await problemsWith([...released, ...accepted('staging'), also])).toEqual([
      `6: withdrawn in staging together with release ${OTHER.digest}, which was never deployed there`
    ])
  })

  it.each([{}, { reason: ' ' }])('rejects a withdrawal without a reason', async detail => {
    expect(await problemsWith([...released, draft('withdrawn', { ...of('staging'), detail })])).toEqual([
      '3: withdrawn without a reason'
    ])
  })

  it('rejects a withdrawal of what was never released', async () => {
    expect(await problemsWith([withdrawn])).toEqual([
      `1: withdrawn of release ${RELEASE.digest}, which was never released`
    ])
  })
})

describe('a job that withdraws several releases from one environment', () => {
  it('records each of them, and each once', async () => {
    const store = new MemoryStore()
    const clock = new ManualClock()
    const other = draft('withdrawn', { ...of('staging', OTHER), detail: { reason: 'orders fail' } })
    for (const it of [...released, withdrawn, other, withdrawn])
      await append({ store, clock, drafts: [it], log: { info: () => undefined } })
    const again = await append({ store, clock, drafts: [withdrawn, other], log: { info: () => undefined } })

    expect(again.map(({ record }) => [record.sequence, record.release?.digest])).toEqual([
      [3, RELEASE.digest],
      [4, OTHER.digest]
    ])
    expect(await verifyLedger({ files: store.files, trust: [], advisory: true })).toMatchObject({
      records: 4,
      problems: []
    })
  })
})
