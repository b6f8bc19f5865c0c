import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type Beside,
  deliver,
  deliverBeside,
  keysOf,
  type Leaked,
  type Lost,
  leak,
  lose,
  type Moved,
  move,
  type Renamed,
  type Rotated,
  remove,
  rename,
  rotate,
  type Story
} from './key-stories.ts'
import { type Rehearsed, ROOT, startRehearsed } from './rehearsed.ts'
import { Team } from './team.ts'

const FINE = { code: 0, text: expect.stringMatching(/(^|\n)Verified\.\n$/) }

let rehearsed: Rehearsed
let team: Team
let opened: Story
let rotated: Rotated
let leaked: Leaked
let lost: Lost
let moved: Moved
let removed: Story
let renamed: Renamed
let beside: Beside

/** The stories share one world and follow on each other, as the changes of one product do. docs/delivery-yml.md, "Changing keys", tells the same steps. */
beforeAll(async () => {
  rehearsed = await startRehearsed({ product: join(ROOT, 'test/harness/kiosk') })
  team = await Team.of(rehearsed)
  await team.world.product.commit('Open the kiosk')
  opened = await deliver(team)
  rotated = await rotate(team, opened)
  // Early: each delivery that follows has one environment less to go through.
  removed = await remove(team)
  leaked = await leak(team)
  lost = await lose(team)
  moved = await move(team)
  renamed = await rename(team)
  beside = await deliverBeside(rehearsed, team)
}, 900_000)

afterAll(async () => rehearsed.stop(), 60_000)

describe('a key that is replaced', () => {
  it('hands over between two records, and both stay good for what they signed', () => {
    expect(opened.verified).toEqual(FINE)
    expect(rotated.validated).toEqual({ code: 0, text: expect.not.stringContaining('ledger.trust') })
    expect(rotated.run).toMatchObject({ errors: [], exitCode: 0 })
    expect(rotated.verified).toEqual(FINE)
    expect(keysOf('production/intent', rotated.records)).toEqual(rotated.keys)
  })

  it('ends with the last record that it signed', () => {
    const [validated, verified] = rotated.ended
    expect(validated).toEqual({ code: 0, text: expect.not.stringContaining('ledger.trust') })
    expect(verified).toEqual(FINE)
  })
})

describe('an environment that is removed', () => {
  it('is delivered to no more, and its records stay proved', () => {
    expect(removed.validated).toEqual({ code: 0, text: expect.not.stringContaining('ledger.trust') })
    expect(removed.run).toMatchObject({ errors: [], exitCode: 0 })
    expect(removed.run.records.filter(({ environment }) => environment === 'production')).toEqual([])
    expect(removed.verified).toEqual(FINE)
    expect(removed.records.some(({ environment }) => environment === 'production')).toBe(true)
  })
})

describe('a key that leaked', () => {
  it('makes records that pass until it is revoked', () => {
    expect(leaked.unnoticed).toEqual(FINE)
  })

  it('proves nothing that was forged after its last genuine record: verify names it, and no release moves', () => {
    const forged = leaked.revoked.text.match(/records\/\d+\/\d+\.json: it is signed with key/g) ?? []
    expect(leaked.revoked.code).toBe(1)
    expect(forged).toHaveLength(1)
    expect(leaked.stopped.exitCode).not.toBe(0)
    expect(leaked.stopped.errors.join()).toMatch(/Ledger record \d+ cannot be trusted: it is signed with key .* only/)
    expect(leaked.stopped.records).toEqual([])
  })

  it('is warned of by validate, which leaves the revocation to the team', () => {
    expect(leaked.validated).toEqual({
      code: 0,
      text: expect.stringMatching(/ledger\.trust\[\d\]\.until: record \d+: .* count as forged/)
    })
  })

  it('is repaired by a run of the workflow that sluice repair names, for the forged record that it names', () => {
    const { genuine, repair, repaired } = leaked
    expect(repair).toEqual({
      code: 1,
      text: expect.stringMatching(
        new RegExp(
          [
            `\n {2}environments/integration, after record ${genuine}:`,
            ` {4}${genuine + 1}: it is signed with key .*\n`,
            `Of these, 1 record is signed after record ${genuine}, where ledger\\.trust ends key .*`,
            ` {4}${genuine + 1} withdrawn integration r-.*`,
            `If the key did not leak, write until: ${genuine + 1} instead of ${genuine} .*`,
            'Leave it out only if the key leaked .*\n',
            '.* repair\\.yml .*',
            ' {2}environment: integration\n$'
          ].join('\n')
        )
      )
    })
    expect(repaired).toMatchObject({ errors: [], exitCode: 0 })
    expect(repaired.records).toEqual([
      expect.objectContaining({
        ...{ sequence: genuine + 2, event: 'repaired', environment: 'integration' },
        detail: expect.objectContaining({
          reason: 'The key of integration leaked',
          skipped: [expect.objectContaining({ sequence: genuine + 1 })],
          good: expect.objectContaining({ sequence: genuine })
        })
      })
    ])
  })

  it('has left nothing behind then but a record that verify reports as left out, and validate is not about', () => {
    const [validated, verified] = leaked.settled
    expect(verified).toEqual(FINE)
    expect(verified.text).toContain(
      `\nrecord ${leaked.genuine + 1} is not valid, and record ${leaked.genuine + 2} leaves it out: it is signed with key `
    )
    expect(validated).toEqual({ code: 0, text: expect.not.stringContaining('ledger.') })
  })

  it('leaves everything before as good as it was, and the next delivery goes all the way', () => {
    expect(leaked.run).toMatchObject({ errors: [], exitCode: 0 })
    expect(leaked.run.records.map(({ event }) => event)).toEqual(expect.arrayContaining(['deployed', 'accepted']))
    expect(leaked.verified).toEqual(FINE)
    expect(leaked.records.slice(0, removed.records.length)).toEqual(removed.records)
  })
})

