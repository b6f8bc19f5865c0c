import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { applyWith } from '../src/apply-stacks.ts'
import { type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { API, leaveFailedUpdate } from './dead.ts'
import { deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { mortal } from './mortal.ts'
import { PICKY } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

type Plan = Awaited<ReturnType<typeof planStacks>>

async function planned(): Promise<{ readonly request: StacksRequest; readonly plan: Plan }> {
  const request = stacksRequest(aws.session(), [unit('api', PICKY, { parameters: { Image: 'good' } })])
  await deliver(request)
  await leaveFailedUpdate(aws, request.session)
  return { request, plan: await planStacks(request) }
}

async function applyMortally(
  { request, plan }: Awaited<ReturnType<typeof planned>>,
  lastCall: number,
  moment: 'before' | 'after'
): Promise<{ readonly died: boolean; readonly calls: number; readonly orders: readonly string[] }> {
  return withCloudFormation(request.session, request.clock, async connection => {
    const orders: string[] = []
    const rollbackStack: CloudFormation['rollbackStack'] = async input => {
      orders.push(`${input.StackName} ${input.ClientRequestToken}`)
      return connection.rollbackStack(input)
    }
    const { cloudFormation, dead, calls } = mortal({ ...connection, rollbackStack }, lastCall, moment)
    const applying = applyWith(cloudFormation, {
      ...{ ...request, plan, clientToken: 'a'.repeat(64), deadline: Date.now() + 60_000 },
      onEvent: () => undefined
    })
    const end = await Promise.race([applying, dead])
    if (end !== 'dead') expect(end.kind).toBe('applied')
    return { died: end === 'dead', calls: calls(), orders }
  })
}

describe('an apply that rolls a stack back, and is killed', () => {
  it.each(['before', 'after'] as const)(
    'ends in the same state when it is run again, whichever call it died %s',
    async moment => {
      const { calls } = await applyMortally(await planned(), Number.POSITIVE_INFINITY, moment)

      let died = 0
      for (let lastCall = 1; lastCall <= calls; lastCall++) {
        const of = await planned()
        const first = await applyMortally(of, lastCall, moment)
        const again = await applyMortally(of, Number.POSITIVE_INFINITY, moment)

        const live = (await describeStacks(of.request.session, [API])).get(API)
        expect({ lastCall, ...live }).toMatchObject({
          ...{ lastCall, status: 'UPDATE_ROLLBACK_COMPLETE', parameters: { Image: 'good' } }
        })
        expect({ lastCall, orders: new Set([...first.orders, ...again.orders]).size }).toEqual({ lastCall, orders: 1 })
        if (first.died) died++
      }
      process.stdout.write(`killed ${moment} each of ${died} calls of an apply that rolls back\n`)
      expect(died).toBeGreaterThan(8)
    },
    180_000
  )
})
