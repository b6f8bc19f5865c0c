import { beforeEach, describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { readStanding, type StandingFacts, standingWarnings } from '../../src/dossier/standing.ts'

let delivery: MemoryDelivery
let before: Seeded
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  before = await delivery.release(delivery.repository.add())
  release = await delivery.release(delivery.repository.add())
})

async function record(
  { digest, commit }: Seeded,
  ...events: readonly ('started' | 'deployed' | 'withdrawn' | 'accepted' | 'failed' | 'bypassed')[]
): Promise<void> {
  for (const event of events)
    await delivery.record({
      ...{ event, environment: 'staging', release: { digest, commit } },
      ...(event === 'withdrawn' ? { detail: { reason: 'slow | <b>' } } : {})
    })
}

const standing = (of = release): Promise<StandingFacts> => readStanding(delivery.open(), 'staging', of.digest)

describe('what speaks against what an environment holds', () => {
  it('is nothing where the last deployment was recorded as done', async () => {
    await record(before, 'started', 'deployed', 'accepted')

    expect(await standing()).toEqual({ live: before.digest, withdrawals: [], uncertain: undefined })
    expect(standingWarnings(await standing(), 'staging')).toEqual([])
  })

  it('is said as it is where the last deployment that began touched nothing', async () => {
    await record(before, 'started', 'deployed', 'accepted')
    const of = { environment: 'staging', release: { digest: release.digest, commit: release.commit } }
    await delivery.record({ event: 'started', ...of }, '601')
    const detail = { reason: 'The plan was no longer valid.' }
    await delivery.record({ event: 'obsolete', ...of, detail }, '601')

    const [warning, ...others] = standingWarnings(await standing(), 'staging')
    expect(others).toEqual([])
    expect(warning).toMatch(
      /^The last deployment that began in staging touched nothing: .* began to deploy r-[0-9a-f]+ and ended before it did \(record 7\)\. What was there before is there still; whether a deployment before it came to its end, `sluice status` says\./
    )
  })

  it('is that someone withdrew what is live: who, why, and where it stands', async () => {
    await record(before, 'started', 'deployed', 'withdrawn')

    const [warning, ...others] = standingWarnings(await standing(), 'staging')
    expect(others).toEqual([])
    expect(warning).toMatch(
      new RegExp(
        `^\\*\\*What is live in staging, ${releaseId(before.digest)}, was withdrawn\\*\\* by \\S+ \\(record 5\\)\\. Reason: slow &#124; &lt;b&gt;\\.$`
      )
    )
  })

  it('is also that someone withdrew it under the name that it was deployed by', async () => {
    const same = await delivery.release(delivery.repository.add())
    await record(before, 'started', 'deployed', 'accepted')
    await delivery.record({
      ...{ event: 'unchanged', environment: 'staging', release: { digest: same.digest, commit: same.commit } },
      detail: { sameAs: before.digest }
    })
    await record(before, 'withdrawn')

    expect((await standing()).withdrawals).toMatchObject([{ of: 'live', release: same.digest, sequence: 8 }])
  })

  it('is that someone withdrew the release itself, told once where it is live', async () => {
    await record(release, 'started', 'deployed', 'withdrawn')

    const warnings = standingWarnings(await standing(), 'staging')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(
      /^\*\*This release was withdrawn from staging\*\* by \S+ \(record 5\)\..* Applying this plan lets it in again\.$/
    )
  })

  it('is a deployment that began and has no end on the ledger', async () => {
    await record(before, 'started', 'deployed')
    await record(release, 'started', 'failed')

    const facts = await standing(before)
    expect(facts).toMatchObject({
      live: before.digest,
      uncertain: { event: 'started', release: release.digest, sequence: 5, isOwn: false }
    })
    expect(standingWarnings(facts, 'staging')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\*\\*What runs in staging is not certain:\\*\\* run \\S+ began to deploy ${releaseId(release.digest)} here, and the ledger does not hold that as done \\(record 5\\)\\.`
        )
      )
    ])
  })

  it('is a deployment that stopped halfway: which units are deployed, and which are not', async () => {
    await record(before, 'started', 'deployed')
    const { digest, commit } = release
    const place = { environment: 'staging', release: { digest, commit } }
    const detail = { done: ['api'], stopped: ['worker'], notBegun: ['site'] }
    await delivery.record({ event: 'started', ...place }, '600')
    await delivery.record({ event: 'partial', ...place, detail }, '600')

    expect(standingWarnings(await standing(before), 'staging')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\*\\*What runs in staging is not certain:\\*\\* run \\S+ deployed ${releaseId(release.digest)} by half \\(record 6\\): api is done, worker stopped on the way, site was not begun \\(record 5\\)\\.`
        )
      )
    ])

    await delivery.record({ event: 'started', ...place }, '600', 2)
    expect((await standing(before)).uncertain).toMatchObject({ sequence: 7 })
    expect((await standing(before)).uncertain).not.toHaveProperty('stopped')
  })

  it.each<[string, 'obsolete' | 'superseded', string, number]>([
    ['another attempt of it', 'obsolete', '600', 2],
    ['another run', 'superseded', '601', 1]
  ])('is a half that is there still where %s began since and touched nothing', async (_, end, run, attempt) => {
    await record(before, 'started', 'deployed')
    const place = { environment: 'staging', release: { digest: release.digest, commit: release.commit } }
    const detail = { done: ['api'], stopped: ['worker'], notBegun: ['site'] }
    await delivery.record({ event: 'started', ...place }, '600')
    await delivery.record({ event: 'partial', ...place, detail }, '600')
    const later = run === '600' ? place : { ...place, release: { digest: before.digest, commit: before.commit } }
    await delivery.record({ event: 'started', ...later }, run, attempt)
    await delivery.record({ event: end, ...later, detail: { reason: 'x' } }, run, attempt)

    expect(standingWarnings(await standing(), 'staging')).toEqual([
      expect.stringMatching(
        new RegExp(
          `is not certain:\\*\\* run 600 deployed ${releaseId(release.digest)} by half \\(record 6\\): api is done, worker stopped on the way, site was not begun`
        )
      )
    ])
  })

  it('is a gate that was passed without an approval, until something settles it', async () => {
    await record(before, 'started', 'deployed', 'accepted')
    await record(release, 'bypassed')

    expect(standingWarnings(await standing(), 'staging')).toEqual([
      expect.stringMatching(/ is not certain:\*\* run \S+ passed the gate without an approval \(record \d+\)\./)
    ])
    await record(before, 'started', 'deployed')
    expect(standingWarnings(await standing(), 'staging')).toEqual([])
  })

  it('names an earlier attempt of this run as that, and a repair as what it left out', () => {
    const uncertain = { event: 'started', release: release.digest, sequence: 9, run: '700', attempt: 1 } as const
    const of = (it: StandingFacts['uncertain']): string =>
      standingWarnings({ live: undefined, withdrawals: [], uncertain: it }, 'staging').join()

    expect(of({ ...uncertain, isOwn: true })).toContain('attempt 1 of this run began to deploy r-')
    expect(of({ ...uncertain, event: 'repaired', isOwn: false })).toContain(
      'a repair changed what was known of it, and what is live has to be accepted anew (record 9)'
    )
  })
})
