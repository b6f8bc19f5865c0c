import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Report, sha256, UserError } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { run } from '../src/run.ts'

let delivery: MemoryDelivery
let release: Seeded
let told: Report['outputs'][]

const tell = async ({ outputs }: Report): Promise<void> => {
  told.push(outputs)
}

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
  told = []
})

describe('a job of a stage', () => {
  it('has told what a part came to when the next one fails', async () => {
    const inputs = { mode: 'plan', release: release.digest, environment: 'integration' } as const

    // No AWS account answers: planning fails.
    await expect(run(inputs, delivery.open({ sha: release.commit }), tell, {})).rejects.toThrow(
      /did not expect a session/
    )

    expect(told).toEqual([{ verdict: 'allowed', commit: release.commit }])
  })

  it('is refused its turn when something newer came first, and tells that apart from having been let in', async () => {
    const newer = await delivery.release(delivery.repository.add({ 'NOTES.md': 'later' }))
    const { digest, commit } = newer
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await delivery.record({ event, environment: 'integration', release: { digest, commit } }, '600')
    const pipeline = delivery.open({ runId: '700', sha: release.commit })
    const inputs = {
      mode: 'deploy',
      release: release.digest,
      environment: 'integration',
      plan: sha256('plan')
    } as const

    const error = await run(inputs, pipeline, tell, {}).catch((it: unknown) => it)

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({
      message: expect.stringContaining('a newer release is deployed there'),
      outputs: { turn: 'superseded' }
    })
    expect((await delivery.recorded()).filter(it => it.run.id === '700').map(({ event }) => event)).toEqual(['started'])
    expect(told.map(({ touched, turn }) => [touched, turn])).toEqual([
      ['false', undefined],
      [undefined, undefined]
    ])
    expect(told[1]).toEqual({ place: expect.stringMatching(/^\d+@sha256:/) })
  })

  it('plans nothing anew at a gate where a plan is shown to someone first', async () => {
    const inputs = {
      mode: 'deploy',
      release: release.digest,
      environment: 'staging',
      plan: undefined
    } as const

    const error = await run(inputs, delivery.open({ runId: '700', sha: release.commit }), tell, {}).catch(
      (it: unknown) => it
    )

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ message: expect.stringContaining('the gate of staging is approval') })
    expect(told).toEqual([{ touched: 'false' }])
    expect((await delivery.recorded()).filter(it => it.run.id === '700')).toEqual([])
  })
})
