import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { applyWith } from '../src/apply-stacks.ts'
import { type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { API, leaveDead } from './dead.ts'
import { type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { mortal } from './mortal.ts'
import { PICKY } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

type Plan = Awaited<ReturnType<typeof planStacks>>

async function planned(): Promise<{ readonly request: StacksRequest; readonly plan: Plan; readonly dead: string }> {
  const session = aws.session()
  const dead = await leaveDead(aws, session)
  const request = stacksRequest(session, [unit('api', PICKY, { parameters: { Image: 'good' } })])
  return { request, plan: await planStacks(request), dead }
}

async function applyMortally(
  request: StacksRequest,
  plan: Plan,
  lastCall: number,
  moment: 'before' | 'after'
): Promise<{ readonly died: boolean; readonly calls: number; readonly deletions: readonly string[] }> {
  return withCloudFormation(request.session, request.clock, async connection => {
    const deletions: string[] = []
    const deleteStack: CloudFormation['deleteStack'] = async input => {
      deletions.push(`${input.StackName} ${input.ClientRequestToken}`)
      return connection.deleteStack(input)
    }
    const { cloudFormation, dead, calls } = mortal({ ...connection, deleteStack }, lastCall, moment)
    const applying = applyWith(cloudFormation, {
      ...{ ...request, plan, clientToken: 'a'.repeat(64), deadline: Date.now() + 60_000 },
      onEvent: () => undefined
    })
    const end = await Promise.race([applying, dead])
    if (end !== 'dead') expect(end.kind).toBe('applied')
    return { died: end === 'dead', calls: calls(), deletions }
  })
}

/** Kills an apply that replaces a stack, runs it again, and checks everything. */
async function survives(lastCall: number, moment: 'before' | 'after'): Promise<boolean> {
  const { request, plan, dead } = await planned()
  const { died, deletions } = await applyMortally(request, plan, lastCall, moment)

  const again = await applyMortally(request, plan, Number.POSITIVE_INFINITY, moment)

  const live = (await describeStacks(request.session, [API])).get(API)
  expect(live).toMatchObject({ status: 'CREATE_COMPLETE', parameters: { Image: 'good' } })
  expect(live?.id).not.toBe(dead)
  // By its ARN and one token: where AWS is told twice, it knows that it was.
  const told = new Set([...deletions, ...again.deletions])
  const begun = await begins(request, live?.id ?? '', 'CREATE_IN_PROGRESS')
  expect({ lastCall, told: [...told], begun }).toEqual({
    ...{ lastCall, begun: 1 },
    told: [expect.stringContaining(`${dead} ${'a'.repeat(64)}-`)]
  })
  return died
}

/** How often a stack began something. */
async function begins({ session }: StacksRequest, stack: string, status: string): Promise<number> {
  const { StackEvents } = await aws.client(session).describeStackEvents({ StackName: stack })
  return (StackEvents ?? []).filter(it => it.PhysicalResourceId === it.StackId && it.ResourceStatus === status).length
}

describe('an apply that replaces a stack, and is killed', () => {
  it.each(['before', 'after'] as const)(
    'ends in the same state when it is run again, whichever call it died %s',
    async moment => {
      const { request, plan } = await planned()
      const { calls } = await applyMortally(request, plan, Number.POSITIVE_INFINITY, moment)

      let died = 0
      for (let at = 0; at < calls; at += 4) {
        const group = Array.from({ length: Math.min(4, calls - at) }, (_, index) => at + index + 1)
        died += (await Promise.all(group.map(lastCall => survives(lastCall, moment)))).filter(Boolean).length
      }

      process.stdout.write(`killed ${moment} each of ${died} calls of an apply that replaces a stack\n`)
      expect(died).toBeGreaterThan(15)
    },
    180_000
  )
})
