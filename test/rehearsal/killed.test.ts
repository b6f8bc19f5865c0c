import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { directoryOfRun, type World } from '@sluice-lab/rehearsal'
import { callOf, landingOf, type Moment, processesOf, programOf, pushOf } from './interruption.ts'
import { approve, type Rehearsed, type Run, startRehearsed } from './rehearsed.ts'
import type { State } from './state.ts'
import { countsOf, deliverKilled, digestsOf, ENVIRONMENTS, greetLouder, type Story, testWhatIsLeft } from './story.ts'

/** A run that was ended as a whole, and what it left running. */
interface Aborted {
  readonly run: Run
  readonly left: readonly number[]
}

let rehearsed: Rehearsed
let world: World
let opening: Story
let louder: Story
let aborted: readonly Aborted[]
let afterAborts: Story

/** The scenarios share one world and follow on each other: each begins with what the one before left. */
beforeAll(async () => {
  // Sixteen runs within minutes: more than GitHub would let one repository have in an hour.
  rehearsed = await startRehearsed({ hourlyLimit: 10_000 })
  world = rehearsed.world

  // One process plans, announces, applies and records: the moment says which part of it is struck.
  const integration = { GITHUB_JOB: 'deploy', INPUT_MODE: 'deploy', INPUT_ENVIRONMENT: 'integration' }
  opening = await deliverKilled(rehearsed, await world.product.commit('Open the shop'), [
    {
      step: { GITHUB_JOB: 'build', INPUT_UNIT: 'worker', INPUT_MODE: undefined, INPUT_EVENT: undefined },
      at: pushOf(/^\/v2\/storefront\/worker\/manifests\//)
    },
    { step: integration, at: callOf('CreateChangeSet') },
    { step: integration, at: landingOf('started', 'integration') },
    { step: integration, at: callOf('ExecuteChangeSet') },
    {
      step: integration,
      at: pushOf(/^\/v2\/storefront\/api\/manifests\/env-integration$/)
    },
    { step: integration, at: landingOf('deployed', 'integration') }
  ])

  const staging = { INPUT_ENVIRONMENT: 'staging' }
  await appendFile(join(world.product.work, 'site/index.html'), '<!-- louder -->\n')
  louder = await deliverKilled(rehearsed, await greetLouder(world), [
    { step: { GITHUB_JOB: 'plan', INPUT_MODE: 'plan', ...staging }, at: callOf('CreateChangeSet') },
    { step: { INPUT_MODE: 'deploy', ...staging }, at: callOf('ExecuteChangeSet') },
    { step: { INPUT_MODE: 'deploy', ...staging }, at: callOf('PutObject') },
    { step: { INPUT_MODE: 'deploy', ...staging }, at: pushOf(/^\/v2\/storefront\/worker\/manifests\/env-staging$/) }
  ])

  const commit = await greetLouder(world)
  aborted = [
    await deliverAborted(commit, run => programOf(run, 'type=oci')),
    await deliverAborted(commit, () => callOf('ExecuteChangeSet')),
    await deliverAborted(commit, () => whileGateWaits)
  ]
  afterAborts = await deliverKilled(rehearsed, commit, [])
}, 1_200_000)

afterAll(async () => rehearsed.stop(), 60_000)

describe('a run whose steps are killed one after another, and that is run again each time', () => {
  it('was struck in every step: push, plan, intent, apply, tags, record; and while files were published', () => {
    expect(opening.attempts.map(({ killed }) => killed)).toEqual([1, 1, 1, 1, 1, 1, 0])
    expect(louder.attempts.map(({ killed }) => killed)).toEqual([1, 1, 1, 1, 0])
    for (const { exitCode, killed } of [...opening.attempts, ...louder.attempts]) {
      expect([killed, exitCode]).toEqual(killed === 0 ? [0, 0] : [1, 1])
    }
  })

  it('builds again only what nobody can prove, and to the same digest', () => {
    const [first, second, ...rest] = opening.attempts.map(({ builds }) => builds.filter(isBuild))
    expect(first?.length).toBe(2)
    expect(second?.length).toBeLessThanOrEqual(1)
    expect(rest.flat()).toEqual([])
    const digests = opening.after.records.flatMap(({ event, unit }) =>
      event === 'built' && unit?.name === 'worker' ? [unit.digest] : []
    )
    expect(new Set(digests).size).toBe(1)
    expect(opening.after.tags['worker']?.length).toBe(1)
  })

  it('is deployed and accepted once in each environment, and has failed as often as it was killed in a job that act lets be recorded', () => {
    expect(countsOf(opening)).toEqual({
      integration: { deployed: 1, accepted: 1, failed: 5 },
      staging: { deployed: 1, accepted: 1, failed: 0 },
      production: { deployed: 1, accepted: 1, failed: 0 }
    })
    // Of four. Of the job that plans, which is in a workflow of its own, act does not go on to the job that records: where a workflow is called by
    // one that is called itself, a failure ends the run (nektos/act 0.2.89, reusable_workflow.go). What is recorded of a failed plan is
    // tested where no act is needed (record-audit, outcome-record.test.ts).
    expect(countsOf(louder)).toEqual({
      integration: { deployed: 1, accepted: 1, failed: 0 },
      staging: { deployed: 1, accepted: 1, failed: 3 },
      production: { deployed: 1, accepted: 1, failed: 0 }
    })
  })

  it('announces before anything is touched, in every attempt', () => {
    const deployments = [...opening.attempts, ...louder.attempts].flatMap(({ records }) =>
      records.flatMap(({ event, environment }, n) =>
        event === 'deployed' ? [records.slice(0, n).findLast(it => it.environment === environment)?.event] : []
      )
    )

    expect(deployments).toEqual(Array.from({ length: 6 }, () => 'started'))
  })

  it('asks again at the gate for every plan that came to it', () => {
    expect(louder.attempts.map(({ gates }) => gates)).toEqual([
      [],
      ['staging'],
      ['staging'],
      ['staging'],
      ['staging', 'production']
    ])
  })

  it('leaves the tags as if nothing had happened', () => {
    const before = digestsOf(opening.after)
    for (const environment of ENVIRONMENTS) {
      expect(opening.after.previous[environment]).toEqual({ api: undefined, worker: undefined })
      expect(louder.after.previous[environment]?.['worker']).toBe(before[`${environment} worker`])
    }
  })
})

describe('a run that is ended as a whole: while it builds, while it deploys, while a gate waits', () => {
  it('leaves no process', () => {
    expect(aborted.map(({ run }) => run.exitCode === 0)).toEqual([false, false, false])
    expect(aborted.map(({ left }) => left)).toEqual([[], [], []])
  })

  it('is followed by a run of the same commit that ends well', () => {
    expect(afterAborts.attempts.map(({ exitCode }) => exitCode)).toEqual([0])
    expect(countsOf(afterAborts)).toEqual({
      integration: { deployed: 1, accepted: 1, failed: 1 },
      staging: { deployed: 1, accepted: 1, failed: 0 },
      production: { deployed: 1, accepted: 1, failed: 0 }
    })
  })

  it('is told of by the next one, which finds it dead', () => {
    const found = afterAborts.after.records.flatMap(({ event, environment, detail }) =>
      detail !== undefined && 'ended' in detail ? [[event, environment]] : []
    )

    expect(found).toEqual([
      ['failed', 'integration'],
      ['cancelled', 'staging']
    ])
  })
})

describe('after each of these', () => {
  const states = (): readonly (readonly [string, State])[] => [
    ['killed without a gate', opening.after],
    ['killed behind a gate', louder.after],
    ['ended as a whole', afterAborts.after]
  ]

  testWhatIsLeft(states, () => world)
})

/** Delivers a commit, and ends the run at a moment as Ctrl-C does. */
async function deliverAborted(
  commit: string,
  moment: (run: { readonly runId: number; readonly attempt: number }) => Moment
): Promise<Aborted> {
  const number = { runId: rehearsed.newRunId(), attempt: 1 }
  const controller = new AbortController()
  let ended = (): void => undefined
  const end = new Promise<void>(resolve => {
    ended = resolve
  })
  // Whoever waits for an answer gets none any more.
  const off = moment(number)(rehearsed, async () => {
    controller.abort()
    await end
  })
  const run = await rehearsed.deliver(commit, approve, { ...number, signal: controller.signal })
  ended()
  off()
  return { run, left: await processesOf(directoryOfRun(world, number.runId, number.attempt)) }
}

/** The moment in which a gate waits. A run ends only when its gates are open, so here nothing is held back. */
const whileGateWaits: Moment = ({ world: { github } }, strike) =>
  github.on('waiting', () => {
    void strike()
  })

function isBuild(call: string): boolean {
  return call.includes('type=oci')
}
