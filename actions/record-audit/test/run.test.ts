import { beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { run } from '../src/run.ts'

let delivery: MemoryDelivery
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
})

const NOTHING = {
  release: undefined,
  environment: undefined,
  unit: undefined,
  plan: undefined,
  planPath: undefined,
  dossierPath: undefined,
  detail: undefined
}

describe('a step that records', () => {
  it('tells where each record is, and the last one to the next step', async () => {
    const unit = { name: 'api', digest: sha256('api'), fingerprint: sha256('sources') }
    const pipeline = delivery.open({ sha: release.commit })

    const { outputs, summary } = await run({ ...NOTHING, kind: 'events', events: ['tested', 'built'], unit }, pipeline)

    const written = (await delivery.recorded()).slice(-2)
    expect(written.map(({ sequence, event }) => [sequence, event])).toEqual([
      [2, 'tested'],
      [3, 'built']
    ])
    expect(outputs).toEqual({ sequence: '3', record: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) })
    expect(delivery.log.lines.slice(-2)).toEqual([
      expect.stringMatching(/^record 2: tested, sha256:[0-9a-f]{64}$/),
      `record 3: built, ${outputs['record']}`
    ])
    expect(summary).toMatch(
      /^### Recorded: tested, built\n\n\| record \| event \| SHA-256 \| signed \|\n\| --- \| --- \| --- \| --- \|\n\| \[2\]\(https:\/\/github\.com\/\S+\/blob\/sluice-ledger\/records\/0\/2\.json\) \| tested \| `sha256:[0-9a-f]{64}` \| no: advisory \|\n\| \[3\]\(/
    )
    expect(delivery.log.groups).toEqual(['Collect what is to be recorded', 'Append tested, built to the ledger'])
  })

  it('warns that nobody signs an advisory ledger', async () => {
    await run({ ...NOTHING, kind: 'events', events: ['released'], release: release.digest }, delivery.open())

    expect(delivery.log.warnings).toEqual([expect.stringMatching(/^This ledger is advisory/)])
  })

  it('says what became of an environment, so that the next one may start or not', async () => {
    const jobs = { plan: { result: 'failure' as const, outputs: {} } }

    const { outputs, summary } = await run(
      { kind: 'outcome', jobs, release: release.digest, environment: 'integration' },
      delivery.open()
    )

    expect(outputs).toEqual({ verdict: 'failed', sequence: '2', record: expect.stringMatching(/^sha256:/) })
    expect(summary).toMatch(/^### Recorded: failed\n/)
  })
})
