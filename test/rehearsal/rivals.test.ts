import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import type { Decider, World } from '@sluice-lab/rehearsal'
import { landingOf, type Moment } from './interruption.ts'
import { approve, type Rehearsed, type Run, startRehearsed } from './rehearsed.ts'
import { readState, type State } from './state.ts'
import { deliverKilled, digestsOf, ENVIRONMENTS, greetLouder, type Story, testWhatIsLeft } from './story.ts'
import { badDayOfGitHub, throttlingAws } from './unreliable.ts'
import { startWay } from './way.ts'

let rehearsed: Rehearsed
let world: World
let overtaken: { readonly older: Run; readonly newer: Run; readonly after: State }
let late: { readonly run: Run; readonly services: readonly string[]; readonly before: State; readonly after: State }
let badDay: { readonly story: Story; readonly github: number; readonly aws: number }

/** The scenarios share one world and follow on each other: each begins with what the one before left. */
beforeAll(async () => {
  rehearsed = await startRehearsed({ hourlyLimit: 10_000 })
  world = rehearsed.world

  const opening = await world.product.commit('Open the shop')
  const older = await cloneAt(opening)
  overtaken = await deliverOvertaken(older, opening)
  late = await deliverLate(older, opening)
  badDay = await deliverOnBadDay(await greetLouder(world))
}, 900_000)

afterAll(async () => rehearsed.stop(), 60_000)

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
    expect(overtaken.older.errors).toEqual([expect.stringContaining('a newer release is deployed there')])
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
    ['overtaken', overtaken.after],
    ['late', late.after],
    ['on a bad day', badDay.story.after]
  ]

  testWhatIsLeft(states, () => world)

  it('what may be adopted under a fingerprint has its record', () => {
    const { records, tags } = badDay.story.after
    const recorded = new Set(records.flatMap(({ event, unit }) => (event === 'built' ? [unit?.fingerprint] : [])))
    const fingerprints = Object.values(tags)
      .flat()
      .map(tag => tag.replace(/^src-/, 'sha256:'))
    // One of api, three of worker.
    expect(fingerprints.length).toBe(4)
    expect(fingerprints.filter(fingerprint => !recorded.has(fingerprint as never))).toEqual([])
  })
})

/**
 * Delivers a commit and, as soon as it deploys, a newer one. At the gate of staging the older one is approved when the newer one is
 * accepted there.
 */
async function deliverOvertaken(older: World, commit: string): Promise<typeof overtaken> {
  const newer = await greetLouder(world)
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

async function deliverLate(older: World, commit: string): Promise<typeof late> {
  const before = await readState(world)
  const calls = world.calls.requests.length
  const run = await rehearsed.deliver(commit, approve, { world: older })
  const services = world.calls.requests.slice(calls).map(({ service }) => service)
  return { run, services, before, after: await readState(world) }
}

async function deliverOnBadDay(commit: string): Promise<typeof badDay> {
  const github = await startWay(world.github.url, badDayOfGitHub())
  const aws = await startWay(world.calls.url, throttlingAws())
  try {
    const story = await deliverKilled(rehearsed, commit, [], {
      world: {
        ...world,
        // Tokens come from their issuer itself: it is known by its address.
        github: { ...world.github, url: github.url },
        calls: { ...world.calls, url: aws.url }
      }
    })
    return { story, github: github.faults, aws: aws.faults }
  } finally {
    await Promise.all([github.stop(), aws.stop()])
  }
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
