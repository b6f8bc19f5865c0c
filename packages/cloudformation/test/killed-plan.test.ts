import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { PlannedStack } from '@sluice/core'
import { type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { discardStack } from '../src/discard-stacks.ts'
import { describeStacks, discardStacks, planStacks, type StacksRequest, waitingChangeSets } from '../src/index.ts'
import { planWith } from '../src/plan-stacks.ts'
import { apply, deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { mortal } from './mortal.ts'
import { CONSUMER, PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const API = 'storefront-staging-api'
const SITE = 'storefront-staging-site'
const MOMENTS = ['before', 'after'] as const

type Moment = (typeof MOMENTS)[number]

/** An update of one stack, one that reads an output which it moves, and one that is new. */
async function wanted(): Promise<StacksRequest> {
  const session = aws.session()
  const reader = unit('site', CONSUMER, {
    dependsOn: ['api'],
    parameters: { BundleDigest: 'two', Source: '${api.Value}' }
  })
  await deliver(stacksRequest(session, [unit('api', PARAMETER, { parameters: { Image: 'one' } }), reader]))
  const fresh = unit('worker', PARAMETER, { parameters: { Image: 'three' } })
  return stacksRequest(session, [unit('api', PARAMETER, { parameters: { Image: 'two' } }), reader, fresh])
}

/** Runs something that dies at a call. */
async function mortally(
  request: StacksRequest,
  { lastCall, moment }: { readonly lastCall: number; readonly moment: Moment },
  work: (cloudFormation: CloudFormation) => Promise<unknown>
): Promise<{ readonly died: boolean; readonly calls: number }> {
  return withCloudFormation(request.session, request.clock, async connection => {
    const { cloudFormation, dead, calls } = mortal(connection, lastCall, moment)
    const end = await Promise.race([work(cloudFormation), dead])
    return { died: end === 'dead', calls: calls() }
  })
}

/** What runs, and what nobody has executed yet. */
async function stateOf(request: StacksRequest): Promise<unknown> {
  const live = await describeStacks(request.session, [API, SITE])
  return {
    live: [...live.values()].map(({ name, status, outputs }) => ({ name, status, outputs })),
    waiting: await waitingChangeSets(request)
  }
}

/** Kills at each call there is, some side by side. Whether one lives that long depends on how often it had to look. */
async function atEachCall(calls: number, work: (lastCall: number) => Promise<boolean>): Promise<number> {
  const all = Array.from({ length: calls }, (_, index) => index + 1)
  let died = 0
  for (let at = 0; at < all.length; at += 4) {
    const group = await Promise.all(all.slice(at, at + 4).map(work))
    died += group.filter(Boolean).length
  }
  return died
}

const plans = (request: StacksRequest) => (cloudFormation: CloudFormation) => planWith(cloudFormation, request)
const discards = (request: StacksRequest) => async (cloudFormation: CloudFormation) =>
  Promise.all(request.stacks.map(({ stack }) => discardStack(cloudFormation, stack, request.changeSetName)))

describe('a plan that is killed', () => {
  it.each(MOMENTS)(
    'touches nothing that runs, and says the same when it is made again, whichever call it died %s',
    async moment => {
      const whole = await wanted()
      const { calls } = await mortally(whole, { lastCall: Number.POSITIVE_INFINITY, moment }, plans(whole))
      const expected = await planStacks(whole)
      const before = (await stateOf(whole)) as { readonly live: unknown }

      const died = await atEachCall(calls, async lastCall => {
        const request = await wanted()
        const end = await mortally(request, { lastCall, moment }, plans(request))
        const found = (await stateOf(request)) as { readonly live: unknown }
        expect({ lastCall, live: found.live }).toEqual({ lastCall, live: before.live })
        const again = await planStacks(request)
        expect({ lastCall, plan: comparable(again) }).toEqual({ lastCall, plan: comparable(expected) })
        return end.died
      })

      process.stdout.write(`killed ${moment} each of ${died} calls of a plan\n`)
      expect(died).toBeGreaterThan(20)
    },
    180_000
  )

  it('can be applied when it was made again', async () => {
    const request = await wanted()
    const { calls } = await mortally(request, { lastCall: 12, moment: 'after' }, plans(request))
    expect(calls).toBe(12)

    const { outcome } = await apply(request, await planStacks(request))

    expect(outcome).toMatchObject({ kind: 'applied' })
  })
})

describe('what discards a plan and is killed', () => {
  it.each(MOMENTS)(
    'leaves nothing of it when it is run again, whichever call it died %s',
    async moment => {
      const whole = await wanted()
      await planStacks(whole)
      const { calls } = await mortally(whole, { lastCall: Number.POSITIVE_INFINITY, moment }, discards(whole))
      const expected = await stateOf(whole)

      const died = await atEachCall(calls, async lastCall => {
        const request = await wanted()
        await planStacks(request)
        const end = await mortally(request, { lastCall, moment }, discards(request))
        await discardStacks(request)
        expect({ lastCall, state: await stateOf(request) }).toEqual({ lastCall, state: expected })
        expect((await describeStacks(request.session, ['storefront-staging-worker'])).size).toBe(0)
        return end.died
      })

      process.stdout.write(`killed ${moment} each of ${died} calls of a discard\n`)
      expect(died).toBeGreaterThan(8)
    },
    180_000
  )
})

/** Without what differs between two accounts of the emulator. */
function comparable(plan: readonly PlannedStack[]): string {
  return JSON.stringify(plan).replace(/\b\d{12}\b/g, 'ACCOUNT')
}
