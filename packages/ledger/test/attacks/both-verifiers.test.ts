import { afterAll, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, ManualClock, type RecordDraft } from '@sluice/core'
import { openView, type Signer } from '../../src/index.ts'
import { append, draft, ofRun, RELEASE, releaseOf } from '../drafts.ts'
import { recordsOn } from '../forge.ts'
import type { Line } from './honest.ts'
import { rulesOfDelivery, storeOf } from './next-delivery.ts'
import { added } from './rewriting.ts'
import { Verifiers } from './verdicts.ts'
import { NOW, type World, worldOf } from './world.ts'

const STAGING = { environment: 'staging', release: RELEASE }
const SAME = releaseOf('2'.repeat(40))

/** An honest job adds a record. */
async function withMore(world: World, it: RecordDraft, now = Date.parse(NOW) - 300_000): Promise<World> {
  const { line, signers } = world
  const store = await storeOf(line.at(-1)?.files)
  const clock = new ManualClock(now)
  const signer: Signer = it.environment === undefined ? signers.builds : signers.environments
  await append({ store, clock, signer, drafts: [it], rules: rulesOfDelivery(world), log: { info: () => undefined } })
  return { ...world, records: recordsOn(store), line: [...line, { files: new Map(store.files), time: clock.now() }] }
}

