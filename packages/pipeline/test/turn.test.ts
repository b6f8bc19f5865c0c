import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, ManualClock, sha256 } from '@sluice/core'
import { awaitTurn, type Pipeline } from '../src/index.ts'
import { type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
})

afterAll(() => hosted.stop())

const RELEASE = { digest: sha256('release'), commit: '1'.repeat(40) }

/** What a run records of an environment. */
async function record(
  pipeline: Pipeline,
  event: 'planned' | 'started' | 'accepted',
  environment = 'integration'
): Promise<LedgerRecord> {
  const { runId, attempt } = pipeline.run
  return hosted.record({ event, environment, release: RELEASE }, { id: runId, attempt })
}

function end({ run }: Pipeline): void {
  hosted.host.completeRun(REPOSITORY, Number(run.runId), 'cancelled')
}

describe('the turn of a run', () => {
  it('comes at once where nobody else deploys', async () => {
    const clock = new ManualClock()
    const pipeline = await hosted.open({ clock })

    const { standing } = await awaitTurn(pipeline, pipeline.environment('fair'))

    expect(standing).toEqual({ live: [], open: [] })
    expect(clock.slept).toEqual([])
  })

  it('comes when the run before has said what became of it', async () => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    await record(other, 'started')
    const slept = clock.sleep.bind(clock)
    clock.sleep = async milliseconds => {
      if (clock.slept.length === 2) await record(other, 'accepted')
      return slept(milliseconds)
    }

    const { standing } = await awaitTurn(pipeline, pipeline.environment('integration'))

    expect(standing.open.some(({ last }) => last.run.id === other.run.runId)).toBe(false)
    expect(clock.slept).toEqual([1_000, 2_000, 4_000])
    expect(hosted.log.filter(line => line.includes(`Run ${other.run.runId} is deploying to integration`))).toHaveLength(
      1
    )
  })

  it('does not come while somebody deploys for half an hour, and then says who', async () => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    const { time } = await record(other, 'started')

    await expect(awaitTurn(pipeline, pipeline.environment('integration'))).rejects.toThrow(
      `Run ${other.run.runId} has been deploying to integration since ${time}: https://github.com/${REPOSITORY}/actions/runs/${other.run.runId}. Re-run all jobs when it has finished.`
    )
    expect(clock.slept.reduce((sum, wait) => sum + wait, 0)).toBe(30 * 60_000)
    end(other)
  })

  it('comes before that of a run that announced itself later, and before runs that only plan', async () => {
    const clock = new ManualClock()
    const [pipeline, later, planning] = [await hosted.open({ clock }), await hosted.open(), await hosted.open()]
    await record(pipeline, 'started')
    await record(later, 'started')
    await record(planning, 'planned')

    await awaitTurn(pipeline, pipeline.environment('integration'))

    expect(clock.slept).toEqual([])
    for (const run of [pipeline, later, planning]) end(run)
  })

  it('does not wait for an attempt that another one has followed', async () => {
    const clock = new ManualClock()
    const other = await hosted.open()
    await record(other, 'started')
    end(other)
    const again = await hosted.open({ run: { runId: other.run.runId, attempt: 2 } })
    const pipeline = await hosted.open({ clock })

    await awaitTurn(pipeline, pipeline.environment('integration'))

    expect(clock.slept).toEqual([])
    end(again)
  })
})
