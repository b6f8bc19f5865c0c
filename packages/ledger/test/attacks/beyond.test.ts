import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { parseDigest } from '@sluice/core'
import { encodeHead } from '../../src/head.ts'
import { HEAD_PATH, keyPath, recordPath, signaturePath } from '../../src/paths.ts'
import { OWNER } from '../drafts.ts'
import { recordsOn } from '../forge.ts'
import { deliverAndRepair, type RepairedLedger, said } from '../repaired.ts'
import { type Commit, lineOf } from './honest.ts'
import { Verifiers } from './verdicts.ts'

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

const KEY = keyPath(parseDigest(`sha256:${'ab'.repeat(32)}`))
const DAY = 86_400_000

let ledger: RepairedLedger
let line: Commit[]
/** The number of the newest record. */
let last: number

beforeEach(async () => {
  ledger = await deliverAndRepair()
  const records = recordsOn(ledger.store)
  last = records.length
  line = [...lineOf(ledger.store.files, records)]
})

/** Does something to the ledger, in a commit of its own. */
async function then(change: () => unknown, time = ledger.clock.now()): Promise<void> {
  await change()
  line.push({ files: new Map(ledger.store.files), time })
}

/** What somebody pushes, dated as they like; undefined removes a file. */
async function push(files: Readonly<Record<string, Uint8Array | string | undefined>>): Promise<void> {
  await then(() => {
    for (const [path, text] of Object.entries(files))
      ledger.store.tamper(path, typeof text === 'string' ? Buffer.from(text) : text)
  }, ledger.clock.now() - DAY)
}

/** What both verifiers find, but for what commits did that were pushed: those are wrong for good. */
async function besides(
  ...pushed: readonly number[]
): Promise<{ readonly found: boolean; readonly else: readonly string[] }> {
  const rules = {
    trust: ledger.trust,
    products: [OWNER.product],
    repository: OWNER.repository,
    tokens: { unvouched: true }
  }
  const [verdicts = { own: [], other: [] }] = await verifiers.judge(line, { rules })
  const { own, other } = verdicts
  const commits = new Set(own.flatMap(it => /: commit ([0-9a-f]{12}): /.exec(it)?.[1] ?? []))
  const isOfPushed = (it: string): boolean => pushed.some(n => it.startsWith(`commit ${n}: `))
  return {
    found: commits.size === pushed.length && other.some(isOfPushed),
    else: [...own.filter(it => !/: commit [0-9a-f]{12}: /.test(it)), ...other.filter(it => !isOfPushed(it))]
  }
}

const NOTHING_ELSE = { found: true, else: [] }

const planted = (sequence: number): Readonly<Record<string, string>> => ({
  [recordPath(sequence)]: '{}',
  [signaturePath(sequence)]: 'x'
})
const counting = (sequence: number): Uint8Array =>
  encodeHead({ ...OWNER, sequence, hash: parseDigest(`sha256:${'ab'.repeat(32)}`) })

describe('what lies beyond the newest record', () => {
  it.each([1, 2, 4])('gives way to the record that comes there: %d further on', async ahead => {
    await push(planted(last + ahead))
    const pushed = line.length - 1

    for (let n = 0; n < 5; n++)
      await then(() => ledger.write(said('failed', { run: { ...said('failed').run, id: `${2000 + n}` } })))

    expect(recordsOn(ledger.store)).toHaveLength(last + 5)
    expect(await besides(pushed)).toEqual(NOTHING_ELSE)
  })

  it.each<[string, () => Readonly<Record<string, Uint8Array | string | undefined>>]>([
    ['the next record', () => planted(last + 1)],
    ['a record far away', () => planted(last + 8)],
    ['one that HEAD.json counts', () => ({ ...planted(last + 2), [HEAD_PATH]: counting(last + 2) })],
    ['a HEAD.json that counts too far', () => ({ [HEAD_PATH]: counting(last + 41) })],
    ['a HEAD.json that counts backwards', () => ({ [HEAD_PATH]: counting(2) })],
    ['a HEAD.json of another hash', () => ({ [HEAD_PATH]: counting(last) })],
    ['a HEAD.json that is none', () => ({ [HEAD_PATH]: 'x' })],
    ['no HEAD.json', () => ({ [HEAD_PATH]: undefined })]
  ])('goes with a repair, whose record is the next: %s', async (_, files) => {
    await push(files())
    const pushed = line.length - 1
    const before = await besides(pushed)

    await then(() => ledger.repair(undefined, { reach: last }))
    await then(() => ledger.write(said('failed')))

    expect(before.else).not.toEqual([])
    expect(
      recordsOn(ledger.store)
        .map(({ event }) => event)
        .slice(last)
    ).toEqual(['repaired', 'failed'])
    expect(await besides(pushed)).toEqual(NOTHING_ELSE)
  })

  it('is a record from the commit on that counts it, and its date is that one’s', async () => {
    await push(planted(last + 2))
    await push({ ...planted(last + 1), [HEAD_PATH]: counting(last + 2) })

    await then(() => ledger.repair(undefined, { reach: last + 2 }))

    const [pushed, counted] = [line.length - 3, line.length - 2]
    expect(recordsOn(ledger.store).at(-1)).toMatchObject({
      event: 'repaired',
      detail: { skipped: [{ sequence: last + 1 }, { sequence: last + 2 }] }
    })
    expect(await besides(pushed, counted)).toEqual(NOTHING_ELSE)
  })

  it('may not go without a repair', async () => {
    await push(planted(last + 3))
    await push(Object.fromEntries(Object.keys(planted(last + 3)).map(path => [path, undefined])))

    await then(() => ledger.write(said('failed')))

    expect(await besides(line.length - 3, line.length - 2)).toEqual(NOTHING_ELSE)
  })
})

describe('a record that was counted', () => {
  it('is missed when it goes, whatever HEAD.json says then, also in the commit of a repair', async () => {
    await push({
      ...Object.fromEntries(Object.keys(planted(last)).map(path => [path, undefined])),
      [HEAD_PATH]: counting(last - 1)
    })

    const { own, other } = (
      await verifiers.judge(line, { rules: { trust: ledger.trust, tokens: { unvouched: true } } })
    )[0] ?? {
      own: [],
      other: []
    }

    expect(own.join('\n')).toMatch(new RegExp(`${recordPath(last)}: commit [0-9a-f]{12}: it was removed`))
    expect(other.join('\n')).toContain(`${recordPath(last)} was changed or removed`)
    await expect(ledger.repair(undefined, { reach: last })).rejects.toThrow(
      `Record ${last} is missing on the ledger, though the history of the branch counts it: someone removed it.`
    )
  })
})

describe('a key of no record', () => {
  it('is told of when it comes and goes, by both', async () => {
    await push({ [KEY]: 'x' })
    await push({ [KEY]: undefined })

    expect(await besides(line.length - 2, line.length - 1)).toEqual(NOTHING_ELSE)
  })
})
