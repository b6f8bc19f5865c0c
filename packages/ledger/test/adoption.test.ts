import { describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft, type Statement, sha256 } from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { ASKED, append, draft, localSigner, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const UNIT = { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('sources') }
const DETAIL = { reason: 'the ledger was lost', checked: 'ann rebuilt it: the same digest' }
const PROTECTION = { ...ASKED, environment: 'production' }

function answer(
  login: string,
  state: 'approved' | 'rejected' = 'approved'
): NonNullable<Statement['approvals']>[number] {
  const userId = login === 'author' ? '7' : '8'
  return { userId, login, state, comment: '', seenAt: '2026-01-01T00:00:00Z', reviewer: 'named' }
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

async function problemsWith(it: RecordDraft): Promise<readonly string[]> {
  const store = new MemoryStore()
  await append({ store, clock: new ManualClock(), drafts: [it], log: { info: () => undefined } })
  const { problems } = await verifyLedger({ files: store.files, trust: [], advisory: true })
  return problems.map(({ problem }) => problem)
}

describe('verifyLedger accepts an adoption', () => {
  it('with its unit, a reason, how it was checked, and the word of a reviewer who did not ask for it', async () => {
    expect(await problemsWith(adopted())).toEqual([])
  })

  it('without an approval where nobody is asked', async () => {
    expect(await problemsWith(adopted({ approvals: [], protection: { ...PROTECTION, reviewers: [] } }))).toEqual([])
  })
})

describe('verifyLedger refuses an adoption', () => {
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
