import { describe, expect, it } from '@jest/globals'
import type { LedgerRecord, PolicyFile } from '@sluice/core'
import { PastPolicies, parseDelivery } from '@sluice/delivery'
import { NO_BRANCH } from '@sluice/git'
import { policyOrigins } from '../src/policy-origins.ts'
import { DELIVERY } from './hosted.ts'
import { records } from './record.ts'

/** Commits of Sluice: the one of now, one that was listed before, one that is listed once the job has begun, and one of a fork. */
const [NOW, BEFORE, LATER, IMPOSTOR] = ['a', 'b', 'c', '9'].map(digit => digit.repeat(40)) as [
  string,
  string,
  string,
  string
]

/** Commits of the default branch, oldest first, each with its delivery.yml, the last one pushed after the job began; one of another branch, and one of a
 * pull request that was merged, and had taken it back.
 */
const [OLD, TIP, NEWER, ELSEWHERE, MERGED] = ['1', '2', '3', 'f', 'e'].map(digit => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
  string
]
const TEXTS: Readonly<Record<string, string>> = {
  [OLD]: `${DELIVERY}sluice: { repository: octo-org/sluice, commits: ["${BEFORE}"] }\ndeliverFrom: [stable]\n`,
  [TIP]: `${DELIVERY}sluice: { repository: octo-org/sluice, commits: ["${NOW}"] }\n`,
  [NEWER]: `${DELIVERY}sluice: { repository: octo-org/sluice, commits: ["${LATER}"] }\n`,
  [ELSEWHERE]: `${DELIVERY}sluice: { repository: octo-org/sluice, commits: ["${IMPOSTOR}"] }\ndeliverFrom: [evil]\n`,
  [MERGED]: `${DELIVERY}sluice: { repository: octo-org/sluice, commits: ["${IMPOSTOR}"] }\n# for a moment\n`
}

const policyAt = (commit: string): PolicyFile => ({
  path: 'delivery.yml',
  commit,
  digest: parseDelivery(TEXTS[commit] ?? '', 'delivery.yml').digest
})

/** What the clone of the job holds: nothing that was pushed since. */
function fileAt(expression: string): Buffer | undefined {
  const text = TEXTS[expression.replace(/:delivery\.yml$/, '')]
  return text === undefined || expression.startsWith(NEWER) ? undefined : Buffer.from(text)
}

/** What a job under the policy of now says of a record, and how many files it read for that. */
async function judged(
  named: PolicyFile | undefined,
  { ref, commit }: { readonly ref: string; readonly commit: string },
  { former = '', now = TIP }: { readonly former?: string; readonly now?: string } = {}
): Promise<{ readonly problem: string | undefined; readonly read: number; readonly asked: number }> {
  let [read, asked] = [0, 0]
  const text = (TEXTS[TIP] ?? '').replace('ledger: {', `ledger: {${former}`)
  const origins = policyOrigins({
    policy: parseDelivery(text, 'delivery.yml'),
    policyFile: policyAt(TIP),
    defaultBranch: 'main',
    past: new PastPolicies({
      readBranch: async () => ({
        ...{ ...NO_BRANCH, isWhole: true },
        places: new Map([OLD, TIP].map((it, place) => [it, place])),
        merged: new Set([OLD, MERGED, TIP])
      }),
      readSizes: async expressions => expressions.map(it => fileAt(it)?.length),
      blobs: {
        read: async expressions => {
          read += expressions.length
          return expressions.map(fileAt)
        }
      }
    }),
    readNow: async () => {
      asked += 1
      return { policy: parseDelivery(TEXTS[now] ?? '', 'delivery.yml'), defaultBranch: 'main' }
    }
  })
  const [made] = records({ event: 'failed', ...(named === undefined ? {} : { policy: named }) })
  const sluice = { repository: 'octo-org/sluice', commit }
  const record = { ...made, sequence: 7, run: { ...made?.run, ref, sluice } } as LedgerRecord
  await origins.look([record, record])
  return { problem: origins.problemOf(record, commit), read, asked }
}

const MAIN = 'refs/heads/main'

describe('what a decision goes by', () => {
  it.each([
    ['under the policy of now', policyAt(TIP)],
    ['under an older one that named other refs and commits', policyAt(OLD)],
    ['that names no policy', undefined]
  ])('may come from where the policy in force says, %s: nothing is read for that', async (_, named) => {
    expect(await judged(named, { ref: MAIN, commit: NOW })).toEqual({ problem: undefined, read: 0, asked: 0 })
  })

  it('may come from where the policy said that it names, which is read once: Sluice was upgraded since', async () => {
    expect(await judged(policyAt(OLD), { ref: 'refs/heads/stable', commit: BEFORE })).toEqual({
      problem: undefined,
      read: 1,
      asked: 0
    })
  })

  it('may come from where the policy says by now: others may have begun under it, and written before this job', async () => {
    const from = { ref: MAIN, commit: LATER }

    expect(await judged(policyAt(NEWER), from, { now: NEWER })).toMatchObject({ problem: undefined, asked: 1 })
    expect((await judged(policyAt(NEWER), from)).problem).toContain(`commit ${LATER} of Sluice wrote it`)
  })

  it.each([
    ['an impostor commit, by the policy of now', policyAt(TIP), { ref: MAIN, commit: IMPOSTOR }],
    ['an impostor commit, by an older one', policyAt(OLD), { ref: 'refs/heads/stable', commit: IMPOSTOR }],
    ['an impostor commit that no policy is named for', undefined, { ref: MAIN, commit: IMPOSTOR }],
    ['a policy that the default branch never had', policyAt(ELSEWHERE), { ref: MAIN, commit: IMPOSTOR }],
    [
      'a policy of a commit that was merged, and that the default branch never stood at',
      policyAt(MERGED),
      { ref: MAIN, commit: IMPOSTOR }
    ],
    [
      'a policy of a commit that the clone does not have',
      { ...policyAt(ELSEWHERE), commit: IMPOSTOR },
      { ref: MAIN, commit: IMPOSTOR }
    ],
    [
      'other words than the default branch had there',
      { ...policyAt(OLD), digest: policyAt(TIP).digest },
      { ref: MAIN, commit: BEFORE }
    ],
    ['another path', { ...policyAt(OLD), path: 'mine.yml' }, { ref: MAIN, commit: BEFORE }]
  ])('is no record with %s', async (_, named, from) => {
    expect((await judged(named, from)).problem).toContain(`commit ${from.commit} of Sluice wrote it`)
  })

  it.each([policyAt(TIP), policyAt(OLD), policyAt(ELSEWHERE), undefined])(
    'is no record of a branch that anybody may push, whatever policy it names',
    async named => {
      expect((await judged(named, { ref: 'refs/heads/evil', commit: NOW })).problem).toMatch(
        /^it was written by a run of refs\/heads\/evil, which is none of the delivery refs\. .* ledger\.formerBranches/
      )
    }
  )

  it('may come from the default branch as it was called, up to a record', async () => {
    const ofMaster = { ref: 'refs/heads/master', commit: NOW }
    const until = (last: number): string => ` formerBranches: [{ name: master, until: ${last} }],`

    expect((await judged(policyAt(TIP), ofMaster, { former: until(7) })).problem).toBeUndefined()
    expect((await judged(policyAt(TIP), ofMaster, { former: until(6) })).problem).toContain('none of the delivery refs')
  })
})
