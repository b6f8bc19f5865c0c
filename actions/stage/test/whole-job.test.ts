import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { describeStacks } from '@sluice/cloudformation'
import { type Report, systemClock } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { type EmulatedAws, type EmulatedDelivery, startAws } from '../../deploy-stack/test/emulated.ts'
import type { StageInputs } from '../src/inputs.ts'
import { run } from '../src/run.ts'

let aws: EmulatedAws
let delivery: EmulatedDelivery
let told: Report['outputs'][]

beforeAll(async () => {
  aws = await startAws()
}, 60_000)

afterAll(() => aws.stop())

beforeEach(() => {
  delivery = aws.deliver()
  told = []
})

async function stage(inputs: StageInputs): Promise<readonly string[]> {
  const pipeline: Pipeline = {
    ...delivery.open({ runId: '700', temp: aws.folder }),
    clock: systemClock,
    session: () => delivery.session
  }
  const tell = async ({ outputs }: Report): Promise<void> => {
    told.push(outputs)
  }
  await run(inputs, pipeline, tell, {})
  return (await delivery.recorded()).filter(it => it.run.id === '700').map(({ event }) => event)
}

describe('a job of a stage', () => {
  it('lets a release in, plans, and records the plan', async () => {
    const { digest } = await delivery.publish('one')

    expect(await stage({ mode: 'plan', release: digest, environment: 'staging' })).toEqual(['planned'])

    expect(Object.assign({}, ...told)).toMatchObject({ verdict: 'allowed', 'has-changes': 'true' })
  })

  it('plans, applies and records in one go where no one is asked, and nothing where nothing changes', async () => {
    const { digest } = await delivery.publish('one')
    const inputs = { mode: 'deploy', release: digest, environment: 'integration', plan: undefined } as const

    expect(await stage(inputs)).toEqual(['started', 'deployed'])

    expect(Object.assign({}, ...told)).toMatchObject({ outcome: 'applied', touched: 'true' })
    const stacks = await describeStacks(delivery.session, ['shop-integration-api'])
    expect(stacks.get('shop-integration-api')?.status).toBe('CREATE_COMPLETE')
    expect(await stage(inputs)).toEqual(['started', 'deployed'])
  }, 60_000)
})
