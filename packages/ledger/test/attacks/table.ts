import { canonicalJson, evidencePath, type LedgerRecord, ManualClock, sha256 } from '@sluice/core'
import { encodeHead } from '../../src/head.ts'
import { HEAD_PATH, NEWEST_TOKEN_PATH, recordPath, STATE_PATH, signaturePath, tokenPath } from '../../src/paths.ts'
import { evidenceOf } from '../../src/record.ts'
import { encodeSignature } from '../../src/signature.ts'
import { ASKED, answerOf, append, draft, OWNER, ofRun, RELEASE } from '../drafts.ts'
import { recordsOn } from '../forge.ts'
import type { Files, Kind, Line } from './honest.ts'
import { rulesOfDelivery, storeOf, voucherAt } from './next-delivery.ts'
import { added, amended, announcement, forced, own } from './rewriting.ts'
import { NOW, type World } from './world.ts'

/** An attack on a ledger: what the attacker makes of its branch. */
export interface Attack {
  readonly name: string
  /** The kinds of ledgers that it can be tried on; absent: all. */
  readonly on?: readonly Kind[]
  readonly make: (world: World) => Promise<Line>
}

const SOMEBODY = { actor: { id: '666', login: 'somebody-else' } }

export const ATTACKS: readonly Attack[] = [
  {
    name: 'An old build record says something else',
    make: async world => forced(world, change(world, find(world, 'built'), SOMEBODY))
  },
  {
    name: 'A record of an environment says something else',
    make: async world => forced(world, change(world, find(world, 'deployed'), SOMEBODY))
  },
  {
    name: 'The approval of the person who started is passed for another’s',
    make: async world => {
      const started = world.records.findLast(({ event }) => event === 'started')
      const approvals = (started?.approvals ?? []).map(it => ({ ...it, userId: '7', login: 'author' }))
      return forced(world, change(world, started?.sequence ?? 0, { approvals }))
    }
  },
  {
    name: 'The records are those of another repository',
    make: async world =>
      forced(
        world,
        world.records.map(record => ({ ...record, run: { ...record.run, repository: '666' } }))
      )
  },
  {
    name: 'A record is dated back by an hour',
    make: async world => forced(world, change(world, world.records.length, { time: '2025-12-31T23:00:00.000Z' }))
  },
  {
    name: 'A new record is dated ahead by an hour',
    make: async world => added(world, [{ ...announcement(world), time: '2026-01-01T01:30:00.000Z' }])
  },
  {
    name: 'A deployment is added that never was, with its plan and its approval',
    make: async world => added(world, own(stagingRecords(world, 'planned', 'started', 'deployed')))
  },
  {
    name: 'An acceptance is added of what was not deployed',
    make: async world => added(world, own(stagingRecords(world, 'accepted')))
  },
  {
    name: 'An acceptance is added behind a withdrawal, of what its run had deployed before',
    make: async world => {
      const [release] = stagingRecords(world, 'deployed').map(it => it.release)
      const withdrawal = { event: 'withdrawn', release, detail: { reason: 'orders fail' } } as Partial<LedgerRecord>
      const records = [
        ...own(stagingRecords(world, 'planned', 'started', 'deployed')),
        ...own(stagingRecords(world, 'deployed').map(withoutPlan), withdrawal),
        ...own(stagingRecords(world, 'accepted'))
      ]
      return added(world, records)
    }
  },
  {
    name: 'A release is said to change nothing, and no acceptance of what is live is named',
    make: async world => {
      const sameAs = world.records.find(({ event }) => event === 'released')?.release?.digest
      const unchanged = { event: 'unchanged', detail: { ...(sameAs && { sameAs }) } } as Partial<LedgerRecord>
      return added(world, own(stagingRecords(world, 'accepted').map(withoutEvidence), unchanged))
    }
  },
  {
    name: 'A run adopts another digest besides the one that its reviewer agreed to',
    make: async world =>
      added(
        world,
        ['agreed to', 'slipped in'].flatMap(text => adoption(world, text))
      )
  },
  {
    name: 'A record is added by a key that was replaced',
    on: ['signed', 'both'],
    make: async world => added(world, [announcement(world)], { signer: world.retired })
  },
  {
    name: 'A record is added whose state leaves out another section',
    make: async world =>
      added(world, [announcement(world)], {
        commitTo: ({ section }) => ({
          section,
          ledger: sha256(canonicalJson({ sections: hidingIntegration(world, section) }))
        })
      }).then(line => withState(line, world))
  },
  {
    name: 'The newest records are dropped by force',
    make: async ({ line }) => line.slice(0, -1)
  },
  {
    name: 'The newest records are dropped by one more commit',
    make: async ({ line }) => [...line, { files: line.at(-2)?.files ?? new Map(), time: line.at(-1)?.time ?? 0 }]
  },
  {
    name: 'The newest records are dropped by force, and honest jobs carry on from there',
    make: carriedOn
  },
  {
    name: 'The branch is deleted and begun anew',
    make: async ({ line }) => line.slice(0, 1)
  },
  {
    name: 'The state is put back to an older one',
    make: async world => amended(world, { [STATE_PATH]: world.line.at(-2)?.files.get(STATE_PATH) })
  },
  {
    name: 'The head lies in one commit and is mended in the next',
    make: async ({ line }) => {
      const [opening, first, second, third] = line
      if (opening === undefined || first === undefined || second === undefined || third === undefined) return []
      const lie = encodeHead({ ...OWNER, sequence: 4, hash: sha256('another record 4') })
      return [opening, first, { ...second, files: new Map(second.files).set(HEAD_PATH, lie) }, third]
    }
  },
  {
    name: 'Evidence is taken away',
    make: async world => {
      const [digest] = world.records.flatMap(evidenceOf)
      return amended(world, digest === undefined ? {} : { [evidencePath(digest)]: undefined })
    }
  },
  {
    name: 'An older record is put in the place of another',
    make: async world => amended(world, { [recordPath(4)]: world.line.at(-1)?.files.get(recordPath(3)) })
  },
  {
    name: 'A signature is taken from another record',
    on: ['signed', 'both'],
    make: async world => amended(world, { [signaturePath(4)]: world.line.at(-1)?.files.get(signaturePath(5)) })
  },
  {
    name: 'A signature is replaced by its twin',
    on: ['signed', 'both'],
    make: async world => amended(world, { [signaturePath(4)]: twinOf(world.line.at(-1)?.files.get(signaturePath(4))) })
  },
  {
    name: 'A token is taken from another record',
    on: ['vouched', 'both'],
    make: async world => amended(world, { [tokenPath(4)]: world.line.at(-1)?.files.get(tokenPath(5)) })
  },
  {
    name: 'The newest token is taken away',
    on: ['vouched', 'both'],
    make: async world =>
      amended(world, { [tokenPath(world.records.length)]: undefined, [NEWEST_TOKEN_PATH]: new Uint8Array() })
  },
  {
    name: 'The issuer’s key lies in another folder, as if it always had',
    on: ['vouched', 'both'],
    make: async ({ line }) => line.map(({ files, time }) => ({ files: renamed(files), time }))
  },
  {
    name: 'A file is added that does not belong there',
    make: async world => amended(world, { 'records/0/10.txt': Buffer.from('hidden') })
  },
  {
    name: 'A repair leaves out a failure',
    make: async world => wipedOut(await withMore(world, 'failed'))
  },
  {
    name: 'A repair leaves out a withdrawal',
    make: async world => wipedOut(await withMore(world, 'withdrawn'))
  },
  {
    name: 'A repair leaves out an acceptance',
    make: wipedOut
  },
  {
    name: 'A repair leaves out an acceptance, and takes the signature away first',
    on: ['signed', 'both'],
    make: async world => takenAway(await wipedOut(world), signaturePath(world.records.length))
  },
  {
    name: 'A repair leaves out an acceptance, and takes the token away first',
    on: ['vouched', 'both'],
    make: async world => takenAway(await wipedOut(world), tokenPath(world.records.length))
  },
  {
    name: 'A repair is recorded that no reviewer agreed to',
    make: async world => added(world, unagreedRepair(world))
  }
]