describe('a key that is lost', () => {
  it('stops a delivery before anything is built without a record, and says what to do', () => {
    expect(lost.stopped.exitCode).not.toBe(0)
    expect(lost.stopped.records).toEqual([])
    expect(lost.stopped.errors.join()).toMatch(
      /key alias\/sluice-kiosk-ledger\/builds of builds .* is not possible: .*pending deletion.* make another one, list it under ledger\.trust/
    )
  })

  it('takes nothing of what it signed with it: the ledger keeps its public half', () => {
    expect(lost.readable).toEqual(FINE)
  })

  it('is followed by another one', () => {
    expect(lost.run).toMatchObject({ errors: [], exitCode: 0 })
    expect(lost.verified).toEqual(FINE)
    expect(new Set(keysOf('builds', lost.records)).size).toBe(2)
  })
})

describe('an environment that moves to another account', () => {
  it('is deployed there anew, by roles and keys of that account', () => {
    expect(moved.validated.code).toBe(0)
    expect(moved.run).toMatchObject({ errors: [], exitCode: 0 })
    expect(moved.stacks['sandbox']).toEqual(['kiosk-integration-site'])
    expect(moved.run.records.map(({ event, environment }) => `${event} ${environment ?? ''}`)).toEqual(
      expect.arrayContaining(['deployed integration', 'accepted integration'])
    )
  })

  it('keeps its past readable, and leaves the old stack to the team', () => {
    expect(moved.verified).toEqual(FINE)
    expect(moved.stacks['nonprod']).toEqual(['kiosk-integration-site'])
  })
})

describe('a product that is renamed', () => {
  it('goes on writing its ledger, under its new name', () => {
    expect(renamed.validated).toEqual({ code: 0, text: expect.not.stringContaining('ledger.') })
    expect(renamed.run).toMatchObject({ errors: [], exitCode: 0 })
    expect(renamed.verified).toEqual(FINE)
    expect([...new Set(renamed.records.map(({ product }) => product))]).toEqual(['kiosk', 'stand'])
    expect(team.delivery.ledger.branch).toBe('sluice-ledger-kiosk')
  })

  it('gets stacks of its new name, and leaves those of the old one to the team', () => {
    expect(renamed.stacks).toEqual(['kiosk-integration-site', 'stand-integration-site'])
  })
})

describe('two products in one repository', () => {
  it('deliver at the same time, each on a ledger of its own, and both verify', () => {
    for (const run of beside.runs) expect(run).toMatchObject({ errors: [], exitCode: 0 })
    expect(beside.verified).toEqual([FINE, FINE])
    const [stand, stall] = beside.ledgers.map(records => new Set(records.slice(-4).map(({ product }) => product)))
    expect([stand, stall]).toEqual([new Set(['stand']), new Set(['stall'])])
  })

  it('claim no past of each other, whatever one calls its former name', () => {
    const { validated, run, before } = beside.claimed
    expect(validated).toEqual({
      code: 1,
      text: expect.stringMatching(
        /sluice-ledger-kiosk is ruled by delivery\.yml since record 1, and a delivery by stall\.yml is refused/
      )
    })
    expect(run.exitCode).not.toBe(0)
    expect(run.errors.join()).toContain(
      'reads its policy from stall.yml, but this product has been delivered by delivery.yml'
    )
    expect(run.records).toEqual([])
    expect(beside.ledgers[0].slice(0, before.length)).toEqual(before)
  })
})

it('the stand-in for GitHub answered as GitHub would', () => {
  expect(rehearsed.world.github.defects).toEqual([])
})
