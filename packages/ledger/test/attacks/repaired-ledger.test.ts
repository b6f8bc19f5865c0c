import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { canonicalJson, type RecordDraft, sha256 } from '@sluice/core'
import type { TrustRules } from '../../src/index.ts'
import { recordPath, signaturePath } from '../../src/paths.ts'
import { ASKED, answerOf, OWNER, ofRun } from '../drafts.ts'
import { recordsOn } from '../forge.ts'
import { claimed, deliverAndRepair, plant, type RepairedLedger, said, withdrawn } from '../repaired.ts'
import { type Commit, lineOf } from './honest.ts'
import { type Verdicts, Verifiers } from './verdicts.ts'

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

let ledger: RepairedLedger
let line: Commit[]

beforeEach(async () => {
  ledger = await deliverAndRepair()
  line = [...lineOf(ledger.store.files, recordsOn(ledger.store))]
})

/** Does something to the ledger, in a commit of its own. */
async function then(change: () => unknown): Promise<void> {
  const time = ledger.clock.now()
  await change()
  line.push({ files: new Map(ledger.store.files), time })
}

/** What delivery.yml says of it. */
function rules(): TrustRules {
  const { trust } = ledger
  return { trust, products: [OWNER.product], repository: OWNER.repository, tokens: { unvouched: true } }
}

async function judge(): Promise<Verdicts> {
  const [verdicts] = await verifiers.judge(line, { rules: rules() })
  if (verdicts === undefined) throw new Error('Nobody judged.')
  return verdicts
}

const forged = (): Promise<void> => ledger.smuggle(withdrawn())
const repaired =
  (environment: string | undefined = 'staging', more: Parameters<RepairedLedger['repair']>[1] = {}) =>
  (): Promise<void> =>
    ledger.repair(environment, more)
const forgedElsewhere = (): Promise<void> => ledger.smuggle({ ...withdrawn(), environment: 'integration' })
const OTHERS = { ...withdrawn(), product: 'another' }
const claim = (numbers: readonly number[], good: number, more?: object) => (): Promise<void> =>
  ledger.smuggle(claimed(ledger.store, numbers, good, more), ledger.nonprod)

const ofProduct = ({ environment: _, ...record }: RecordDraft): RecordDraft => record as RecordDraft

