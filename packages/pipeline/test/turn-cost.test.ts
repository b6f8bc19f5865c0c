import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { ManualClock, sha256 } from '@sluice/core'
import { awaitTurn } from '../src/index.ts'
import { type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
})

afterAll(() => hosted.stop())

const RELEASE = { digest: sha256('release'), commit: '1'.repeat(40) }

it('a turn costs as many calls as it waits minutes where a release is live, whatever is written meanwhile', async () => {
  const clock = new ManualClock()
  const [live, other, pipeline] = [await hosted.open(), await hosted.open(), await hosted.open({ clock })]
  const write = async (event: 'planned' | 'started' | 'deployed' | 'accepted', id: string) =>
    hosted.record({ event, environment: 'fair', release: RELEASE }, { id })
  for (const event of ['started', 'deployed', 'accepted'] as const) await write(event, live.run.runId)
  await write('started', other.run.runId)
  const { calls } = hosted.host
  let others = calls.length
  const made: number[] = []
  const slept = clock.sleep.bind(clock)
  clock.sleep = async milliseconds => {
    made.push(calls.length - others)
    const before = calls.length
    if (clock.slept.length < 12) {
      // What is live, and what the run ahead said last, are other records than a moment ago.
      const same = { digest: sha256(`same ${clock.slept.length}`), commit: '3'.repeat(40) }
      const unchanged = [{ environment: 'fair', release: RELEASE.digest }]
      await hosted.record({ event: 'released', release: same, detail: { unchanged } })
      await write('planned', other.run.runId)
    } else hosted.host.completeRun(REPOSITORY, Number(other.run.runId), 'cancelled')
    others += calls.length - before
    return slept(milliseconds)
  }
  const subject = { release: sha256('what waits'), environments: ['fair'] }

  const { standing } = await awaitTurn(pipeline, pipeline.environment('fair'), subject)

  expect(standing.live).toHaveLength(2)
  const looks = made.slice(2).map((count, n) => count - (made[n + 1] ?? 0))
  expect(new Set(looks)).toEqual(new Set([1, 3]))
  expect(clock.slept.slice(2)).toEqual(looks.map(count => count * 60_000))
})
