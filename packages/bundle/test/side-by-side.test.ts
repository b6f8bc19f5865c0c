import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { sideBySide } from '../src/side-by-side.ts'

/** Begins pieces of these weights. @returns the most that were under way at once, and the most that they weighed together */
async function runs(
  bounds: Parameters<typeof sideBySide>[0],
  weights: readonly number[]
): Promise<{ readonly pieces: number; readonly weight: number; readonly done: number }> {
  const [now, most] = [
    { pieces: 0, weight: 0 },
    { pieces: 0, weight: 0 }
  ]
  let done = 0
  const work = sideBySide(bounds)
  for (const weight of weights)
    await work.begin(weight, async () => {
      now.pieces++
      now.weight += weight
      most.pieces = Math.max(most.pieces, now.pieces)
      most.weight = Math.max(most.weight, now.weight)
      await wait(1)
      now.pieces--
      now.weight -= weight
      done++
    })
  await work.end()
  return { ...most, done }
}

describe('work side by side', () => {
  it('is so many pieces at once', async () => {
    expect(await runs({ pieces: 8, weight: 1_000 }, Array(50).fill(1))).toEqual({ pieces: 8, weight: 8, done: 50 })
  })

  it('weighs no more than it may, and what is heavier goes alone', async () => {
    expect(await runs({ pieces: 8, weight: 10 }, [4, 4, 4, 4, 4])).toEqual({ pieces: 2, weight: 8, done: 5 })
    expect(await runs({ pieces: 8, weight: 10 }, [1, 25, 1, 1])).toEqual({ pieces: 2, weight: 25, done: 4 })
  })

  it('begins nothing more after a fault, and ends when all that had begun is over', async () => {
    const done: string[] = []
    const work = sideBySide({ pieces: 2, weight: 10 })
    await work.begin(1, async () => {
      await wait(1)
      throw new Error('first')
    })
    await work.begin(1, async () => {
      await wait(20)
      done.push('slow')
    })

    await expect(work.begin(1, async () => void done.push('late'))).rejects.toThrow('first')
    await expect(work.end()).rejects.toThrow('first')
    expect(done).toEqual(['slow'])
  })
})