const nested = (depth: number): Buffer => Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`)

/** A build record that is right but for a number. */
const boundless = (): Buffer => {
  const { files } = ledger.store
  const built = JSON.parse(String(files.get(recordPath(1))))
  const previous = sha256(files.get(recordPath(9)) ?? '')
  const text = canonicalJson({ ...built, sequence: 10, previous, detail: { x: 0 } })
  return Buffer.from(text.replace('"detail":{"x":0}', '"detail":{"x":1e400}'))
}

const about = (): Omit<RecordDraft, 'event' | 'detail'> => {
  const { event: _, detail: __, release: ___, ...rest } = withdrawn()
  return rest
}
const agreed = (approvals: readonly ReturnType<typeof answerOf>[]) => (): Promise<void> =>
  ledger.smuggle({ ...claimed(ledger.store, [10], 9), protection: ASKED, approvals }, ledger.nonprod)

describe('a repair that both verifiers take', () => {
  it.each<[string, readonly (() => unknown)[], readonly (readonly [number, number])[]]>([
    ['leaves out a record that nobody signed who may', [forged, repaired()], [[10, 11]]],
    [
      'leaves out two, and is followed by honest records',
      [forged, forged, repaired(), () => ledger.write(said('failed'))],
      [
        [10, 12],
        [11, 12]
      ]
    ],
    [
      'leaves out a file that is no record',
      [() => plant(ledger.store, Buffer.from('{}')), () => ledger.repair(undefined)],
      [[10, 11]]
    ],
    [
      'leaves out a record with a number that no program can hold',
      [() => plant(ledger.store, boundless()), () => ledger.repair(undefined)],
      [[10, 11]]
    ],
    [
      'leaves out a record that is signed, and breaks a rule',
      [() => ledger.smuggle(said('deployed'), ledger.nonprod), repaired()],
      [[10, 11]]
    ],
    [
      'leaves out a repair that is not valid, and what that was to hide',
      [forged, claim([9, 10], 8), repaired()],
      [
        [10, 12],
        [11, 12]
      ]
    ],
    [
      'leaves out the newest record, whose signature is gone',
      [
        () => ledger.write(withdrawn()),
        () => ledger.store.tamper(signaturePath(10), Buffer.from('AAAA\n')),
        repaired()
      ],
      [[10, 11]]
    ],
    [
      'has the consent of a reviewer who did not start it',
      [
        forged,
        repaired('staging', { about: { ...about(), protection: ASKED, approvals: [answerOf('8', 'approver')] } })
      ],
      [[10, 11]]
    ],
    [
      'leaves out a file that nests as deep as a program may go down',
      [() => plant(ledger.store, nested(700)), () => ledger.repair(undefined)],
      [[10, 11]]
    ],
    [
      'gives a reason that is a separator of files, which not every language sees',
      [forged, repaired('staging', { reason: '\u001c' })],
      [[10, 11]]
    ],
    ['leaves out a record of another product', [() => ledger.smuggle(OTHERS, ledger.nonprod), repaired()], [[10, 11]]],
    [
      'leaves out a record that breaks a rule, though its signature was right when somebody went on from it',
      [
        () => ledger.smuggle(said('deployed'), ledger.nonprod),
        () => ledger.write(said('failed')),
        () => ledger.store.tamper(signaturePath(10), Buffer.from('AAAA\n')),
        repaired()
      ],
      [[10, 12]]
    ],
    [
      'leaves out one of two sections, and is followed by that of the other',
      [forged, forgedElsewhere, repaired(), repaired('integration')],
      [
        [10, 12],
        [11, 13]
      ]
    ],
    [
      'leaves out what was planted in an environment that there is not, with the word of builds',
      [
        () => ledger.smuggle({ ...withdrawn(), environment: 'removed' }),
        () => ledger.smuggle(said('failed'), ledger.nonprod),
        () => ledger.repair(undefined),
        () => ledger.write(said('failed'))
      ],
      [[10, 12]]
    ],
    [
      'leaves out a part, and is followed by the one that leaves out the rest',
      [forged, forged, repaired('staging', { limits: { skipped: 1, bytes: 1e6 } }), repaired()],
      [
        [10, 12],
        [11, 13]
      ]
    ]
  ])('%s', async (_, steps, pairs) => {
    for (const step of steps) await then(step)
    // A file beside a record is changed by force: as if it had never been right.
    line = line.filter(({ files }, n) => n === line.length - 1 || !isTampered(files))

    expect(await judge()).toEqual({ own: [], other: [], leftOut: { own: pairs, other: pairs } })
  })

  function isTampered(files: Commit['files']): boolean {
    const last = line.at(-1)?.files
    return [...files].some(
      ([path, content]) =>
        path.endsWith('.sig') && /^records/.test(path) && Buffer.compare(content, last?.get(path) ?? content) !== 0
    )
  }
})

describe('a repair that both verifiers refuse', () => {
  it.each<[string, readonly (() => unknown)[]]>([
    ['has no reason', [forged, () => claim([10], 9, { reason: ' ' })()]],
    ['has a mark of byte order for a reason', [forged, () => claim([10], 9, { reason: '\ufeff' })()]],
    ['names a record twice', [forged, () => claim([10, 10], 9)()]],
    ['names itself', [forged, () => claim([11], 9)()]],
    ['names another end', [forged, () => claim([10], 8)()]],
    ['hides a valid record behind a forged one', [forged, () => claim([9, 10], 8)()]],
    ['leaves out what is left out already', [forged, repaired(), () => claim([10], 11)()]],
    [
      'is of another section',
      [forged, () => ledger.smuggle({ ...claimed(ledger.store, [10], 5), environment: 'integration' }, ledger.nonprod)]
    ],
    [
      'speaks for an environment with the word of builds',
      [forged, () => ledger.smuggle(ofProduct(claimed(ledger.store, [10], 3)), ledger.ops)]
    ],
    ['leaves out an honest failure', [() => ledger.write(said('failed')), () => claim([10], 9)()]],
    ['leaves out an honest withdrawal', [() => ledger.write(withdrawn()), () => claim([10], 9)()]],
    ['leaves out an honest acceptance', [() => claim([9], 8)()]]
  ])('%s', async (_, steps) => {
    for (const step of steps) await then(step)

    const { own, other, leftOut } = await judge()

    expect([own.length > 0, other.length > 0]).toEqual([true, true])
    expect(leftOut.other).toEqual(leftOut.own)
  })

  it.each<[string, readonly (() => unknown)[], readonly (readonly [number, number])[]]>([
    [
      'leaves out what relied on a record that was left out only later',
      [
        () => ledger.smuggle(ofRun('700', said('deployed')), ledger.nonprod),
        () => ledger.smuggle(ofRun('700', said('accepted')), ledger.nonprod),
        claim([10], 11),
        claim([11], 12)
      ],
      [[10, 12]]
    ],
    [
      'leaves out a valid record whose signature is gone since another section was repaired',
      [
        () => ledger.write(withdrawn()),
        forgedElsewhere,
        repaired('integration'),
        () => ledger.store.tamper(signaturePath(10), undefined),
        claim([10], 9)
      ],
      [[11, 12]]
    ],
    [
      'leaves out a valid record whose signature is gone since what came after it was left out',
      [
        () => ledger.write(withdrawn()),
        forged,
        repaired(),
        () => ledger.store.tamper(signaturePath(10), undefined),
        claim([10], 12)
      ],
      [[11, 12]]
    ],
    ['says that more is to come, and is the last', [forged, claim([10], 9, { more: true })], [[10, 11]]]
  ])('%s', async (_, steps, pairs) => {
    for (const step of steps) await then(step)

    const { own, other, leftOut } = await judge()

    expect([own.length > 0, other.length > 0]).toEqual([true, true])
    expect(leftOut).toEqual({ own: pairs, other: pairs })
  })

  it.each([
    ['nobody', []],
    ['none but who started it', [answerOf('7', 'author')]]
  ])('has the consent of %s, though its gate has reviewers, and leaves out nothing', async (_, approvals) => {
    await then(forged)
    await then(agreed(approvals))

    const { own, other, leftOut } = await judge()

    expect([own.length > 0, other.length > 0, leftOut]).toEqual([true, true, { own: [], other: [] }])
  })

  it('is not signed by who may', async () => {
    await then(forged)
    await then(() => ledger.smuggle(claimed(ledger.store, [10], 9)))

    const { own, other, leftOut } = await judge()

    expect([own.length > 0, other.length > 0, leftOut]).toEqual([true, true, { own: [], other: [] }])
  })
})

it('a record with a number that no program can hold is refused by both', async () => {
  await then(() => plant(ledger.store, boundless()))

  const { own, other } = await judge()

  expect(own.join()).toContain('records/0/10.json')
  expect(other).toContain('records/0/10.json: a number of it is too large')
})

it('a record on an advisory ledger that names a key is refused by both, unless the key is listed', async () => {
  const [ops] = ledger.trust
  const advisory = { ...rules(), advisory: true }
  const trust = ops === undefined ? [] : [ops]

  const [listed, unlisted] = await verifiers.judge(line, { rules: advisory }, { rules: { ...advisory, trust } })

  expect(listed).toMatchObject({ own: [], other: [] })
  expect(unlisted?.own.join()).toContain('does not list')
  expect(unlisted?.other.join()).toContain('not trusted')
})