function find({ records }: World, event: LedgerRecord['event']): number {
  return records.find(record => record.event === event)?.sequence ?? 0
}

function change(world: World, sequence: number, members: Partial<LedgerRecord>): readonly LedgerRecord[] {
  return world.records.map(record =>
    record.sequence === sequence ? ({ ...record, ...members } as LedgerRecord) : record
  )
}

function stagingRecords({ records }: World, ...events: readonly LedgerRecord['event'][]): readonly LedgerRecord[] {
  return records.filter(({ event, environment }) => environment === 'staging' && events.includes(event))
}

function withoutPlan({ plan: _, ...record }: LedgerRecord): LedgerRecord {
  return record as LedgerRecord
}

function withoutEvidence({ evidence: _, ...record }: LedgerRecord): LedgerRecord {
  return record as LedgerRecord
}

/** The sections as they would be if integration had no record. */
function hidingIntegration({ records, line }: World, section: LedgerRecord['state']['section']): object {
  const file = line.at(-1)?.files.get(STATE_PATH) ?? new Uint8Array()
  const { sections } = JSON.parse(Buffer.from(file).toString('utf8')) as { readonly sections: Record<string, object> }
  const { product } = sections
  return { product, 'environments/staging': { sequence: records.length + 1, state: section } }
}

/** Puts the state in place that the newest record commits to. */
function withState(line: Line, world: World): Line {
  const last = line.at(-1)
  const newest = JSON.parse(Buffer.from(last?.files.get('newest.json') ?? '{}').toString('utf8')) as LedgerRecord
  const state = canonicalJson({ sections: hidingIntegration(world, newest.state.section) })
  return [
    ...line.slice(0, -1),
    { files: new Map(last?.files).set(STATE_PATH, Buffer.from(state)), time: last?.time ?? 0 }
  ]
}

