import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { discardStacks, planStacks, waitingChangeSets } from '../src/index.ts'
import { deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

it('names the change sets that wait, each once, also of others, and none that was executed', async () => {
  const session = aws.session()
  const request = stacksRequest(session, [unit('api', PARAMETER, { parameters: { Image: 'one' } })])
  const stacks = [...request.stacks, { stack: 'storefront-staging-absent' }]
  const before = await waitingChangeSets({ session, stacks })
  await deliver(request)
  const delivered = await waitingChangeSets({ session, stacks })
  const next = stacksRequest(session, [
    unit('api', PARAMETER, { parameters: { Image: 'two' } }),
    unit('worker', PARAMETER, { parameters: { Image: 'two' } })
  ])
  await planStacks({ ...next, changeSetName: 'mine' })
  await planStacks({ ...next, changeSetName: 'theirs' })

  const waiting = await waitingChangeSets({ session, stacks: next.stacks })
  await discardStacks({ session, stacks: next.stacks, changeSetName: 'theirs' })

  expect([before, delivered]).toEqual([[], []])
  expect([...waiting].sort()).toEqual(['mine', 'theirs'])
  expect(await waitingChangeSets({ session, stacks: next.stacks })).toEqual(['mine'])
})
