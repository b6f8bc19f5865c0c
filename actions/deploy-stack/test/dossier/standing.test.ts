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
  ...events: readonly ('started' | 'deployed' | 'withdrawn' | 'accepted' | 'failed')[]
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

    expect(await standing()).toEqual({ live: before.digest, withdrawals: [], begun: undefined })
    expect(standingWarnings(await standing(), 'staging')).toEqual([])
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
    expect(facts).toMatchObject({ live: before.digest, begun: { release: release.digest, sequence: 5 } })
    expect(standingWarnings(facts, 'staging')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\*\\*What runs in staging is not certain:\\*\\* run \\S+ began to deploy ${releaseId(release.digest)} \\(record 5\\), and its end is not recorded\\.`
        )
      )
    ])
  })
})