/** Honest jobs look at what is there, find it genuine, and add their records. */
async function carriedOn(world: World): Promise<Line> {
  const { line, kind, signers } = world
  const store = await storeOf(line.at(-2)?.files)
  const clock = new ManualClock(Date.parse(NOW))
  await append({
    ...{ store, clock, log: { info: () => undefined }, rules: rulesOfDelivery(world) },
    drafts: [ofRun('2001', draft('planned', { environment: 'staging', release: RELEASE }))],
    ...(kind === 'vouched' ? {} : { signer: signers.environments }),
    ...(kind === 'signed' ? {} : { voucher: voucherAt(clock, '2001') })
  })
  return [...line.slice(0, -1), { files: new Map(store.files), time: Date.parse(NOW) }]
}

/** An honest job adds one record more about staging. */
async function withMore(world: World, event: 'failed' | 'withdrawn'): Promise<World> {
  const { line, kind, signers } = world
  const store = await storeOf(line.at(-1)?.files)
  const clock = new ManualClock(Date.parse(NOW) - 300_000)
  const detail = { reason: 'orders fail' }
  await append({
    ...{ store, clock, log: { info: () => undefined }, rules: rulesOfDelivery(world) },
    drafts: [ofRun('2001', draft(event, { environment: 'staging', release: RELEASE, detail }))],
    ...(kind === 'vouched' ? {} : { signer: signers.environments }),
    ...(kind === 'signed' ? {} : { voucher: voucherAt(clock, '2001') })
  })
  const files = new Map(store.files)
  return { ...world, records: recordsOn(store), line: [...line, { files, time: clock.now() }] }
}

/** Adds a repair that says that the newest record was never valid, with the state that is left without it. */
async function wipedOut(world: World): Promise<Line> {
  const { records, line } = world
  const [good, last] = records.slice(-2)
  if (good === undefined || last === undefined) return []
  const hashOf = ({ sequence }: LedgerRecord) => sha256(line.at(-1)?.files.get(recordPath(sequence)) ?? '')
  const { sequence, previous } = last
  const skipped = [{ sequence, hash: hashOf(last), ...(previous && { previous }), why: 'it was never valid' }]
  const { release: _, evidence: __, ...about } = last
  const detail = { reason: 'of my own', skipped, good: { sequence: good.sequence, hash: hashOf(good) } }
  return added(world, own([about as LedgerRecord], { event: 'repaired', detail } as Partial<LedgerRecord>))
}

/** The same history without a file, as if it had never been there. */
function takenAway(line: Line, path: string): Line {
  return line.map(({ files, time }) => ({ files: new Map([...files].filter(([other]) => other !== path)), time }))
}

/** From the first commit on, so that the history shows nothing that was changed or removed. */
function renamed(files: Files): Files {
  return new Map([...files].map(([path, content]) => [path.replace(/^issuer\//, 'hidden/'), content]))
}

/** A repair that leaves out nothing, as if nobody had been asked who should have been. */
function unagreedRepair({ records, line }: World): readonly LedgerRecord[] {
  const last = records.at(-1)
  if (last === undefined) return []
  const { release: _, ...about } = withoutEvidence(last)
  const hash = sha256(line.at(-1)?.files.get(recordPath(last.sequence)) ?? '')
  const detail = { reason: 'of my own', skipped: [], good: { sequence: last.sequence, hash } }
  return own([about as LedgerRecord], { event: 'repaired', detail, protection: ASKED } as Partial<LedgerRecord>)
}

/** An adoption of what a text stands for, by a job of its own, with the one answer that the run has. */
function adoption(world: World, text: string): readonly LedgerRecord[] {
  const built = world.records.find(({ event }) => event === 'built')
  if (built?.unit === undefined) return []
  const { unit, run } = built
  return own([{ ...withoutEvidence(built), run: { ...run, job: text } }], {
    event: 'adopted',
    unit: { ...unit, digest: sha256(text) },
    detail: { reason: 'the ledger was lost', checked: 'rebuilt' },
    protection: ASKED,
    approvals: [answerOf('8', 'approver')]
  } as Partial<LedgerRecord>)
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The other valid form of a signature, which needs no key. */
function twinOf(file: Uint8Array | undefined): Uint8Array {
  const der = Buffer.from(Buffer.from(file ?? '').toString('utf8'), 'base64')
  const r = der.subarray(2, 4 + der.readUInt8(3))
  const s = BigInt(`0x${der.subarray(2 + r.length + 2).toString('hex')}`)
  const twin = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
  const integer = Buffer.concat([Buffer.from([2, 33, 0]), twin])
  return encodeSignature(Buffer.concat([Buffer.from([0x30, r.length + integer.length]), r, integer]))
}
