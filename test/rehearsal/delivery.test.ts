import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudFormationClient, DescribeStackEventsCommand, ListChangeSetsCommand } from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { accessTo, type Decider, makeReport, type Proof, prove } from '@sluice-lab/rehearsal'
import { approve, type Rehearsed, ROOT, type Run, startRehearsed } from './rehearsed.ts'

const UNITS = ['api', 'worker', 'site', 'report']
const ENVIRONMENTS = ['integration', 'staging', 'production']

let rehearsed: Rehearsed
let first: Run
let firstProof: Proof
/** Requests that the stand-in for GitHub had answered, by `<method> <path>`: before the first delivery, and after it. */
let requests: readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>]
let again: Run
let oneByte: Run
let docs: Run
/** With acceptance checks that are requests alone. */
let requestsOnly: Run
let rejected: Run
let before: Record<string, number>
let after: Record<string, number>
let leftovers: readonly string[]
let lastProof: Proof

beforeAll(async () => {
  rehearsed = await startRehearsed()
  const { world } = rehearsed
  const { product } = world

  const opening = await product.commit('Open the shop')
  const unused = new Map(world.github.requests)
  first = await rehearsed.deliver(opening)
  requests = [unused, new Map(world.github.requests)]
  firstProof = await prove(world)

  await world.forgetBuilds()
  again = await rehearsed.deliver(opening)

  await appendFile(join(product.work, 'services/worker/greeting.txt'), '!')
  oneByte = await rehearsed.deliver(await product.commit('Greet louder'))

  await writeFile(join(product.work, 'NOTES.md'), 'Nothing that runs.\n')
  docs = await rehearsed.deliver(await product.commit('Write notes'))

  const config = join(product.work, 'delivery.yml')
  const written = await readFile(config, 'utf8')
  await writeFile(config, written.replace('  run:\n    - node checks/smoke.mjs\n', ''))
  await appendFile(join(product.work, 'services/worker/greeting.txt'), '!')
  requestsOnly = await rehearsed.deliver(await product.commit('Ask by HTTP alone'))

  await appendFile(join(product.work, 'services/worker/greeting.txt'), '!')
  const louder = await product.commit('Greet louder still')
  before = await eventCounts(rehearsed)
  const rejecting: Decider = async gate =>
    gate.environment === 'staging'
      ? { state: 'rejected', comment: 'too loud' }
      : approve(gate, new AbortController().signal)
  rejected = await rehearsed.deliver(louder, rejecting)
  after = await eventCounts(rehearsed)
  leftovers = await changeSets(rehearsed)
  lastProof = await prove(world)
}, 600_000)

afterAll(async () => rehearsed.stop(), 60_000)

const releasedBy = ({ records }: Run): string | undefined =>
  records.find(({ event }) => event === 'released')?.release?.digest

describe('the first delivery of a commit', () => {
  it('ends well, with an accepted record in every environment', () => {
    expect(first.errors).toEqual([])
    expect(first.exitCode).toBe(0)
    expect(first.records.filter(record => record.event === 'accepted').map(record => record.environment)).toEqual(
      ENVIRONMENTS
    )
  })

  it('asks at approval gates only, and once each', () => {
    expect(first.gates).toEqual(['staging', 'production'])
  })

  it('leaves one digest of each unit in every place that holds one', () => {
    expect(firstProof.mismatches).toEqual([])
    expect(firstProof.rows.map(row => `${row.environment} ${row.unit}`).sort()).toEqual(
      ENVIRONMENTS.flatMap(environment => UNITS.map(unit => `${environment} ${unit}`)).sort()
    )
    for (const unit of UNITS) {
      const digests = firstProof.rows
        .filter(row => row.unit === unit)
        .flatMap(row => [row.ledger, row.release, row.stack, row.registry, row.running])
      expect(new Set(digests).size).toBe(1)
      expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
    }
    expect(new Set(firstProof.rows.map(row => row.stack)).size).toBe(UNITS.length)
  })

  it('records intent before outcome, in every environment', () => {
    for (const environment of ENVIRONMENTS) {
      const events = first.records.filter(record => record.environment === environment).map(record => record.event)
      expect(events).toEqual([...(environment === 'integration' ? [] : ['planned']), 'started', 'deployed', 'accepted'])
    }
  })

  it('builds in a sandbox, and runs every test target before', () => {
    const built = first.records.filter(record => record.event === 'built').filter(({ unit }) => unit?.kind === 'image')
    expect(built.map(record => record.unit?.name).sort()).toEqual(['api', 'worker'])
    expect(built.every(record => record.detail?.['sandbox'] === true)).toBe(true)
    expect(first.records.filter(record => record.event === 'tested').length).toBe(2)
  })
})

