import { describe, expect, it } from '@jest/globals'
import { Pace } from '../src/pace.ts'

/** A call that is made, and answers when it is told to. */
interface Made {
  readonly n: number
  readonly answer: (error?: Error) => void
}

describe('the calls of one process', () => {
  it('are eight at once, and the others follow in their order, also after failures', async () => {
    const pace = new Pace()
    const made: Made[] = []
    const calls = Array.from({ length: 20 }, (_, n) =>
      pace.call(
        async () =>
          new Promise<number>((resolve, reject) => {
            made.push({ n, answer: error => (error === undefined ? resolve(n) : reject(error)) })
          })
      )
    )
    const settled = Promise.allSettled(calls)
    const turn = async (): Promise<void> => new Promise(resolve => setImmediate(resolve))

    await turn()
    expect(made.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    made[3]?.answer()
    made[5]?.answer(new Error('throttled'))
    await turn()
    expect(made.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (let n = 0; n < made.length; n++) {
      made[n]?.answer()
      await turn()
    }

    expect((await settled).map(({ status }) => status)).toEqual(
      calls.map((_, n) => (n === 5 ? 'rejected' : 'fulfilled'))
    )
    await expect(pace.call(async () => 'free again')).resolves.toBe('free again')
  })
})
