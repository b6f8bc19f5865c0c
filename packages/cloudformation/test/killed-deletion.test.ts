import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, type RetiredStack, systemClock } from '@sluice/core'
import { type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { deleteWith } from '../src/delete-retired.ts'
import { compareRetired, describeStacks } from '../src/index.ts'
import { deliver, type Emulator, memoryLog, stacksRequest, startEmulator, unit } from './emulator.ts'
import { mortal } from './mortal.ts'
import { EXPORTING, KEPT, planDeletion, retired } from './retired-stacks.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

interface Scene {
  readonly session: AwsSession
  readonly plan: readonly RetiredStack[]
}

async function planned(): Promise<Scene> {
  const session = aws.session()
  await deliver(stacksRequest(session, [unit('worker', EXPORTING), unit('report', KEPT)]))
  return { session, plan: await planDeletion(session, retired('report', ['worker']), retired('worker')) }
}

async function deleteMortally(
  { session, plan }: Scene,
  lastCall: number,
  moment: 'before' | 'after'
): Promise<{ readonly died: boolean; readonly calls: number; readonly ordered: readonly string[] }> {
  return withCloudFormation(session, systemClock, async connection => {
    const ordered: string[] = []
    const deleteStack: CloudFormation['deleteStack'] = async input => {
      ordered.push(`${input.StackName} ${input.ClientRequestToken}`)
      return connection.deleteStack(input)
    }
    const { cloudFormation, dead, calls } = mortal({ ...connection, deleteStack }, lastCall, moment)
    const deleting = deleteWith(cloudFormation, {
      ...{ plan, log: memoryLog(), clientToken: 'a'.repeat(64) },
      ...{ deadline: Date.now() + 60_000, onEvent: () => undefined }
    })
    const end = await Promise.race([deleting, dead])
    if (end !== 'dead') expect(end).toEqual({ kind: 'deleted', deleted: ['report', 'worker'] })
    return { died: end === 'dead', calls: calls(), ordered }
  })
}

/** Kills a deletion, runs it again, and checks everything. */
async function survives(lastCall: number, moment: 'before' | 'after'): Promise<boolean> {
  const scene = await planned()
  const { session, plan } = scene
  const { died, ordered } = await deleteMortally(scene, lastCall, moment)

  expect(await compareRetired({ session, plan, clock: systemClock, deadline: Date.now() + 60_000 })).toEqual([])
  const again = await deleteMortally(scene, Number.POSITIVE_INFINITY, moment)

  const names = plan.map(({ stack }) => stack)
  expect((await describeStacks(session, names)).size).toBe(0)
  // By their ARNs, each under one token: where AWS is told twice, it knows that it was.
  const told = new Set([...ordered, ...again.ordered])
  expect({ lastCall, told: [...told] }).toEqual({
    lastCall,
    told: plan.map(({ id }) => expect.stringContaining(`${id} ${'a'.repeat(64)}-`))
  })
  return died
}

describe('a deletion of retired stacks that is killed', () => {
  it.each(['before', 'after'] as const)(
    'ends in the same state when it is run again, whichever call it died %s',
    async moment => {
      const { calls } = await deleteMortally(await planned(), Number.POSITIVE_INFINITY, moment)

      let died = 0
      for (let at = 0; at < calls; at += 4) {
        const group = Array.from({ length: Math.min(4, calls - at) }, (_, index) => at + index + 1)
        died += (await Promise.all(group.map(lastCall => survives(lastCall, moment)))).filter(Boolean).length
      }

      process.stdout.write(`killed ${moment} each of ${died} calls of a deletion of two stacks\n`)
      expect(died).toBeGreaterThan(15)
    },
    180_000
  )
})
