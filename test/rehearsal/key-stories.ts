import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import type { LedgerRecord, SignerName } from '@sluice/core'
import { accessTo } from '@sluice-lab/rehearsal'
import type { Rehearsed, Run } from './rehearsed.ts'
import { type Said, Team } from './team.ts'
import { withdrawAsThief } from './thief.ts'

// Each story takes the steps of "Changing keys" in docs/delivery-yml.md, in their order.

/** A change of keys, environments or names, and the delivery after it. */
export interface Story {
  /** What `sluice validate` says of the delivery.yml that was delivered. */
  readonly validated: Said
  readonly run: Run
  /** What `sluice verify` says then. */
  readonly verified: Said
  readonly records: readonly LedgerRecord[]
}

export interface Rotated extends Story {
  /** The old key and the next one. */
  readonly keys: readonly string[]
  /** What is said once the old one has its end. */
  readonly ended: readonly [validated: Said, verified: Said]
}

export interface Leaked extends Story {
  /** What `sluice verify` says of the forged record before the key is revoked, and afterwards. */
  readonly unnoticed: Said
  readonly revoked: Said
  /** The delivery that finds it. */
  readonly stopped: Run
  /** The number of the last record that nobody forged. */
  readonly genuine: number
  /** What `sluice repair` says; the run that repairs; what `sluice validate` and `sluice verify` say then. */
  readonly repair: Said
  readonly repaired: Run
  readonly settled: readonly [validated: Said, verified: Said]
}

export interface Lost extends Story {
  /** The delivery that misses the key. */
  readonly stopped: Run
  /** What `sluice verify` says meanwhile. */
  readonly readable: Said
}

export interface Moved extends Story {
  /** By account. */
  readonly stacks: Readonly<Record<string, readonly string[]>>
}

export interface Renamed extends Story {
  readonly stacks: readonly string[]
}

/** Two products of one repository. */
export interface Beside {
  /** What came of it when one claimed the other's past. */
  readonly claimed: { readonly validated: Said; readonly run: Run; readonly before: readonly LedgerRecord[] }
  readonly runs: readonly [Run, Run]
  readonly verified: readonly [Said, Said]
  readonly ledgers: readonly [readonly LedgerRecord[], readonly LedgerRecord[]]
}

/** Looks at what is committed, delivers it, and verifies the ledger. */
export async function deliver(team: Team): Promise<Story> {
  const validated = await team.validate()
  const run = await team.deliver()
  return { validated, run, verified: await team.audit(), records: await team.records() }
}

/** The next edition of the site. */
async function print(team: Team, edition: string): Promise<void> {
  await team.write('site/index.html', `<p>${edition}</p>\n`)
}

/** The keys that a signer used, in order. */
export function keysOf(signer: SignerName, records: readonly LedgerRecord[]): readonly string[] {
  return [...new Set(records.flatMap(({ key }) => (key?.signer === signer ? [key.fingerprint] : [])))]
}

/** Replaces the key of production's intents while both are good. */
export async function rotate(team: Team, opened: Story): Promise<Rotated> {
  const [old = ''] = keysOf('production/intent', opened.records)
  const key = await team.makeKey('prod')
  await print(team, 'Second edition')
  await team.trust('List the next key', trust => [...trust, { key: key.fingerprint, signs: ['production/intent'] }])
  await team.point('production/intent', key)
  const story = await deliver(team)

  const until = await team.lastRecordOf(old)
  await team.trust('End the old key', trust => trust.map(it => (it.key === old ? { ...it, until } : it)))
  return { ...story, keys: [old, key.fingerprint], ended: [await team.validate(), await team.audit()] }
}

/** Production is given up. */
export async function remove(team: Team): Promise<Story> {
  const ended = await Promise.all(
    team.delivery.ledger.trust.map(async it => {
      const isOpen = it.until === undefined && it.signs.some(signer => signer.startsWith('production/'))
      return isOpen ? { ...it, until: await team.lastRecordOf(it.key) } : it
    })
  )
  await print(team, 'Third edition')
  await team.change('Close production', [['environments', 1], undefined], [['ledger', 'trust'], ended])
  return deliver(team)
}

/** A thief signs with the key of integration; it is revoked, and a repair leaves out what was forged. */
export async function leak(team: Team): Promise<Leaked> {
  const genuine = (await team.records()).at(-1)?.sequence ?? 0
  await withdrawAsThief(team)
  const unnoticed = await team.audit()

  const key = await team.makeKey('nonprod')
  await print(team, 'Fourth edition')
  await team.trust('Revoke the key', trust => [
    ...trust.map(it => (it.signs.includes('integration/outcome') ? { ...it, until: genuine } : it)),
    { key: key.fingerprint, signs: ['integration/plan', 'integration/intent', 'integration/outcome'] }
  ])
  for (const duty of ['plan', 'intent', 'outcome'] as const) await team.point(`integration/${duty}`, key)
  const validated = await team.validate()
  const stopped = await team.deliver()
  const [revoked, repair] = [await team.audit(), await team.audit('repair')]
  const [, environment = ''] = /\n {2}environment: (\S+)\n$/.exec(repair.text) ?? []
  const repaired = await team.repair(environment, 'The key of integration leaked')
  const settled = [await team.validate(), await team.audit()] as const
  return { ...(await deliver(team)), validated, unnoticed, revoked, stopped, genuine, repair, repaired, settled }
}

