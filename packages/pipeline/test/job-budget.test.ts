import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { APPLY_DEADLINE, ManualClock, UserError } from '@sluice/core'
import { jobBudget, noteJobBegan, requireTimeToApply, sinceOfJob } from '../src/job-budget.ts'

const HOUR = 3_600_000

let run: { readonly temp: string }
let clock: ManualClock

beforeEach(async () => {
  run = { temp: await mkdtemp(join(tmpdir(), 'sluice-budget-')) }
  clock = new ManualClock()
  await noteJobBegan(run, clock)
})

afterEach(() => rm(run.temp, { recursive: true, force: true }))

describe('the time of a job', () => {
  it('is shared by waiting and applying, so that both together end before GitHub ends the job', async () => {
    const began = clock.now()
    const { waitUntil } = await jobBudget(run, clock)
    clock.advance(waitUntil - began)

    const until = await requireTimeToApply(run, clock)

    expect(until - clock.now()).toBe(APPLY_DEADLINE)
    expect(until - began).toBeLessThan(6 * HOUR)
  })

  it('counts from the first step, whichever step asks', async () => {
    const began = clock.now()
    clock.advance(HOUR)
    await noteJobBegan(run, clock)

    expect((await jobBudget(run, clock)).waitUntil).toBe(began + 3 * HOUR)
  })

  it('gives a job that noted nothing all of it', async () => {
    const other = { temp: join(run.temp, 'another job') }
    clock.advance(5 * HOUR)

    expect((await jobBudget(other, clock)).waitUntil).toBe(clock.now() + 3 * HOUR)
  })

  it('is cut short for an apply that begins late, and too short to begin in at the end', async () => {
    const began = clock.now()
    clock.advance(4 * HOUR)
    expect((await requireTimeToApply(run, clock)) - began).toBe(5.5 * HOUR)

    clock.advance(HOUR + 1)
    const refused = await requireTimeToApply(run, clock).catch((error: unknown) => error)

    expect(refused).toBeInstanceOf(UserError)
    expect(refused).toMatchObject({
      message: expect.stringMatching(/^This job has waited so long .* Nothing was touched\. Re-run all jobs\.$/),
      outputs: { touched: 'false' }
    })
  })
})

describe('what a job fetched of the ledger as it began', () => {
  it('will do for its first minute, and no longer', async () => {
    clock.advance(59_999)
    expect(await sinceOfJob(run, clock)).toBe('job')

    clock.advance(1)
    expect(await sinceOfJob(run, clock)).toBe('process')
  })

  it('does not do where nobody noted when the job began', async () => {
    expect(await sinceOfJob({ temp: join(run.temp, 'another job') }, clock)).toBe('process')
  })
})
