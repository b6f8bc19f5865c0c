import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { type PolicyFile, UserError } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { requireNewestPolicy } from '../src/newest-policy.ts'
import { DELIVERY } from './hosted.ts'
import { pastOf } from './record.ts'

type Asked = Parameters<typeof requireNewestPolicy>[0]

/** Commits in a line, oldest first; of a commit that is not among them, git knows nothing. */
const COMMITS = ['1', '2', '3'].map(digit => digit.repeat(40))
const [old = '', middle = '', late = ''] = COMMITS
const ELSEWHERE = 'f'.repeat(40)

/** delivery.yml at these commits: each another text. */
const textAt = (commit: string): string => `${DELIVERY}# ${commit}\n`
const policyAt = (commit: string, text = textAt(commit)): PolicyFile => ({
  path: 'delivery.yml',
  commit,
  digest: parseDelivery(text, 'delivery.yml').digest
})

const repository = {
  isAncestor: async (ancestor: string, commit: string): Promise<boolean> => {
    const places = [ancestor, commit].map(it => COMMITS.indexOf(it))
    if (places.includes(-1)) throw new UserError('This clone does not have the commit.')
    return (places[0] ?? 0) <= (places[1] ?? 0)
  }
} as Asked['repository']

/** What a job with a policy does after a record under another one. @returns how often it asked GitHub, where the default branch is at `tip`. */
async function after(recorded: PolicyFile | undefined, own: PolicyFile, tip = own.commit, text = textAt(tip)) {
  let asked = 0
  const oid = createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
  const answer = { defaultBranchRef: { name: 'main', target: { oid: tip, file: { object: { oid, text } } } } }
  const github = {
    graphql: async () => {
      asked += 1
      return { repository: answer }
    }
  } as unknown as Asked['github']
  const history = await pastOf({ event: 'planned', ...(recorded === undefined ? {} : { policy: recorded }) })
  const run = { repository: 'octo-org/shop' } as Asked['run']
  await requireNewestPolicy({ github, history, policyFile: own, repository, run })
  return asked
}

describe('the policy of a job', () => {
  it.each([
    ['of the same commit', policyAt(middle)],
    ['of an earlier one of the branch', policyAt(old)],
    ['of none', undefined]
  ])('is taken without a question after a record under a policy %s', async (_, recorded) => {
    expect(await after(recorded, policyAt(middle))).toBe(0)
  })

  it('may be older than the newest record where the text is the same by now: the job began a while ago', async () => {
    const same = textAt(old)

    expect(await after(policyAt(late, same), policyAt(old), late, same)).toBe(1)
  })

  it('is refused where delivery.yml is another by now', async () => {
    await expect(after(policyAt(late), policyAt(old), late)).rejects.toThrow(
      /^delivery\.yml on main changed while this run waited/
    )
  })

  it.each([
    ['the branch was put back', late],
    ['its commit is nowhere in the clone', ELSEWHERE]
  ])('is refused where %s: an older one may ask for less', async (_, recorded) => {
    await expect(after(policyAt(recorded), policyAt(old))).rejects.toThrow(
      `main went back: record 1 was written under delivery.yml at commit ${recorded}, which main does not hold any more. If it did once, put that branch back, or merge the commit into it: git merge --strategy=ours ${recorded}. If it never did, record 1 is not genuine: \`sluice repair\` says how to leave it out.`
    )
  })

  it('is taken where the branch was put back and says the same', async () => {
    expect(await after(policyAt(late, textAt(old)), policyAt(old))).toBe(1)
  })

  it('is not guessed when git itself fails', async () => {
    const broken = { ...repository, isAncestor: async () => Promise.reject(new TypeError('defect')) }
    const history = await pastOf({ event: 'planned', policy: policyAt(late) })
    const pipeline = { history, policyFile: policyAt(old), repository: broken, run: {}, github: {} } as unknown as Asked

    await expect(requireNewestPolicy(pipeline)).rejects.toThrow('defect')
  })
})
