import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, ManualClock, sha256 } from '@sluice/core'
import { awaitTurn, type Pipeline } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
})

afterAll(() => hosted.stop())

const RELEASE = { digest: sha256('release'), commit: '1'.repeat(40) }

const PLANNED = { event: 'planned', release: RELEASE } as const

/** What a run records of an environment. */
async function record(
  pipeline: Pipeline,
  event: 'planned' | 'started' | 'deployed' | 'accepted' | 'failed',
  environment = 'integration'
): Promise<LedgerRecord> {
  const { runId, attempt } = pipeline.run
  return hosted.record({ event, environment, release: RELEASE }, { id: runId, attempt })
}

/** A run is over, without a word. */
function kill({ run }: Pipeline): void {
  hosted.host.completeRun(REPOSITORY, Number(run.runId), 'cancelled')
}

/** A run is over, and has said so: the next test finds nobody. */
async function end(pipeline: Pipeline, environment = 'integration'): Promise<void> {
  await record(pipeline, 'accepted', environment)
  kill(pipeline)
}

/** Counts calls of GitHub from now on; what is done `apart` does not count. */
function countCalls(): { count(): number; apart(work: () => Promise<unknown>): Promise<void> } {
  const { calls } = hosted.host
  let ignored = calls.length
  return {
    count: () => calls.length - ignored,
    async apart(work) {
      const before = calls.length
      await work()
      ignored += calls.length - before
    }
  }
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
      if (clock.slept.length === 2) await calls.apart(async () => record(other, 'failed'))
      return slept(milliseconds)
    }
    const calls = countCalls()

    const { standing } = await awaitTurn(pipeline, pipeline.environment('integration'))

    expect(standing.open.some(({ last }) => last.run.id === other.run.runId)).toBe(false)
    // The ledger, the run, the ledger again: each one call.
    expect(clock.slept).toEqual([10_000, 50_000, 60_000])
    expect(hosted.log.filter(line => line.includes(`Run ${other.run.runId} is deploying to integration`))).toHaveLength(
      1
    )
    // The ledger twice, with one call each, and its last intent; the run at the beginning; one call a look; and the policy after the wait.
    expect(calls.count()).toBe(5 + clock.slept.length)
  })

  it('does not come while somebody deploys as long as a deployment may take, and it is said who, and how long', async () => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    const { sequence, time } = await record(other, 'started')
    const calls = countCalls()
    const before = hosted.log.length

    const url = `https://github.com/${REPOSITORY}/actions/runs/${other.run.runId}`
    const busy = `Run ${other.run.runId} is deploying to integration: ${url}. The last that it recorded is \`started\` (record ${sequence}, ${time}).`
    await expect(awaitTurn(pipeline, pipeline.environment('integration'))).rejects.toThrow(
      `${busy} Nothing that goes well takes longer than 3 h. Cancel that run if it hangs; re-run all jobs of this one when it is over.`
    )

    const minutes = clock.slept.reduce((sum, wait) => sum + wait, 0) / 60_000
    expect(minutes).toBeCloseTo(180, 0)
    expect(calls.count()).toBeLessThanOrEqual(minutes + 5)
    const said = hosted.log.slice(before)
    expect(said[0]).toMatch(/Waiting for it to finish, until \d{4}-\d\d-\d\dT\d\d:\d\dZ at the latest\.$/)
    expect(said[1]).toMatch(/Still waiting, for 10 min now, until /)
    expect(said.length).toBeGreaterThan(15)
    expect(said.every(line => line.startsWith(busy))).toBe(true)
    await end(other)
  })

  it('costs a call a minute, however often others write to the ledger meanwhile', async () => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    await record(other, 'started')
    const slept = clock.sleep.bind(clock)
    clock.sleep = async milliseconds => {
      if (clock.slept.length < 12) await calls.apart(async () => hosted.record({ ...PLANNED, environment: 'staging' }))
      else if (clock.slept.length === 12) kill(other)
      return slept(milliseconds)
    }
    const calls = countCalls()

    await awaitTurn(pipeline, pipeline.environment('integration'))

    const minutes = clock.slept.reduce((sum, wait) => sum + wait, 0) / 60_000
    expect(minutes).toBeGreaterThan(12)
    expect(calls.count()).toBeLessThanOrEqual(minutes + 5)
    await record(other, 'accepted')
  })

  it.each([0, 1, 2])('is decided by what the run ahead recorded before it ended during wait %s', async during => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    await record(other, 'started', 'staging')
    const slept = clock.sleep.bind(clock)
    clock.sleep = async milliseconds => {
      if (clock.slept.length === during) {
        await record(other, 'deployed', 'staging')
        await end(other, 'staging')
      }
      return slept(milliseconds)
    }

    const { standing, history } = await awaitTurn(pipeline, pipeline.environment('staging'))

    expect(standing.live[0]?.run.id).toBe(other.run.runId)
    expect((await history.acceptanceOfLive('staging'))?.run.id).toBe(other.run.runId)
  })

  it('is decided by a withdrawal that was recorded while it waited', async () => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    const waiting = { digest: sha256('what waits'), commit: '2'.repeat(40) }
    await record(other, 'started', 'staging')
    const slept = clock.sleep.bind(clock)
    clock.sleep = async milliseconds => {
      if (clock.slept.length === 1) {
        const detail = { reason: 'It loses orders.' }
        await hosted.record({ event: 'withdrawn', environment: 'staging', release: waiting, detail })
        await end(other, 'staging')
      }
      return slept(milliseconds)
    }
    const subject = { release: waiting.digest, environments: ['staging'] }

    const { history } = await awaitTurn(pipeline, pipeline.environment('staging'), subject)

    expect((await history.withdrawal('staging', waiting.digest))?.event).toBe('withdrawn')
  })

  it('comes before that of a run that announced itself later, and before runs that only plan', async () => {
    const clock = new ManualClock()
    const [pipeline, later, planning] = [await hosted.open({ clock }), await hosted.open(), await hosted.open()]
    await record(pipeline, 'started')
    await record(later, 'started')
    await record(planning, 'planned')

    await awaitTurn(pipeline, pipeline.environment('integration'))

    expect(clock.slept).toEqual([])
    for (const run of [pipeline, later, planning]) await record(run, 'failed')
  })

  it('does not wait for an attempt that another one has followed', async () => {
    const clock = new ManualClock()
    const other = await hosted.open()
    await record(other, 'started')
    kill(other)
    const again = await hosted.open({ run: { runId: other.run.runId, attempt: 2 } })
    const pipeline = await hosted.open({ clock })

    await awaitTurn(pipeline, pipeline.environment('integration'))

    expect(clock.slept).toEqual([])
    await record(other, 'accepted')
    await end(again)
  })

  it('does not come so late that the stacks of the run would no longer fit into its job', async () => {
    const clock = new ManualClock()
    const pipeline = await hosted.open({ clock })
    clock.advance(2 * 3_600_000)
    const other = await hosted.open()
    await record(other, 'started')

    await expect(awaitTurn(pipeline, pipeline.environment('integration'))).rejects.toThrow(
      /This job has waited for others so long that GitHub might end it before its own stacks are done\. Re-run all jobs when that run is over\.$/
    )

    expect(clock.slept.reduce((sum, wait) => sum + wait, 0) / 60_000).toBeCloseTo(60, 0)
    await end(other)
  })

  it.each<[string, Readonly<Record<string, string>>, RegExp | undefined]>([
    ['goes on under the policy that the job began with', { 'NOTES.md': 'Nothing that rules.' }, undefined],
    [
      'does not come under a policy that is no longer in force',
      { 'delivery.yml': DELIVERY.replace('name: fair, account: prod', 'name: fair, account: ops') },
      /^delivery\.yml on main changed while this run waited \(sha256:\S+ when the job began, sha256:\S+ now\)\. Re-run all jobs/
    ]
  ])('%s, after a wait', async (_, files, refusal) => {
    const clock = new ManualClock()
    const [other, pipeline] = [await hosted.open(), await hosted.open({ clock })]
    await record(other, 'started')
    const slept = clock.sleep.bind(clock)
    clock.sleep = async milliseconds => {
      if (clock.slept.length === 1) await hosted.commit(files)
      if (clock.slept.length === 3) kill(other)
      return slept(milliseconds)
    }

    const turn = awaitTurn(pipeline, pipeline.environment('integration'))

    if (refusal === undefined) await turn
    else await expect(turn).rejects.toThrow(refusal)
    await record(other, 'accepted')
    await hosted.commit({ 'delivery.yml': DELIVERY })
  })
})