describe('the same commit again, in another clone with an empty build cache', () => {
  it('calls no builder', () => {
    expect(again.builds).toEqual([])
    expect(again.records.filter(record => record.event === 'built')).toEqual([])
  })

  it('asks nobody and changes nothing', () => {
    expect(again.exitCode).toBe(0)
    expect(again.gates).toEqual([])
    expect(again.records.map(record => `${record.event} ${record.environment ?? ''}`)).toEqual(
      ENVIRONMENTS.map(name => `unchanged ${name}`)
    )
  })
})

describe('a commit that changes one byte of worker', () => {
  it('builds worker, and nothing else', () => {
    expect(oneByte.records.filter(record => record.event === 'built').map(record => record.unit?.name)).toEqual([
      'worker'
    ])
    expect(oneByte.builds.filter(call => call.includes('type=oci')).length).toBe(1)
  })

  it('reaches production', () => {
    expect(oneByte.exitCode).toBe(0)
    expect(oneByte.records.at(-1)).toMatchObject({ event: 'accepted', environment: 'production' })
  })
})

describe('a commit that changes nothing that runs', () => {
  it('builds nothing, asks nobody, and is unchanged everywhere by the record of its release', () => {
    expect(docs.exitCode).toBe(0)
    expect(docs.builds).toEqual([])
    expect(docs.gates).toEqual([])
    expect(docs.records.map(({ event, detail }) => [event, detail])).toEqual([
      ['released', { unchanged: ENVIRONMENTS.map(environment => ({ environment, release: releasedBy(oneByte) })) }]
    ])
  })

  it('takes two jobs, and no more than eight calls of GitHub', () => {
    expect(docs.calls.jobs).toBe(2)
    expect(docs.calls.github.rest + docs.calls.github.graphql).toBeLessThanOrEqual(8)
  })
})

describe('a release whose acceptance checks are requests alone', () => {
  it('is accepted by the job that records it, with what was asked and answered as evidence', () => {
    expect(requestsOnly.errors).toEqual([])
    const accepted = requestsOnly.records.filter(({ event }) => event === 'accepted')
    expect(accepted.map(({ environment }) => environment)).toEqual(ENVIRONMENTS)
    for (const { detail, evidence } of accepted)
      expect([detail, evidence]).toMatchObject([{ checks: 1 }, [{ type: 'checks' }]])
  })

  it('takes two jobs behind a continuous gate, and three behind one that asks', () => {
    const started = requestsOnly.events.flatMap(event => (event.kind === 'job-started' ? [event.job.id] : []))

    const gated = ['plan', 'deploy', 'record']
    expect(started.slice(3)).toEqual(['deploy', 'record', ...gated, ...gated])
    // Those, resolve, the build of worker, and release.
    expect(requestsOnly.calls.jobs).toBe(11)
  })
})

describe('a release that is rejected for staging', () => {
  it('is deployed to integration, and stops there', () => {
    expect(rejected.exitCode).not.toBe(0)
    expect(rejected.gates).toEqual(['staging'])
    expect(rejected.records.filter(record => record.environment === 'production')).toEqual([])
  })

  it('leaves the stacks of staging and production as they were: not one event more', () => {
    expect(Object.keys(before).length).toBe(8)
    expect(after).toEqual(before)
  })

  it('leaves no change set behind', () => {
    expect(leftovers).toEqual([])
  })

  it('is on record with who rejected it, and why', () => {
    const record = rejected.records.find(it => it.event === 'rejected')
    expect(record).toMatchObject({
      environment: 'staging',
      approvals: expect.arrayContaining([
        expect.objectContaining({ login: 'approver', state: 'rejected', comment: 'too loud' })
      ])
    })
    expect(rejected.records.some(it => it.environment === 'staging' && it.event === 'started')).toBe(false)
  })
})

