import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { StateMachine } from '../src/state-machine.ts'
import { Past } from '../src/verify-past.ts'
import { deliverAndRepair, type RepairedLedger, said } from './repaired.ts'

let ledger: RepairedLedger

beforeEach(async () => {
  ledger = await deliverAndRepair()
})

afterEach(() => {
  jest.restoreAllMocks()
})

/** How many records were added to a state, and to a past, while the ledger was verified. */
async function replayed(): Promise<number> {
  const add = [jest.spyOn(StateMachine.prototype, 'add'), jest.spyOn(Past.prototype, 'add')]
  expect(await ledger.problems()).toEqual([])
  return add.reduce((sum, { mock }) => sum + mock.calls.length, 0)
}

const REPAIRS = 12

it('repairs of what was just written cost no more than that, however long the ledger is', async () => {
  for (let n = 0; n < REPAIRS; n++) {
    await ledger.smuggle(said('deployed'), ledger.nonprod)
    await ledger.repair('staging')
  }
  const length = 9 + 2 * REPAIRS

  // Whoever judges repairs and whoever goes by them both tell the state and the past once, and the last few records again for each repair.
  expect(await replayed()).toBeLessThan(4 * length + 10 * REPAIRS)
})

it('a repair costs what has happened since what it leaves out', async () => {
  for (let n = 0; n < 3 * REPAIRS; n++) await ledger.write(said('failed'))
  await ledger.smuggle(said('deployed'), ledger.nonprod)
  for (let n = 0; n < REPAIRS; n++) await ledger.write(said('failed'))
  await ledger.repair('staging')
  const length = 9 + 3 * REPAIRS + 1 + REPAIRS + 1

  expect(await replayed()).toBeLessThan(4 * length + 5 * (REPAIRS + 1))
})
