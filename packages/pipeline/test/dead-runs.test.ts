import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { awaitTurn, findDeadRuns, type Pipeline } from '../src/index.ts'
import { type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
})

afterAll(() => hosted.stop())

const RELEASE = { digest: sha256('release'), commit: '1'.repeat(40) }

/** What a run records of an environment. */
async function record({ run }: Pipeline, event: 'planned' | 'started', environment: string): Promise<void> {
  await hosted.record({ event, environment, release: RELEASE }, { id: run.runId, attempt: run.attempt })
}

function end({ run }: Pipeline): void {
  hosted.host.completeRun(REPOSITORY, Number(run.runId), 'cancelled')
}

describe('runs that ended without a word', () => {
  it('are those that GitHub says are over, whether they had begun or only planned', async () => {
    const [begun, planned, waiting, pipeline] = [
      await hosted.open(),
      await hosted.open(),
      await hosted.open(),
      await hosted.open()
    ]
    await record(begun, 'started', 'staging')
    await record(planned, 'planned', 'staging')
    await record(waiting, 'planned', 'staging')
    await record(pipeline, 'started', 'staging')
    end(begun)
    end(planned)
    const { history } = await awaitTurn(pipeline, pipeline.environment('staging'))

    const dead = await findDeadRuns(pipeline, await history.standing('staging'))

    expect(dead.map(({ last, begun: since }) => [last.run.id, since !== undefined])).toEqual([
      [planned.run.runId, false],
      [begun.run.runId, true]
    ])
    end(waiting)
  })
})
