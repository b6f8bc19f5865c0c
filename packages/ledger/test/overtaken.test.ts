import { beforeEach, describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft } from '@sluice/core'
import type { SeenLive } from '../src/index.ts'
import { AFTERWARDS, deliver } from './delivered.ts'
import { append, ofRun, RELEASE, releaseOf } from './drafts.ts'
import { recordsOn } from './forge.ts'
import type { MemoryStore } from './memory-store.ts'
import { deliverAndRepair, type RepairedLedger, said, withdrawn } from './repaired.ts'

let store: MemoryStore
let write: (on: Parameters<typeof append>[0]['store'], draft: RecordDraft, seen?: SeenLive) => Promise<unknown>

beforeEach(async () => {
  const delivered = await deliver()
  store = delivered.store
  const { trust, nonprod: signer } = delivered
  const clock = new ManualClock(AFTERWARDS)
  const common = { signer, clock, rules: { trust }, log: { info: () => undefined } }
  write = async (on, draft, seen) => append({ store: on, ...common, drafts: [draft], ...(seen && { seen }) })
})

const HOTFIX = { detail: { promotion: { kind: 'hotfix' } } } as Partial<RecordDraft>

/** The ledger, to whose first writer from now on somebody else is faster. */
function overtakenBy(draft: RecordDraft): MemoryStore {
  let overtaken = false
  const commit: MemoryStore['commit'] = async (...of) => {
    if (!overtaken) {
      overtaken = true
      await write(store, draft)
    }
    return store.commit(...of)
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'commit') return commit
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

const events = (): readonly string[] =>
  recordsOn(store)
    .slice(9)
    .map(({ event }) => event)

describe('an acceptance', () => {
  const started = (): RecordDraft => ofRun('600', said('started'))
  const accepted = (members: Partial<RecordDraft> = {}): RecordDraft => ofRun('600', said('accepted', members))

  it('does not land behind a withdrawal that it was decided before', async () => {
    await write(store, started())

    await expect(write(overtakenBy(withdrawn()), accepted())).rejects.toThrow(
      /was withdrawn in staging by record 11 while this job checked it, so it is not accepted/
    )
    expect(events()).toEqual(['started', 'withdrawn'])
  })

  it('does not either where nothing was deployed for it', async () => {
    const unchanged = accepted({ detail: { checks: 0, unchanged: true } } as Partial<RecordDraft>)

    await expect(write(overtakenBy(withdrawn()), unchanged)).rejects.toThrow('was withdrawn in staging by record 10')
    expect(events()).toEqual(['withdrawn'])
  })

  it('lands behind the withdrawal that its deployment came after', async () => {
    await write(store, withdrawn())
    await write(store, started())
    await write(overtakenBy(ofRun('601', said('planned'))), accepted())

    expect(events()).toEqual(['withdrawn', 'started', 'planned', 'accepted'])
  })
})

describe('an acceptance by checks that were run again', () => {
  const OTHER = releaseOf('3'.repeat(40))
  const again = (): RecordDraft => {
    const accepted = ofRun('1001', said('accepted'))
    return { ...accepted, run: { ...accepted.run, attempt: 2 } }
  }
  const begun = (): RecordDraft => ofRun('600', said('started', { release: OTHER }))

  it('does not land while another run deploys, nor after that failed halfway', async () => {
    await write(store, begun())
    await expect(write(store, again())).rejects.toThrow(
      /^Another run began to deploy to staging \(record 10\) after release r-[0-9a-f]{12}, and the ledger does not hold that as done\. No one knows what these checks saw/
    )
    await write(store, ofRun('600', said('failed', { release: OTHER })))

    await expect(write(store, again())).rejects.toThrow('Another run began to deploy to staging (record 10)')
    expect(events()).toEqual(['started', 'failed'])
  })

  it('does not land behind the intent of another run that was faster', async () => {
    await expect(write(overtakenBy(begun()), again())).rejects.toThrow('began to deploy to staging (record 10)')
    expect(events()).toEqual(['started'])
  })

  it('lands where nothing began since, and where what is there was accepted since', async () => {
    await write(store, begun())
    await write(store, ofRun('601', said('accepted', { detail: { unchanged: true } } as Partial<RecordDraft>)))
    await write(store, again())

    expect(events()).toEqual(['started', 'accepted', 'accepted'])
  })
})

describe('what is said of an environment that is left as it is', () => {
  /** A later release, made of the same as what is live. */
  const SAME = releaseOf('2'.repeat(40))
  const OTHER = releaseOf('3'.repeat(40))
  const seen: SeenLive = { at: 9, releases: [RELEASE.digest] }
  const ACCEPTED = ofRun(
    '600',
    said('accepted', { release: SAME, detail: { unchanged: true } } as Partial<RecordDraft>)
  )
  const UNCHANGED = ofRun(
    '600',
    said('unchanged', { release: SAME, detail: { acceptedBy: 9 } } as Partial<RecordDraft>)
  )

  it.each([
    ['accepted', ACCEPTED, 'deployed', () => said('deployed', { release: OTHER })],
    ['accepted', ACCEPTED, 'started', () => said('started', { release: OTHER })],
    ['accepted', ACCEPTED, 'withdrawn', withdrawn],
    ['unchanged', UNCHANGED, 'deployed', () => said('deployed', { release: OTHER })],
    ['unchanged', UNCHANGED, 'withdrawn', withdrawn]
  ] as const)(
    '%s: does not land behind another run that decides what is live (%#)',
    async (event, draft, other, landed) => {
      await expect(write(overtakenBy(landed()), draft, seen)).rejects.toThrow(
        `What is live in staging was deployed over or withdrawn by record 10 while this job decided on it, so it is not recorded as ${event}.`
      )
      expect(events()).toEqual([other])
    }
  )

  it('lands behind what says nothing against it, and behind what was there when it was decided', async () => {
    await write(store, said('deployed', { release: SAME }))

    await write(overtakenBy(ofRun('601', said('planned'))), ACCEPTED, { at: 10, releases: [SAME.digest] })

    expect(events()).toEqual(['deployed', 'planned', 'accepted'])
  })
})

describe('an acceptance behind a withdrawal, whoever writes it,', () => {
  const taken = (run: string, members: Partial<RecordDraft> = {}): RecordDraft => ofRun(run, said('accepted', members))
  const UNCHANGED = { detail: { checks: 0, unchanged: true } } as Partial<RecordDraft>
  let ledger: RepairedLedger

  beforeEach(async () => {
    ledger = await deliverAndRepair()
    await ledger.write(ofRun('600', said('started')))
    await ledger.write(ofRun('600', said('deployed')))
  })

  const problemsOf = async (sequence: number): Promise<readonly string[]> =>
    (await ledger.verify()).problems.filter(it => it.sequence === sequence).map(({ problem }) => problem)

  it('is found by who verifies, and a repair leaves it out', async () => {
    await ledger.write(withdrawn())
    await ledger.smuggle(taken('600'), ledger.nonprod)

    expect(await problemsOf(13)).toEqual([
      'accepted in staging a release that record 12 withdrew there, and that run 600 did not start since'
    ])
    await ledger.repair('staging')
    expect(await ledger.verify()).toMatchObject({ problems: [], skipped: [{ sequence: 13, by: 14 }] })
  })

  it('is found where another release was withdrawn with it', async () => {
    const also = { detail: { reason: 'orders fail', also: [RELEASE.digest] }, release: releaseOf('4'.repeat(40)) }
    await ledger.smuggle(said('withdrawn', also as Partial<RecordDraft>), ledger.nonprod)
    await ledger.smuggle(taken('600'), ledger.nonprod)

    expect(await problemsOf(13)).toHaveLength(1)
  })

  it('is found where another run accepted it since', async () => {
    await ledger.write(withdrawn())
    await ledger.write(ofRun('601', said('started', HOTFIX)), ofRun('601', said('deployed')))
    await ledger.write(taken('601'))
    await ledger.smuggle(taken('600'), ledger.nonprod)

    expect(await problemsOf(15)).toEqual([])
    expect(await problemsOf(16)).toEqual([expect.stringContaining('run 600 did not start since')])
  })

  it('is found where nothing was deployed for it', async () => {
    await ledger.write(withdrawn())
    await ledger.smuggle(taken('602', UNCHANGED), ledger.nonprod)

    expect(await problemsOf(13)).toEqual([
      'accepted in staging a release that record 12 withdrew there, and that no one accepted since'
    ])
  })

  it('is right where its run started the release anew, or somebody else has accepted it', async () => {
    await ledger.write(withdrawn())
    await ledger.write(ofRun('601', said('started', HOTFIX)), ofRun('601', said('deployed')))
    await ledger.write(taken('601'))
    await ledger.write(taken('602', UNCHANGED))

    const sequences = (await ledger.verify()).problems.map(({ sequence }) => sequence)
    expect(sequences).not.toEqual(expect.arrayContaining([15, 16]))
  })
})
