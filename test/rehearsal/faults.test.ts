import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerEvent, runCommand } from '@sluice/core'
import { type Decider, directoryOfRun, type World } from '@sluice-lab/rehearsal'
import {
  callOf,
  type Interruption,
  interrupt,
  landingOf,
  type Moment,
  processesOf,
  programOf,
  pushOf,
  requestTo
} from './interruption.ts'
import { approve, type Rehearsed, type Run, startRehearsed } from './rehearsed.ts'
import { readState, type State } from './state.ts'
import { badDayOfGitHub, throttlingAws } from './unreliable.ts'
import { startWay } from './way.ts'

const ENVIRONMENTS = ['integration', 'staging', 'production']

/** One run of a commit, attempt by attempt: all but the last were killed. */
interface Story {
  readonly commit: string
  readonly runId: number
  readonly attempts: readonly (Run & { readonly killed: number })[]
  readonly after: State
}

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
let overtaken: { readonly older: Run; readonly newer: Run; readonly after: State }
let late: { readonly run: Run; readonly services: readonly string[]; readonly before: State; readonly after: State }
let badDay: { readonly story: Story; readonly github: number; readonly aws: number }

/** The scenarios share one world and follow on each other: each begins with what the one before left. */
beforeAll(async () => {
  // Twenty runs within minutes: more than GitHub would let one repository have in an hour.
  rehearsed = await startRehearsed({ hourlyLimit: 10_000 })
  world = rehearsed.world

  const integration = { GITHUB_JOB: 'deploy', INPUT_ENVIRONMENT: 'integration' }
  opening = await deliverKilled(await world.product.commit('Open the shop'), [
    {
      step: { GITHUB_JOB: 'build', INPUT_UNIT: 'worker', INPUT_MODE: undefined, INPUT_EVENT: undefined },
      at: pushOf(/^\/v2\/storefront\/worker\/manifests\//)
    },
    { step: { ...integration, INPUT_MODE: 'plan' }, at: callOf('CreateChangeSet') },
    { step: { ...integration, INPUT_EVENT: 'started' }, at: landingOf('started', 'integration') },
    { step: { ...integration, INPUT_MODE: 'apply' }, at: callOf('ExecuteChangeSet') },
    {
      step: { ...integration, INPUT_MODE: 'promote' },
      at: pushOf(/^\/v2\/storefront\/api\/manifests\/env-integration$/)
    },
    { step: { ...integration, INPUT_EVENT: 'deployed' }, at: landingOf('deployed', 'integration') }
  ])

  const staging = { INPUT_ENVIRONMENT: 'staging' }
  await appendFile(join(world.product.work, 'site/index.html'), '<!-- louder -->\n')
  louder = await deliverKilled(await greetLouder(), [
    { step: { GITHUB_JOB: 'plan', INPUT_MODE: 'plan', ...staging }, at: callOf('CreateChangeSet') },
    { step: { INPUT_MODE: 'apply', ...staging }, at: callOf('ExecuteChangeSet') },
    { step: { INPUT_MODE: 'apply', ...staging }, at: callOf('PutObject') },
    { step: { INPUT_EVENT: 'deployed', ...staging }, at: requestTo('POST /graphql') }
  ])

  const commit = await greetLouder()
  aborted = [
    await deliverAborted(commit, run => programOf(run, 'type=oci')),
    await deliverAborted(commit, () => callOf('ExecuteChangeSet')),
    await deliverAborted(commit, () => whileGateWaits)
  ]
  afterAborts = await deliverKilled(commit, [])

  overtaken = await deliverOvertaken(await greetLouder())
  late = await deliverLate(commit)
  badDay = await deliverOnBadDay(await greetLouder())
}, 1_800_000)

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

  it('is deployed and accepted once in each environment, and has failed as often as it was killed', () => {
    expect(countsOf(opening)).toEqual({
      integration: { deployed: 1, accepted: 1, failed: 5 },
      staging: { deployed: 1, accepted: 1, failed: 0 },
      production: { deployed: 1, accepted: 1, failed: 0 }
    })
    expect(countsOf(louder)).toEqual({
      integration: { deployed: 1, accepted: 1, failed: 0 },
      staging: { deployed: 1, accepted: 1, failed: 4 },
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

describe('two commits that are delivered at once', () => {
  it('end with the newer one everywhere', () => {
    expect(overtaken.newer.errors).toEqual([])
    expect(overtaken.newer.exitCode).toBe(0)
    const commits = ENVIRONMENTS.map(
      name =>
        overtaken.after.records.findLast(({ event, environment }) => event === 'deployed' && environment === name)
          ?.release?.commit
    )
    expect(new Set(commits)).toEqual(new Set([overtaken.newer.records.at(-1)?.release?.commit]))
  })

  it('take turns in an environment: the newer one touches nothing before the older one is done', () => {
    const older = overtaken.older.records.find(
      ({ event, environment }) => event === 'accepted' && environment === 'integration'
    )
    const newer = overtaken.newer.records.find(
      ({ event, environment }) => event === 'started' && environment === 'integration'
    )

    expect(older?.sequence).toBeLessThan(newer?.sequence ?? 0)
  })

  it('keep the older one out where the newer one was first, even with an approval', () => {
    expect(overtaken.older.gates).toEqual(['staging'])
    expect(overtaken.older.errors.join()).toContain('a newer release is deployed there')
    expect(overtaken.older.records.at(-1)).toMatchObject({ event: 'superseded', environment: 'staging' })
    expect(overtaken.older.records.filter(({ environment }) => environment === 'production')).toEqual([])
  })
})

describe('an older commit that is delivered after a newer one', () => {
  it('is refused, and on record as superseded', () => {
    expect(late.run.exitCode).not.toBe(0)
    expect(late.run.errors.join()).toContain('a newer release is deployed there')
    expect(late.run.records.map(({ event, environment }) => `${event} ${environment}`)).toEqual([
      'superseded integration'
    ])
  })

  it('asks AWS for nothing but builds and signatures', () => {
    expect(new Set(late.services)).toEqual(new Set(['sts', 's3', 'kms']))
  })

  it('leaves what is live untouched', () => {
    expect(digestsOf(late.after)).toEqual(digestsOf(late.before))
  })
})

describe('a day on which GitHub and AWS answer badly', () => {
  it('was bad enough', () => {
    expect(badDay.github).toBeGreaterThan(20)
    expect(badDay.aws).toBeGreaterThan(20)
  })

  it('ends like any other', () => {
    const [run] = badDay.story.attempts
    expect(run?.errors).toEqual([])
    expect(run?.exitCode).toBe(0)
    for (const environment of ENVIRONMENTS) {
      const records = run?.records.filter(record => record.environment === environment)
      expect(records?.map(({ event }) => event)).toEqual([
        ...(environment === 'integration' ? [] : ['planned']),
        'started',
        'deployed',
        'accepted'
      ])
    }
  })
})

describe('after each of these', () => {
  const states = (): readonly (readonly [string, State])[] => [
    ['killed without a gate', opening.after],
    ['killed behind a gate', louder.after],
    ['ended as a whole', afterAborts.after],
    ['overtaken', overtaken.after],
    ['late', late.after],
    ['on a bad day', badDay.story.after]
  ]

  it('every place of every unit agrees', () => {
    for (const [what, { proof }] of states()) {
      expect([what, proof.mismatches, proof.rows.length]).toEqual([what, [], 9])
    }
  })

  it('the ledger verifies', () => {
    for (const [what, { proof }] of states()) expect([what, proof.ledger.problems]).toEqual([what, []])
  })

  it('no change set waits', () => {
    for (const [what, { waiting }] of states()) expect([what, waiting]).toEqual([what, []])
  })

  it('what may be adopted under a fingerprint has its record', () => {
    const { records, tags } = badDay.story.after
    const recorded = new Set(records.flatMap(({ event, unit }) => (event === 'built' ? [unit?.fingerprint] : [])))
    const fingerprints = Object.values(tags)
      .flat()
      .map(tag => tag.replace(/^src-/, 'sha256:'))
    expect(fingerprints.length).toBeGreaterThan(5)
    expect(fingerprints.filter(fingerprint => !recorded.has(fingerprint as never))).toEqual([])
  })

  it('the stand-in for GitHub answered as GitHub would', () => {
    expect(world.github.defects).toEqual([])
  })
})

/** Delivers a commit; each interruption kills one attempt of the run, then an undisturbed one follows. */
async function deliverKilled(
  commit: string,
  interruptions: readonly Interruption[],
  variation: { readonly world?: World } = {}
): Promise<Story> {
  const runId = rehearsed.newRunId()
  const attempts: (Run & { readonly killed: number })[] = []
  for (const interruption of [...interruptions, undefined]) {
    const attempt = attempts.length + 1
    const trap = interruption === undefined ? undefined : interrupt(rehearsed, { runId, attempt }, interruption)
    const run = await rehearsed.deliver(commit, approve, { runId, attempt, ...variation })
    trap?.off()
    attempts.push({ ...run, killed: trap?.killed() ?? 0 })
  }
  return { commit, runId, attempts, after: await readState(world) }
}

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

/**
 * Delivers a commit and, as soon as it deploys, a newer one. At the gate of staging the older one is approved when the newer one is
 * accepted there.
 */
async function deliverOvertaken(commit: string): Promise<typeof overtaken> {
  const older = await cloneAt(commit)
  const newer = await greetLouder()
  const deploying = momentOf(landingOf('started', 'integration'))
  let accepted = Promise.resolve()
  const decide: Decider = async (gate, signal) => {
    await accepted
    return approve(gate, signal)
  }
  const first = rehearsed.deliver(commit, decide, { world: older })
  await Promise.race([deploying, first])
  accepted = momentOf(landingOf('accepted', 'staging'))
  const [olderRun, newerRun] = await Promise.all([first, rehearsed.deliver(newer)])
  return { older: olderRun, newer: newerRun, after: await readState(world) }
}

async function deliverLate(commit: string): Promise<typeof late> {
  const before = await readState(world)
  const calls = world.calls.requests.length
  const run = await rehearsed.deliver(commit, approve, { world: await cloneAt(commit) })
  const services = world.calls.requests.slice(calls).map(({ service }) => service)
  return { run, services, before, after: await readState(world) }
}

async function deliverOnBadDay(commit: string): Promise<typeof badDay> {
  const github = await startWay(world.github.url, badDayOfGitHub())
  const aws = await startWay(world.calls.url, throttlingAws())
  try {
    const idTokenUrl = world.github.idTokenUrl.replace(world.github.url, github.url)
    const story = await deliverKilled(commit, [], {
      world: {
        ...world,
        github: { ...world.github, url: github.url, idTokenUrl },
        calls: { ...world.calls, url: aws.url }
      }
    })
    return { story, github: github.faults, aws: aws.faults }
  } finally {
    await Promise.all([github.stop(), aws.stop()])
  }
}

/** The next commit: one byte of worker more. */
async function greetLouder(): Promise<string> {
  await appendFile(join(world.product.work, 'services/worker/greeting.txt'), '!')
  return world.product.commit('Greet louder')
}

/** The world with a clone of the product in which a commit is the newest. */
async function cloneAt(commit: string): Promise<World> {
  const { product, directory } = world
  const work = join(directory, `work-${commit.slice(0, 12)}`)
  const git = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await runCommand('git', args)
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
  await git('init', '--quiet', '--initial-branch=main', work)
  await git('-C', work, 'fetch', '--quiet', product.bare, commit)
  await git('-C', work, 'reset', '--quiet', '--hard', commit)
  await git('-C', work, 'remote', 'add', 'origin', `https://github.com/${product.repository}.git`)
  return { ...world, product: { ...product, work } }
}

async function momentOf(moment: Moment): Promise<void> {
  let off = (): void => undefined
  await new Promise<void>(resolve => {
    off = moment(rehearsed, async () => resolve())
  })
  off()
}

/** How often each environment was told of the commit's release. */
function countsOf({ commit, after }: Story): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const count = (environment: string, event: LedgerEvent): number =>
    after.records.filter(it => it.release?.commit === commit && it.environment === environment && it.event === event)
      .length
  return Object.fromEntries(
    ENVIRONMENTS.map(name => [
      name,
      { deployed: count(name, 'deployed'), accepted: count(name, 'accepted'), failed: count(name, 'failed') }
    ])
  )
}

function digestsOf({ proof }: State): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(proof.rows.map(row => [`${row.environment} ${row.unit}`, row.running]))
}

function isBuild(call: string): boolean {
  return call.includes('type=oci')
}
