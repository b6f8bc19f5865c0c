import { beforeEach, describe, expect, it } from '@jest/globals'
import { evidencePath, type RecordDraft, sha256 } from '@sluice/core'
import { openSnapshot } from '../src/index.ts'
import { findInvalid } from '../src/invalid-records.ts'
import { recordPath, signaturePath } from '../src/paths.ts'
import { ASKED, answerOf, RELEASE } from './drafts.ts'
import { recordsOn } from './forge.ts'
import { MemoryAnchors } from './memory-anchors.ts'
import { claimed as claimedOn, deliverAndRepair, type RepairedLedger, STAGING, said, withdrawn } from './repaired.ts'

let ledger: RepairedLedger

beforeEach(async () => {
  ledger = await deliverAndRepair()
})

const hashOf = (sequence: number) => sha256(ledger.store.files.get(recordPath(sequence)) ?? '')

const claimed = (numbers: readonly number[], good: number, more?: object): RecordDraft =>
  claimedOn(ledger.store, numbers, good, more)

/** What is wrong with the ledger once such a record is on it, and what it leaves out. */
async function after(record: RecordDraft): Promise<readonly string[]> {
  await ledger.smuggle(record, ledger.nonprod)
  const { problems, skipped } = await ledger.verify()
  expect(skipped).toEqual([])
  return problems.map(({ sequence, problem }) => `${sequence}: ${problem}`)
}

describe('a repair wipes out no', () => {
  it.each([
    ['failure', () => said('failed')],
    ['withdrawal', withdrawn],
    ['acceptance', undefined],
    ['deployment', undefined]
  ])('valid %s, whoever signs it', async (_, draft) => {
    if (draft !== undefined) await ledger.write(draft())
    const number = draft === undefined ? (_ === 'deployment' ? 8 : 9) : 10
    const good = number === 8 ? 9 : number - 1

    expect(await after(claimed([number], good))).toEqual([
      expect.stringContaining(`it leaves out record ${number}, which nothing shows not to be valid`)
    ])
  })

  it('valid record whose signature somebody who pushes has taken away, once anything was built on it', async () => {
    await ledger.write(withdrawn())
    await ledger.write(said('failed', { environment: 'integration' }))
    ledger.store.tamper(signaturePath(10), undefined)

    expect(findInvalid(openSnapshot(ledger.store.files), { trust: ledger.trust })).toMatchObject([
      { section: 'environments/staging', skipped: [], changed: [10] }
    ])
    await expect(ledger.repair('staging')).rejects.toThrow(/^What lies beside record 10, .* is not right, but was when/)
  })

  it('record that is anchored, though its signature was taken away and nothing was built on it', async () => {
    const anchors = new MemoryAnchors()
    await ledger.write(withdrawn())
    await anchors.put('environments/staging', { sequence: 10, hash: hashOf(10) })
    ledger.store.tamper(signaturePath(10), Buffer.from('AAAA\n'))

    await expect(ledger.repair('staging', { anchors })).rejects.toThrow(
      'The signature or token of record 10 is not right, but Sluice anchored record 10 of environments/staging, so it was'
    )
  })

  it('release whose document was taken away', async () => {
    ledger.store.tamper(evidencePath(RELEASE.digest), undefined)
    expect(await ledger.problems()).not.toEqual([])

    await expect(ledger.repair(undefined)).rejects.toThrow('There is nothing to repair')
  })

  it('acceptance by forging what speaks against it after it', async () => {
    await ledger.smuggle(said('bypassed', { run: recordsOn(ledger.store).at(-1)?.run } as Partial<RecordDraft>))

    await ledger.repair('staging')

    expect((await ledger.verify()).skipped.map(({ sequence }) => sequence)).toEqual([10])
  })
})

describe('a repair is itself not valid', () => {
  beforeEach(async () => ledger.smuggle(withdrawn()))

  it.each<[string, () => RecordDraft, string]>([
    ['without a reason', () => claimed([10], 9, { reason: ' ' }), 'repaired without a reason'],
    [
      'that no reviewer agreed to, where the gate has some',
      () => ({ ...claimed([10], 9), protection: ASKED }),
      'repaired environments/staging without an approval'
    ],
    [
      'that only who started it agreed to',
      () => ({ ...claimed([10], 9), protection: ASKED, approvals: [answerOf('7', 'author')] }),
      'repaired environments/staging with no approval that counts: author, who started this delivery'
    ],
    [
      'of a record of another hash',
      () => claimed([10], 9, { skipped: [{ sequence: 10, hash: sha256('x'), previous: hashOf(9), why: '' }] }),
      'it leaves out record 10, but that has the hash'
    ],
    [
      'of a record after another one',
      () => claimed([10], 9, { skipped: [{ sequence: 10, hash: hashOf(10), previous: sha256('x'), why: '' }] }),
      'it leaves out record 10, but record 9 has the hash'
    ],
    [
      'of another section',
      () => ({ ...claimed([10], 5), environment: 'integration' }),
      'it leaves out record 10, which nothing'
    ],
    ['of itself', () => claimed([11], 9), 'it leaves out record 11, but it is no earlier one'],
    ['twice of the same', () => claimed([10, 10], 9), 'it leaves out a record twice'],
    ['that names another end', () => claimed([10], 8), 'it says that the last record which counts is 8, but it is 9'],
    ['that hides a valid one behind a forged one', () => claimed([9, 10], 8), 'it leaves out record 9, which nothing']
  ])('%s', async (_, record, problem) => {
    expect((await after(record())).join('\n')).toContain(`11: ${problem}`)
  })

  it('and can be left out by the next, which leaves out what was forged', async () => {
    await ledger.smuggle(claimed([9, 10], 8), ledger.nonprod)

    await ledger.repair('staging')

    const { problems, skipped } = await ledger.verify()
    expect(problems).toEqual([])
    expect(skipped.map(({ sequence, by }) => [sequence, by])).toEqual([
      [10, 12],
      [11, 12]
    ])
    await ledger.write(said('failed', STAGING))
  })

  it('of a record that another repair has left out', async () => {
    await ledger.repair('staging')

    expect(await afterFirst(claimed([10], 11))).toContain('an earlier one does so already')
  })

  async function afterFirst(record: RecordDraft): Promise<string> {
    await ledger.smuggle(record, ledger.nonprod)
    return (await ledger.problems()).join('\n')
  }
})
