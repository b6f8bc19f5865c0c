import { describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft, type Statement, sha256 } from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { ASKED, answerOf, append, draft, localSigner, ofRun, trustIn } from './drafts.ts'
import { forge, recordsOn } from './forge.ts'
import { MemoryStore } from './memory-store.ts'

const UNIT = { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('sources') }
const DETAIL = { reason: 'the ledger was lost', checked: 'ann rebuilt it: the same digest' }
const PROTECTION = { ...ASKED, environment: 'production' }

function answer(
  login: string,
  state: 'approved' | 'rejected' = 'approved'
): NonNullable<Statement['approvals']>[number] {
  return answerOf(login === 'author' ? '7' : '8', login, state)
}

function adopted(members: Partial<Statement> = {}): RecordDraft {
  return draft('adopted', {
    unit: UNIT,
    detail: DETAIL,
    protection: PROTECTION,
    approvals: [answer('approver')],
    ...members
  })
}

async function appended(store: MemoryStore, it: RecordDraft): Promise<void> {
  await append({ store, clock: new ManualClock(), drafts: [it], log: { info: () => undefined } })
}

async function problemsOn(files: ReadonlyMap<string, Uint8Array>): Promise<readonly string[]> {
  const { problems } = await verifyLedger({ files, trust: [], advisory: true })
  return problems.map(({ problem }) => problem)
}

async function problemsWith(it: RecordDraft): Promise<readonly string[]> {
  const store = new MemoryStore()
  await appended(store, it)
  return problemsOn(store.files)
}

/** What another job of the run adopts, at the next attempt. */
function alsoAdopted(unit: Partial<typeof UNIT>): RecordDraft {
  const it = adopted({ unit: { ...UNIT, ...unit } as NonNullable<RecordDraft['unit']> })
  return { ...it, run: { ...it.run, job: 'adopt-more', attempt: 2 } }
}

const OTHERS = [
  ['another digest of the unit', { digest: sha256('another image') }],
  ['another unit', { name: 'site' }]
] as const

describe('verifyLedger accepts an adoption', () => {
  it('with its unit, a reason, how it was checked, and the word of a reviewer who did not ask for it', async () => {
    expect(await problemsWith(adopted())).toEqual([])
  })

  it('without an approval where nobody is asked', async () => {
    expect(await problemsWith(adopted({ approvals: [], protection: { ...PROTECTION, reviewers: [] } }))).toEqual([])
  })
})

describe('A run that has adopted a digest', () => {
  it.each(OTHERS)(
    'cannot append that it adopts %s, also if it looked before: the approval was for the first',
    async (_, unit) => {
      const store = new MemoryStore()
      await appended(store, adopted())

      await expect(appended(store, alsoAdopted(unit))).rejects.toThrow(
        `This run has adopted api ${UNIT.digest} already (record 1), and its approval was for that. Adopt each digest in a run of its own.`
      )
      expect(recordsOn(store)).toHaveLength(1)
    }
  )

  it('may adopt it again, by another job and at another commit', async () => {
    const store = new MemoryStore()
    await appended(store, adopted())
    await appended(store, alsoAdopted({ fingerprint: sha256('sources of another commit') }))
    await appended(store, ofRun('1002', alsoAdopted({ name: 'site' })))

    expect(recordsOn(store)).toHaveLength(3)
    expect(await problemsOn(store.files)).toEqual([])
  })
})

describe('verifyLedger refuses an adoption', () => {
  it.each(OTHERS)('of %s than the run has adopted, as a version wrote it that did not look', async (_, unit) => {
    const store = new MemoryStore()
    for (const [n, it] of [adopted(), alsoAdopted(unit), alsoAdopted({})].entries())
      await appended(store, ofRun(`200${n}`, it))
    const runs = recordsOn(store).map(record => ({
      ...record,
      run: { ...record.run, id: '2000', attempt: record.sequence }
    }))
    await forge(store, runs)
    const { name, digest } = { ...UNIT, ...unit }

    expect(await problemsOn(store.files)).toEqual([
      `adopted ${digest} of ${name} in a run whose approval was for what record 1 adopted`
    ])
  })

  it.each<[string, Partial<Statement>, string]>([
    ['without a reason', { detail: { ...DETAIL, reason: ' ' } }, `adopted ${UNIT.digest} without a reason`],
    [
      'that does not say how it was checked',
      { detail: { reason: 'so' } },
      `adopted ${UNIT.digest} without saying how it was checked`
    ],
    ['that names no unit', { unit: undefined as never }, 'adopted names no unit'],
    ['that nobody agreed to', { approvals: [] }, `adopted ${UNIT.digest} without an approval`],
    [
      'that only who asked for it agreed to',
      { approvals: [answer('author')] },
      `adopted ${UNIT.digest} with no approval that counts: author, who started this delivery`
    ],
    [
      'that somebody agreed to who was not asked',
      { approvals: [{ ...answer('stranger'), userId: '12' }] },
      `adopted ${UNIT.digest} with no approval that counts: stranger, who was not among the reviewers when the plan was made`
    ],
    [
      'that a reviewer rejected',
      { approvals: [answer('approver'), answer('reviewer', 'rejected')] },
      `adopted ${UNIT.digest} though reviewer rejected it`
    ]
  ])('%s', async (_, members, problem) => {
    const { unit, ...rest } = { ...adopted(), ...members } as RecordDraft
    expect(await problemsWith((unit === undefined ? rest : { ...rest, unit }) as RecordDraft)).toEqual([problem])
  })

  it('of an environment: whoever signs for that does not speak for what is built', async () => {
    await expect(problemsWith(adopted({ environment: 'staging' }))).rejects.toThrow()
  })

  it('that was signed by another key than that of builds', async () => {
    const [builds, production] = [localSigner('builds'), localSigner('production')]
    const store = new MemoryStore()
    const trust = await trustIn(builds, production)
    const log = { info: () => undefined }
    await append({ store, clock: new ManualClock(), drafts: [adopted()], signer: production, log })

    const { problems } = await verifyLedger({ files: store.files, trust })

    expect(problems.map(({ problem }) => problem)).toContainEqual(expect.stringMatching(/does not list for builds/))
  })
})
