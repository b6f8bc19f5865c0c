import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, type Protection, type RecordOf, sha256 } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { blobsOf } from '@sluice/git'
import { RecordedPolicies, type RecordedPoliciesOptions } from '../src/recorded-policy.ts'
import { draft } from './delivered.ts'
import { FILES, git, repositoryWith, storefront, temporaryFolder, writeFiles } from './storefront.ts'

/** One that the policy lists. */
const COMMIT = 'a'.repeat(40)

const OPEN: Protection = {
  id: 501,
  environment: 'production',
  reviewers: [],
  preventSelfReview: false,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}
const ASKED: Protection = {
  ...OPEN,
  reviewers: [{ type: 'User', id: '8', name: 'approver' }],
  preventSelfReview: true
}

describe('the gate of an intent, by the policy that it names,', () => {
  let root: string
  let clone: string
  let commit: string
  let digest: ReturnType<typeof sha256>
  let clones = 0

  beforeAll(async () => {
    root = await temporaryFolder()
    clone = join(root, 'clone')
    await repositoryOf(clone, storefront())
    commit = await git(clone, 'rev-parse', 'HEAD')
    digest = sha256(storefront())
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  /** A repository that knows its default branch, as a clone does. */
  const repositoryOf = async (directory: string, text: string): Promise<void> => {
    await repositoryWith(directory, { ...FILES, 'delivery.yml': text })
    await git(directory, 'update-ref', 'refs/remotes/origin/main', 'main')
    await git(directory, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
  }

  /** What is said of an intent, and noted of its policy. */
  const judged = async (
    changes: Partial<LedgerRecord>,
    options: Partial<RecordedPoliciesOptions> = {}
  ): Promise<readonly (string | undefined)[]> => {
    const policy = { path: 'delivery.yml', commit, digest }
    const record = {
      ...draft('started', '1001'),
      sequence: 7,
      environment: 'production',
      policy,
      protection: ASKED,
      ...changes
    } as LedgerRecord
    const policies = new RecordedPolicies({ directory: clone, ...options })
    await policies.look([record])
    const fault = record.event === 'started' ? policies.judgeGate(record) : undefined
    return [policies.problemOf(record, COMMIT) ?? fault, ...policies.notes.map(({ note }) => note)]
  }

  /** The same, by a text that was once on the default branch. */
  const judgedBy = async (
    text: string,
    options: Partial<RecordedPoliciesOptions> = {}
  ): Promise<readonly (string | undefined)[]> => {
    const directory = join(root, `clone ${++clones}`)
    await repositoryOf(directory, text)
    const policy = { path: 'delivery.yml', commit: await git(directory, 'rev-parse', 'HEAD'), digest: sha256(text) }
    return judged({ policy, protection: OPEN }, { directory, ...options })
  }

  it('is one that the policy lets pass', async () => {
    expect(await judged({})).toEqual([undefined])
  })

  it('is none where it asks nobody, though every key signed for it', async () => {
    expect(await judged({ protection: OPEN })).toEqual([
      'started under a policy that does not let it: The gate of production is open: it has no required reviewers.'
    ])
  })

  it('is none where every branch could have come in', async () => {
    const [fault] = await judged({ protection: { ...ASKED, branchPolicy: 'none', refs: [] } })

    expect(fault).toContain('The gate of production is open: every branch may deploy to it.')
  })

  it('is none of an environment that the policy does not name', async () => {
    expect(await judged({ environment: 'demo' })).toEqual([
      `started for demo, which its policy (commit ${commit}) does not name`
    ])
  })

  it('cannot be judged without a policy, and that is a fault', async () => {
    const { policy: _, ...bare } = { ...draft('started', '1001'), environment: 'production', protection: ASKED }
    const { judgeGate } = new RecordedPolicies({ directory: clone })

    expect(judgeGate(bare as unknown as Parameters<typeof judgeGate>[0])).toBe(
      'started for production without naming the policy that it was ruled by'
    )
  })

  it('is not judged by a policy that somebody made on a branch of their own', async () => {
    await git(clone, 'checkout', '-q', '-b', 'feature/open')
    const text = storefront().replace('level: production, gate: approval', 'level: preproduction, gate: continuous')
    await writeFiles(clone, { 'delivery.yml': text })
    await git(clone, 'commit', '-q', '-am', 'Open production')
    const other = await git(clone, 'rev-parse', 'HEAD')
    await git(clone, 'checkout', '-q', 'main')

    expect(
      await judged({ policy: { path: 'delivery.yml', commit: other, digest: sha256(text) }, protection: OPEN })
    ).toEqual([`it names the policy of commit ${other}, which is not on the default branch as this clone has it`])
  })

  /** A repository whose main has two commits, and what a third one on a branch says that goes off from the second. */
  async function branched(name: string): Promise<{ readonly directory: string; readonly weak: string }> {
    const directory = join(root, name)
    await repositoryWith(directory, { ...FILES, 'delivery.yml': storefront() })
    const weak = storefront().replace('level: production, gate: approval', 'level: development, gate: dispatch')
    await git(directory, 'checkout', '-q', '-b', 'topic')
    await writeFiles(directory, { 'delivery.yml': weak })
    await git(directory, 'commit', '-q', '-am', 'Try something')
    return { directory, weak }
  }

  const MERGED =
    /^it names the policy delivery\.yml at commit \w+, which was merged into the default branch, and nothing shows that it was ever in force: gates, /

  it('is not judged by what a pull request said on its way: the default branch never stood there', async () => {
    const { directory, weak } = await branched('pull request')
    const taken = { path: 'delivery.yml', commit: await git(directory, 'rev-parse', 'HEAD'), digest: sha256(weak) }
    await writeFiles(directory, { 'delivery.yml': storefront() })
    await git(directory, 'commit', '-q', '-am', 'Take that back')
    await git(directory, 'checkout', '-q', 'main')
    await git(directory, 'merge', '-q', '--no-ff', '-m', 'Merge pull request #7', 'topic')

    const [fault, ...notes] = await judged({ policy: taken, protection: OPEN }, { directory })

    expect(fault).toBeUndefined()
    expect(notes).toEqual([expect.stringMatching(MERGED)])
    // A run of another branch that began there says nothing for it either.
    const { run } = draft('started', '1001')
    const ofTopic = { ...run, ref: 'refs/heads/topic', workflowSha: taken.commit }
    expect(await judged({ policy: taken, protection: OPEN, run: ofTopic }, { directory })).toEqual([
      undefined,
      expect.stringMatching(MERGED)
    ])
    // That commit has another text than the branch had, whatever the record says of it.
    expect(await judged({ policy: { ...taken, digest } }, { directory })).toEqual([
      `it names the policy ${digest}, but delivery.yml at commit ${taken.commit} is ${sha256(weak)}`
    ])
  })

  it('is judged by a policy at which the default branch stood before a merge in the other direction', async () => {
    const { directory, weak } = await branched('other direction')
    await git(directory, 'checkout', '-q', 'main')
    await git(directory, 'commit', '-q', '--allow-empty', '-m', 'Go on')
    const [tip, same] = [await git(directory, 'rev-parse', 'HEAD'), sha256(storefront())]
    await git(directory, 'checkout', '-q', 'topic')
    await git(directory, 'merge', '-q', '--no-ff', '-m', 'Merge main', 'main')
    await git(directory, 'checkout', '-q', '-B', 'main')
    await git(directory, 'update-ref', 'refs/remotes/origin/main', 'main')
    await git(directory, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
    const policy = { path: 'delivery.yml', commit: tip, digest: same }

    // The branch had that text at another commit of its line.
    expect(await judged({ policy }, { directory })).toEqual([undefined])
    await expect(judged({ policy, protection: OPEN }, { directory })).resolves.toEqual([
      'started under a policy that does not let it: The gate of production is open: it has no required reviewers.'
    ])
    expect(weak).not.toBe(storefront())
  })

  it('is judged by a policy where GitHub says that the default branch stood, though nothing else shows it', async () => {
    const { directory, weak } = await branched('said by GitHub')
    const commit = await git(directory, 'rev-parse', 'HEAD')
    await writeFiles(directory, { 'delivery.yml': storefront() })
    await git(directory, 'commit', '-q', '-am', 'Take that back')
    await git(directory, 'checkout', '-q', 'main')
    await git(directory, 'merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic')
    // Which branch is the default one, a clone tells.
    const copy = join(root, 'copy')
    await git(root, 'clone', '-q', directory, copy)
    const { run } = draft('started', '1001')
    const policy = { path: 'delivery.yml', commit, digest: sha256(weak) }

    const [fault, ...notes] = await judged(
      { policy, run: { ...run, ref: 'refs/heads/main', workflowSha: commit } },
      { directory: copy }
    )

    expect([fault, notes]).toEqual([undefined, []])
  })

  it('is judged by the text, whatever its commit is called since the history was rewritten', async () => {
    const policy = { path: 'delivery.yml', commit: 'f'.repeat(40), digest }

    expect(await judged({ policy })).toEqual([undefined])
    expect(await judged({ policy, protection: OPEN })).toEqual([
      'started under a policy that does not let it: The gate of production is open: it has no required reviewers.'
    ])
  })

  it('cannot be told where it names a commit that the clone does not hold: it may be older than the ledger', async () => {
    const policies = new RecordedPolicies({ directory: clone })
    const policy = { path: 'delivery.yml', commit: 'f'.repeat(40), digest: sha256('newer') }
    // Its hashes and states are not looked at here.
    const record = {
      ...draft('started', '1001'),
      ...{ sequence: 7, environment: 'production', policy, protection: OPEN }
    } as RecordOf<'started'>
    await policies.look([record])

    expect([policies.judgeGate(record), policies.judgeAge(record)]).toEqual([undefined, undefined])
    expect(policies.notes).toEqual([
      expect.objectContaining({ sequence: 7, note: expect.stringContaining('which this clone does not hold') })
    ])
  })

  it('is not judged by other bytes than the record names', async () => {
    expect(await judged({ policy: { path: 'delivery.yml', commit, digest: sha256('other') } })).toEqual([
      `it names the policy ${sha256('other')}, but delivery.yml at commit ${commit} is ${digest}`
    ])
  })

  it.each([
    ['a file that the commit does not have', 'other.yml', 'does not have'],
    ['a path that asks two questions', 'delivery.yml\nHEAD:delivery.yml', 'does not have'],
    ['a path that git dies of', './delivery.yml', 'does not have']
  ])('is none where it names %s', async (_, path, fault) => {
    expect(await judged({ policy: { path, commit, digest }, protection: OPEN })).toEqual([
      expect.stringContaining(fault)
    ])
  })

  it.each([
    ['a file that is no policy', 'just: text\n', undefined],
    ['a file that is no policy, though it says that it is', 'version: 1\n', undefined],
    ['a policy that is no YAML', 'version: 1\nproduct: storefront\nproduct: storefront\n', undefined],
    ['a policy of something that is no version', storefront().replace('version: 1', 'version: 0'), undefined],
    ['a file that is longer than a policy', `# ${'x'.repeat(70_000)}\n`, '70003 bytes, more than a policy may have']
  ])('is none where it names %s', async (_, text, fault = 'it names the policy delivery.yml, which is none: ') => {
    expect(await judgedBy(text)).toEqual([expect.stringContaining(fault)])
  })

  it.each([
    ['of a later form', 'version: 2\nproducts: [storefront]\n', /\(it says version 2\)/],
    ['with a key that this version does not have any more, or not yet', `${storefront()}previews: {}\n`, /previews/],
    [
      'with a value that an earlier version took',
      storefront().replace('gate: continuous', 'gate: automatic'),
      /gate: found "automatic"; /
    ]
  ])('is noted, and not judged, where the policy is %s', async (_, text, reason) => {
    const judgement = await judgedBy(text)

    expect(judgement).toEqual([undefined, expect.stringMatching(reason)])
    expect(judgement[1]).toMatch(
      /^it names the policy delivery\.yml at commit [0-9a-f]{40}, which this version of Sluice does not read \(.*\), though the one that delivered by it may: gates,/
    )
  })

  it('is none where it names what no version can read of another product', async () => {
    const text = `${storefront().replace('product: storefront', 'product: backoffice')}previews: {}\n`
    const delivery = parseDelivery(storefront(), 'delivery.yml')

    expect(await judgedBy(text, { delivery })).toEqual([
      expect.stringMatching(/^it names the policy delivery\.yml, which is none: .*previews/)
    ])
    expect(await judgedBy(`${storefront()}previews: {}\n`, { delivery })).toEqual([undefined, expect.anything()])
  })

  it('costs one look at a file, however often and under whatever digest it is named', async () => {
    const read: string[] = []
    const blobs = blobsOf(clone)
    const counting = {
      read: async (expressions: readonly string[]) => {
        read.push(...expressions)
        return blobs.read(expressions)
      }
    }
    const policies = new RecordedPolicies({ directory: clone }, counting)
    const records = Array.from({ length: 20 }, (_, n) => ({
      ...{ ...draft('started', '1001'), sequence: n + 1 },
      policy: { path: 'delivery.yml', commit, digest: sha256(String(n)) }
    }))

    await policies.look(records as unknown as LedgerRecord[])
    await policies.look(records as unknown as LedgerRecord[])

    expect(read).toEqual([`${commit}:delivery.yml`])
  })

  it.each([
    ['is noted where the default branch alone may deliver', '', true, 1],
    ['is noted of a record that names no policy', '', false, 1],
    ['is nothing to note where delivery.yml names the refs', 'deliverFrom: [main]\n', true, 0]
  ])('that a clone does not name the default branch %s', async (_, deliverFrom, isNamed, notes) => {
    const text = `${storefront()}${deliverFrom}`
    const directory = join(root, `clone ${++clones}`)
    await repositoryWith(directory, { ...FILES, 'delivery.yml': text })
    const { policy: _none, ...bare } = draft('built', '1001')
    const policy = { path: 'delivery.yml', commit: await git(directory, 'rev-parse', 'HEAD'), digest: sha256(text) }
    const record = { ...bare, sequence: 7, ...(isNamed ? { policy } : {}) } as LedgerRecord
    const policies = new RecordedPolicies({ directory, delivery: parseDelivery(text, 'delivery.yml') })

    await policies.look([record, { ...record, sequence: 8 }])

    expect(policies.problemOf(record, COMMIT)).toBeUndefined()
    expect(policies.notes).toEqual(
      Array(notes).fill({
        path: 'records/0/7.json',
        sequence: 7,
        note: `only runs of the default branch may write, and this clone does not tell which that is: neither the ref of this record (${record.run.ref}) nor those of others can be compared with it. To tell the clone: git remote set-head origin BRANCH`
      })
    )
  })

  it.each([
    ['a shallow clone', ['--depth=1'], {}],
    ['a partial clone', ['--filter=blob:none', '--no-checkout'], {}],
    ['a clone of the ledger alone', ['--single-branch', '--branch=sluice-ledger'], { branch: 'sluice-ledger' }]
  ])('is noted, and not judged, in %s', async (what, how, options) => {
    const source = join(root, `source of ${what}`)
    await repositoryWith(source, { ...FILES, 'delivery.yml': storefront() })
    const policy = { path: 'delivery.yml', commit: await git(source, 'rev-parse', 'HEAD'), digest }
    await git(source, 'config', 'uploadpack.allowFilter', 'true')
    await git(source, 'commit', '-q', '--allow-empty', '-m', 'More')
    await git(source, 'checkout', '-q', '--orphan', 'sluice-ledger')
    await git(source, 'commit', '-q', '--allow-empty', '-m', 'Ledger')
    await git(source, 'checkout', '-q', '-f', 'main')
    const directory = join(root, what)
    await git(root, 'clone', '-q', ...how, `file://${source}`, directory)

    expect(await judged({ policy, protection: OPEN }, { directory, ...options })).toEqual([
      undefined,
      `it names the policy delivery.yml at commit ${policy.commit}, which this clone does not hold: gates, and where records come from, cannot be compared with it`
    ])
  })
})