describe('both verifiers', () => {
  const verifiers = new Verifiers()
  afterAll(() => verifiers.stop())

  const verdictOn = async ({ rules }: World, line: Line): Promise<readonly (readonly string[])[]> =>
    (await verifiers.judge(line, { rules })).flatMap(({ own, other }) => [own, other])

  describe('of an acceptance by checks that were run again while another run deploys', () => {
    const begun = async (): Promise<World> =>
      withMore(await worldOf('signed', 'all keys'), ofRun('2001', draft('started', STAGING)))
    /** As a version wrote it that did not look. */
    const accepted = ({ records }: World): LedgerRecord => {
      const first = records.find(({ event, environment }) => event === 'accepted' && environment === 'staging')
      if (first === undefined) throw new Error('The ledger has no acceptance.')
      const { key: _, ...record } = first
      return { ...record, time: NOW, run: { ...record.run, attempt: 2 } }
    }

    it('take it to finish nothing', async () => {
      const world = await begun()
      const line = await added(world, [accepted(world)])
      const store = await storeOf(line.at(-1)?.files)
      const view = await openView(store, world.rules, { sections: ['environments/staging'], keys: [] })

      expect(await verdictOn(world, line)).toEqual([[], []])
      expect(view?.section('environments/staging')).toMatchObject({
        unfinished: { sequence: 10 },
        judged: { sequence: 10, accepted: false }
      })
    })

    it('let nothing rest on it', async () => {
      const world = await begun()
      const { evidence: _, ...late } = accepted(world)
      const detail = { acceptedBy: 11, sameAs: RELEASE.digest }
      const unchanged = { ...late, event: 'unchanged', detail } as LedgerRecord
      const line = await added(world, [accepted(world), unchanged])

      expect(await verdictOn(world, line)).toEqual([
        ['records/0/12.json: unchanged in staging by record 11, which is no acceptance of what was live there then'],
        ['records/0/12.json: it names no acceptance of what was live']
      ])
    })
  })

  it('name the record of a commit that is dated after all calendars', async () => {
    const { line, ...world } = await worldOf('signed', 'all keys')
    const dated = line.map((commit, n) =>
      n === line.length - 1 ? { ...commit, time: 99_999_999_999_999_000 } : commit
    )

    const [own, other] = await verdictOn({ line, ...world }, dated)
    expect(own).toContainEqual(expect.stringContaining('it was committed at 9999-12-31T23:59:59.999Z'))
    expect(other).toContainEqual(expect.stringContaining('it was committed at another time'))
  })

  it('read a text that was cut in the middle of a character', async () => {
    const detail = { reason: 'orders fail \ud83d' }
    const world = await withMore(
      await worldOf('signed', 'all keys'),
      ofRun('2001', draft('withdrawn', { ...STAGING, detail }))
    )

    expect(world.records.at(-1)?.detail).toEqual(detail)
    expect(await verdictOn(world, world.line)).toEqual([[], []])
  })

  it('let no path be rewritten for letters that are not ASCII', async () => {
    const world = await worldOf('signed', 'pushes')
    const path = 'sections/product/index/é.json'
    const line = world.line.map(({ files, time }, n) => ({
      files: new Map([...files, [path, Buffer.from(`${n}`)]]),
      time
    }))

    const found = await verdictOn(world, line)

    expect(found.map(them => them.some(it => /changed/.test(it)))).toEqual([true, true])
  })

  it('take what a deployment names as its release to be live, whatever else it names', async () => {
    const first = await worldOf('signed', 'all keys')
    const started = await withMore(first, ofRun('2001', draft('started', STAGING)))
    const deployed = draft('deployed', { ...STAGING, detail: { sameAs: SAME.digest } })
    const world = await withMore(started, ofRun('2001', deployed))
    const before = first.records.find(({ event, environment }) => event === 'accepted' && environment === 'staging')
    if (before === undefined) throw new Error('The ledger has no acceptance.')
    const { key: _, ...accepted } = { ...before, time: NOW, run: { ...before.run, id: '2001' } }
    const { evidence: __, ...about } = accepted
    const detail = { acceptedBy: 12, sameAs: RELEASE.digest }
    const unchanged = { ...about, event: 'unchanged', detail, run: { ...about.run, id: '2002' } }

    const line = await added(world, [accepted, unchanged] as readonly LedgerRecord[])

    expect(await verdictOn(world, line)).toEqual([[], []])
  })

  it('let what was announced to change nothing there fall with what it is the same as', async () => {
    const FIRST = { environment: 'integration', release: RELEASE }
    const unchanged = [{ environment: 'integration', release: RELEASE.digest }]
    let world = await worldOf('signed', 'all keys')
    const start = Date.parse(NOW) - 300_000
    for (const [it, time] of [
      [ofRun('2001', draft('released', { release: SAME, detail: { unchanged } })), start],
      [ofRun('2002', draft('withdrawn', { ...FIRST, detail: { reason: 'orders fail' } })), start],
      [
        ofRun('2003', draft('started', { ...FIRST, release: SAME, detail: { promotion: { kind: 'hotfix' } } })),
        start + 660_000
      ],
      [ofRun('2004', draft('started', { ...FIRST, release: SAME })), start + 660_000]
    ] as const)
      world = await withMore(world, it, time)

    expect(await verdictOn(world, world.line)).toEqual([
      ['records/0/13.json: started in integration a release that was withdrawn there by record 11'],
      ['records/0/13.json: its release was withdrawn there']
    ])
  })

  it('let a withdrawal name what was announced to change nothing there, and no release that was not', async () => {
    const unchanged = [{ environment: 'staging', release: RELEASE.digest }]
    const world = await withMore(
      await worldOf('signed', 'all keys'),
      ofRun('2001', draft('released', { release: SAME, detail: { unchanged } }))
    )
    const withdrawn = (environment: string): RecordDraft =>
      ofRun(
        '2002',
        draft('withdrawn', { ...STAGING, environment, detail: { reason: 'orders fail', also: [SAME.digest] } })
      )
    const there = await withMore(world, withdrawn('staging'))
    const elsewhere = await withMore(world, withdrawn('integration'))

    expect(await verdictOn(there, there.line)).toEqual([[], []])
    expect(await verdictOn(elsewhere, elsewhere.line)).toEqual([
      [
        `records/0/11.json: withdrawn in integration together with release ${SAME.digest}, which was never deployed there`
      ],
      ['records/0/11.json: it withdraws what was never there']
    ])
  })
})