/** The key of builds is about to be deleted. */
export async function lose(team: Team): Promise<Lost> {
  await team.lose('builds')
  await print(team, 'Fifth edition')
  await team.world.product.commit('Print the fifth edition')
  const stopped = await team.deliver()
  const readable = await team.audit()

  const key = await team.makeKey('ops')
  const [old = ''] = keysOf('builds', await team.records())
  const until = await team.lastRecordOf(old)
  await team.trust('List the next key of builds', trust => [
    ...trust.map(it => (it.signs.includes('builds') ? { ...it, until } : it)),
    { key: key.fingerprint, signs: ['builds'] }
  ])
  await team.point('builds', key)
  return { ...(await deliver(team)), stopped, readable }
}

/** Integration moves to another account, where it has another key. */
export async function move(team: Team): Promise<Moved> {
  const inForce = team.delivery.ledger.trust.find(it => it.signs.includes('integration/plan') && it.until === undefined)
  const until = await team.lastRecordOf(inForce?.key ?? '')
  const key = await team.makeKey('sandbox')
  const { trust } = team.delivery.ledger
  await team.change(
    'Move integration to the sandbox',
    [['environments', 0, 'account'], 'sandbox'],
    [
      ['ledger', 'trust'],
      [
        ...trust.map(it => (it.signs.includes('integration/plan') && it.until === undefined ? { ...it, until } : it)),
        { key: key.fingerprint, signs: ['integration'] }
      ]
    ]
  )
  await team.setUp()
  for (const duty of ['plan', 'intent', 'outcome'] as const) await team.point(`integration/${duty}`, key)
  const story = await deliver(team)
  return { ...story, stacks: { sandbox: await stacksIn(team, 'sandbox'), nonprod: await stacksIn(team, 'nonprod') } }
}

/** The product gets another name. */
export async function rename(team: Team): Promise<Renamed> {
  await print(team, 'Sixth edition')
  await team.change('Call it a stand', [['product'], 'stand'], [['ledger', 'formerly'], ['kiosk']])
  await team.setUp()
  return { ...(await deliver(team)), stacks: await stacksIn(team, 'sandbox') }
}

/** Another product of the same repository: first it says that it was this one, then it is itself. */
export async function deliverBeside(rehearsed: Rehearsed, team: Team): Promise<Beside> {
  const { work } = team.world.product
  const workflow = await readFile(join(work, '.github/workflows/deliver.yml'), 'utf8')
  await team.write('.github/workflows/stall.yml', `${workflow.trimEnd()}\n    with:\n      config: stall.yml\n`)
  await team.write('stall.yml', await readFile(join(work, 'delivery.yml'), 'utf8'))
  const stall = await Team.of(rehearsed, 'stall.yml')
  await stall.change(
    'Open a stall',
    [['product'], 'stall'],
    [
      ['ledger', 'formerly'],
      ['stand', 'kiosk']
    ],
    [['ledger', 'anchors'], undefined]
  )
  const before = await team.records()
  const claimed = { validated: await stall.validate(), run: await stall.deliver('stall.yml'), before }

  const [builds, integration] = [await stall.makeKey('ops'), await stall.makeKey('sandbox')]
  await stall.change(
    'Let the stall be itself',
    [['ledger', 'formerly'], undefined],
    [['ledger', 'key'], 'alias/sluice-stall-ledger'],
    [['ledger', 'anchors'], 'sluice-stall-anchors-511111111111'],
    [
      ['ledger', 'trust'],
      [
        { key: builds.fingerprint, signs: ['builds'] },
        { key: integration.fingerprint, signs: ['integration'] }
      ]
    ]
  )
  await stall.setUp()
  await stall.point('builds', builds)
  for (const duty of ['plan', 'intent', 'outcome'] as const) await stall.point(`integration/${duty}`, integration)
  await print(team, 'Seventh edition')
  await team.world.product.commit('Print the seventh edition')
  const runs = await Promise.all([team.deliver(), stall.deliver('stall.yml')])
  return {
    claimed,
    runs,
    verified: [await team.audit(), await stall.audit()],
    ledgers: [await team.records(), await stall.records()]
  }
}

async function stacksIn(team: Team, account: string): Promise<readonly string[]> {
  const client = new CloudFormationClient(accessTo(team.delivery, account, team.world.aws.url))
  const { StackSummaries = [] } = await client.send(
    new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] })
  )
  client.destroy()
  return StackSummaries.map(({ StackName = '' }) => StackName).toSorted()
}
