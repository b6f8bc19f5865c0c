import { describe, expect, it } from '@jest/globals'
import { backoff, Failure, fastRetry, ManualClock, networkRetry, retry, systemClock } from '../src/index.ts'

describe('a retried call', () => {
  const failing =
    (times: number) =>
    async (attempt: number): Promise<string> => {
      if (attempt <= times) throw new Failure(`attempt ${attempt}`)
      return `attempt ${attempt}`
    }

  it('ends with the first success', async () => {
    const clock = new ManualClock()

    const answer = await retry(failing(2), { policy: fastRetry, clock, retryable: () => true })

    expect([answer, clock.slept.length]).toEqual(['attempt 3', 2])
  })

  it('fails with the last error when the attempts are used up', async () => {
    const clock = new ManualClock()

    const answer = retry(failing(9), { policy: fastRetry, clock, retryable: () => true })

    await expect(answer).rejects.toThrow('attempt 3')
    expect(clock.slept).toHaveLength(2)
  })

  it('is not tried again when that cannot help', async () => {
    const clock = new ManualClock()

    const answer = retry(failing(9), { policy: networkRetry, clock, retryable: () => false })

    await expect(answer).rejects.toThrow('attempt 1')
    expect(clock.slept).toEqual([])
  })

  it('waits as long as the server asks for', async () => {
    const clock = new ManualClock()

    await retry(failing(1), { policy: networkRetry, clock, retryable: () => 30_000 })

    expect(clock.slept).toEqual([30_000])
  })

  it('is not tried again when so much time has passed that nobody waits any more', async () => {
    const clock = new ManualClock()
    const slow = async (attempt: number): Promise<never> => {
      clock.advance(60_000)
      throw new Error(`attempt ${attempt}`)
    }

    const answer = retry(slow, { policy: { ...networkRetry, within: 120_000 }, clock, retryable: () => true })

    await expect(answer).rejects.toThrow('attempt 2')
  })
})

describe('the wait before another attempt', () => {
  it.each([
    [1, 0, 150],
    [1, 1, 300],
    [2, 1, 600],
    [5, 1, 4_800],
    [6, 1, 5_000],
    [99, 0, 2_500]
  ])('after attempt %d, by the random number %d, is %d ms', (attempt, random, expected) => {
    expect(backoff(networkRetry, attempt, () => random)).toBe(expected)
  })

  it.each([
    [1, 0, 0],
    [1, 0.5, 150],
    [99, 0, 0],
    [99, 1, 5_000]
  ])('after attempt %d, where all is left to chance, is by the random number %d %d ms', (attempt, random, expected) => {
    expect(backoff({ ...networkRetry, certain: 0 }, attempt, () => random)).toBe(expected)
  })

  it('is between a half and the whole when nobody asks for a number', () => {
    const waits = Array.from({ length: 200 }, () => backoff(networkRetry, 1))

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(150)
    expect(Math.max(...waits)).toBeLessThanOrEqual(300)
    expect(new Set(waits).size).toBeGreaterThan(1)
  })
})

describe('a clock that stands still', () => {
  it('moves when somebody sleeps or advances it', async () => {
    const clock = new ManualClock(1_000)

    await clock.sleep(500)
    clock.advance(7)

    expect([clock.now(), clock.slept]).toEqual([1_507, [500]])
  })

  it('does not sleep when it is told to stop', async () => {
    const clock = new ManualClock()

    await expect(clock.sleep(5, AbortSignal.abort(new Failure('stop')))).rejects.toThrow('stop')
    expect(clock.slept).toEqual([])
  })

  it('starts at a fixed moment', () => {
    expect(new Date(new ManualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  })
})

describe("the machine's clock", () => {
  it('tells the time and sleeps', async () => {
    const before = Date.now()

    await systemClock.sleep(20)

    expect(systemClock.now() - before).toBeGreaterThanOrEqual(19)
  })

  it('stops sleeping when it is told to', async () => {
    const controller = new AbortController()
    const sleeping = systemClock.sleep(60_000, controller.signal)
    controller.abort()

    await expect(sleeping).rejects.toThrow('aborted')
  })
})
