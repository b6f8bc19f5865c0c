import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Clock, ManualClock, sha256, UserError } from '@sluice/core'
import {
  awaitTurn,
  findDeadRuns,
  historyOf,
  isRunOver,
  type Pipeline,
  readStanding,
  requireIntent
} from '../src/index.ts'
import { AUTHOR, type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

const COMMIT = '1'.repeat(40)
const RELEASE = { digest: sha256('release'), commit: COMMIT }

let hosted: Hosted
let runs = 9000

beforeEach(async () => {
  hosted = await hostProduct()
})

afterEach(() => hosted.stop())

/** A run that GitHub knows, and that says so on the ledger. */
async function otherRun(...events: readonly ('planned' | 'started' | 'deployed' | 'accepted')[]): Promise<number> {
  const id = ++runs
  const headSha = await hosted.git('rev-parse', 'HEAD')
  hosted.host.startRun(REPOSITORY, { id, attempt: 1, actor: AUTHOR, headSha, headBranch: 'main', event: 'push' })
  for (const event of events) await record(event, id)
  return id
}

async function record(event: 'planned' | 'started' | 'deployed' | 'accepted', id: number): Promise<void> {
  await hosted.record({ event, environment: 'staging', release: RELEASE }, { id: String(id) })
}

/** A clock on which something happens at the n-th sleep. */
function clockWith(at: number, happen: () => void | Promise<void>): { clock: Clock; slept: readonly number[] } {
  const clock = new ManualClock()
  const original = clock.sleep.bind(clock)
  clock.sleep = async milliseconds => {
    await original(milliseconds)
    if (clock.slept.length === at) await happen()
  }
  return { clock, slept: clock.slept }
}

async function turn(pipeline: Pipeline) {
  return awaitTurn(pipeline, pipeline.environment('staging'))
}

describe('a run that wants to deploy', () => {
  it('need not wait where nobody else is', async () => {
    const clock = new ManualClock()
    await otherRun('started', 'deployed', 'accepted')

    const { live, open } = await turn(await hosted.open({ clock }))

    expect([live.map(({ event }) => event), open, clock.slept]).toEqual([['deployed'], [], []])
  })

  it('waits for one that has begun, longer and longer, until its outcome is on the ledger', async () => {
    const other = await otherRun('started')
    const { clock, slept } = clockWith(6, () => record('accepted', other))

    await turn(await hosted.open({ clock }))

    expect(slept).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
    const told = hosted.log.filter(line => line.includes('is deploying to staging'))
    expect(told).toEqual([`Run ${other} is deploying to staging: waiting for it.`])
  })

  it('does not wait for one that only plans, or that GitHub says is over', async () => {
    const clock = new ManualClock()
    await otherRun('planned')
    const dead = await otherRun('started')
    hosted.host.completeRun(REPOSITORY, dead, 'failure')
    const pipeline = await hosted.open({ clock })

    const standing = await turn(pipeline)

    expect(clock.slept).toEqual([])
    expect((await findDeadRuns(pipeline, standing)).map(({ last }) => last.run.id)).toEqual([String(dead)])
  })

  it('goes first when it announced itself first', async () => {
    const clock = new ManualClock()
    const pipeline = await hosted.open({ clock })
    await record('started', Number(pipeline.run.runId))
    await otherRun('started')

    await turn(pipeline)

    expect(clock.slept).toEqual([])
  })

  it('gives up in the end, and says for whom it waited', async () => {
    const other = await otherRun('started')
    const clock = new ManualClock()

    const waiting = turn(await hosted.open({ clock }))

    await expect(waiting).rejects.toThrow(UserError)
    await expect(waiting).rejects.toThrow(new RegExp(`^Run ${other} has been deploying to staging since 20`))
    expect(clock.slept.reduce((sum, wait) => sum + wait, 0)).toBe(30 * 60_000)
  })
})

describe('a run', () => {
  it('is over when GitHub says so, when it does not know it, or when another attempt has begun', async () => {
    const pipeline = await hosted.open()
    const id = await otherRun()

    expect(await isRunOver(pipeline, String(id), 1)).toBe(false)
    expect(await isRunOver(pipeline, '404')).toBe(true)
    hosted.host.completeRun(REPOSITORY, id, 'success')
    expect(await isRunOver(pipeline, String(id))).toBe(true)
    const headSha = await hosted.git('rev-parse', 'HEAD')
    hosted.host.startRun(REPOSITORY, { id, attempt: 2, actor: AUTHOR, headSha, headBranch: 'main', event: 'push' })
    expect([await isRunOver(pipeline, String(id), 1), await isRunOver(pipeline, String(id), 2)]).toEqual([true, false])
    expect(await isRunOver(pipeline, String(id))).toBe(false)
  })

  it('is not dead while it is this one', async () => {
    const pipeline = await hosted.open()
    await record('started', Number(pipeline.run.runId))
    hosted.host.completeRun(REPOSITORY, Number(pipeline.run.runId), 'failure')

    const standing = await readStanding(historyOf(pipeline).records(), 'staging')

    expect(standing.open).toHaveLength(1)
    expect(await findDeadRuns(pipeline, standing)).toEqual([])
  })

  it('touches an environment only with an intent of its own on the ledger', async () => {
    const pipeline = await hosted.open()
    await hosted.record({ event: 'released', release: RELEASE })
    await otherRun('started')
    await expect(requireIntent(pipeline, 'staging', RELEASE.digest)).rejects.toThrow(
      /^This run recorded no intent to deploy r-[0-9a-f]{12} to staging\. Run record-audit with `event: started` before\.$/
    )

    await record('started', Number(pipeline.run.runId))

    await expect(requireIntent(pipeline, 'staging', RELEASE.digest)).resolves.toBeUndefined()
    await expect(requireIntent(pipeline, 'integration', RELEASE.digest)).rejects.toThrow(UserError)
    await expect(requireIntent(pipeline, 'staging', sha256('other'))).rejects.toThrow(UserError)
  })
})