describe('what a delivery costs', () => {
  it('is in the report: the calls that GitHub answered, by kind, the jobs that ran, and requests to AWS', () => {
    const { calls } = makeReport(rehearsed.world.delivery, first, firstProof, first.calls, {}, first.exitCode)

    const [before, after] = requests
    const count = (matches: (request: string) => boolean): number =>
      [...after].reduce((sum, [name, times]) => (matches(name) ? sum + times - (before.get(name) ?? 0) : sum), 0)
    expect(calls.github).toEqual({
      rest: count(name => name.includes(' /repos/')),
      graphql: count(name => name === 'POST /graphql')
    })
    const jobs = first.events.flatMap(event => (event.kind === 'job-started' ? [event.job.key] : []))
    expect(calls.jobs).toBe(new Set(jobs).size)
    expect(calls.aws).toBeGreaterThan(100)
  })

  it('is, of one unit through three environments, 30 calls of GitHub, and 35 where a job of its own accepts', () => {
    expect(requestsOnly.calls.github.rest + requestsOnly.calls.github.graphql).toBeLessThanOrEqual(30)
    expect(oneByte.calls.github.rest + oneByte.calls.github.graphql).toBeLessThanOrEqual(35)
  })

  it.each([
    ['the first', 'the first, of four units to three environments', () => first],
    ['one unit', 'one unit changed', () => oneByte],
    ['nothing', 'nothing changed that runs', () => docs],
    ['no job that accepts', 'one unit changed, `accept` without `run`', () => requestsOnly]
  ])('is what README.md says: %s', async (_, row, run) => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
    const cells =
      readme
        .split('\n')
        .find(line => line.startsWith(`| ${row} |`))
        ?.split('|') ?? []
    const [rest, graphql, , aws, jobs] = cells.slice(2).map(Number)
    const { github, ...others } = run().calls

    expect(others.jobs).toBe(jobs)
    // Builds race for the ledger, and who loses asks again; AWS is asked until it is done.
    expect(Math.abs(github.rest - (rest ?? 0))).toBeLessThanOrEqual(9)
    expect(Math.abs(github.graphql - (graphql ?? 0))).toBeLessThanOrEqual(9)
    expect(Math.abs(others.aws - (aws ?? 0)) / (aws ?? 1)).toBeLessThan(0.25)
  })
})

describe('after all of this', () => {
  it('the ledger verifies, every record signed', () => {
    expect(lastProof.ledger.problems).toEqual([])
    expect(lastProof.ledger.signed).toBe(lastProof.ledger.records)
  })

  it('every place still agrees', () => {
    expect(lastProof.mismatches).toEqual([])
  })

  it('the stand-in for GitHub answered as GitHub would', () => {
    expect(rehearsed.world.github.defects).toEqual([])
  })
})

/** How many events each stack of staging and production has. */
async function eventCounts({ world }: Rehearsed): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  await forEachStack(world, async (client, stack) => {
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: stack }))
    counts[stack] = StackEvents?.length ?? 0
  })
  return counts
}

async function changeSets({ world }: Rehearsed): Promise<readonly string[]> {
  const found: string[] = []
  await forEachStack(world, async (client, stack) => {
    const { Summaries } = await client.send(new ListChangeSetsCommand({ StackName: stack }))
    // An executed change set stays listed by the emulator; on AWS it is gone.
    found.push(
      ...(Summaries ?? []).flatMap(it =>
        it.ExecutionStatus === 'EXECUTE_COMPLETE' ? [] : [`${stack} ${it.ChangeSetName}`]
      )
    )
  })
  return found
}

async function forEachStack(
  world: Rehearsed['world'],
  visit: (client: CloudFormationClient, stack: string) => Promise<void>
): Promise<void> {
  for (const environment of ['staging', 'production']) {
    const account = world.delivery.environments.find(({ name }) => name === environment)?.account ?? ''
    const client = new CloudFormationClient(accessTo(world.delivery, account, world.aws.url))
    try {
      for (const unit of UNITS) await visit(client, `storefront-${environment}-${unit}`)
    } finally {
      client.destroy()
    }
  }
}
