import { describe, expect, it } from '@jest/globals'
import { type PolicyFile, sha256 } from '@sluice/core'
import type { DefaultBranch } from '@sluice/git'
import { STOREFRONT } from '@sluice-lab/samples'
import { PastPolicies } from '../src/index.ts'
import { beganAtPolicy } from '../src/past-policies.ts'
import { doubtOf } from '../src/past-policy.ts'

/** Commits of the default branch, oldest first; one that a pull request brought; one that is on no branch; one that nobody has. */
const [FIRST, SECOND, THIRD, MERGED, ELSEWHERE, GONE] = ['1', '2', '3', 'a', 'b', 'c'].map(it => it.repeat(40)) as [
  string,
  string,
  string,
  string,
  string,
  string
]
const TEXTS = { first: `${STOREFRONT}# first\n`, third: `${STOREFRONT}# third\n`, weak: `${STOREFRONT}# weak\n` }

const WHOLE: DefaultBranch = {
  places: new Map([FIRST, SECOND, THIRD].map((it, place) => [it, place])),
  merged: new Set([FIRST, SECOND, THIRD, MERGED]),
  isWhole: true,
  isPartial: false,
  names: ['main'],
  changesOf: async path => (path === 'delivery.yml' ? [FIRST, THIRD] : [])
}

const FILES: Readonly<Record<string, string>> = {
  [FIRST]: TEXTS.first,
  [SECOND]: TEXTS.first,
  [THIRD]: TEXTS.third,
  [MERGED]: TEXTS.weak,
  [ELSEWHERE]: TEXTS.weak
}

/** Looks at policies in a clone whose delivery.yml is as said at each commit. */
async function looked(
  policies: readonly PolicyFile[],
  {
    branch = {},
    files = FILES,
    products
  }: {
    readonly branch?: Partial<DefaultBranch>
    readonly files?: Readonly<Record<string, string>>
    readonly products?: readonly string[]
  } = {}
): Promise<{ readonly past: PastPolicies; readonly read: readonly (readonly string[])[] }> {
  const read: (readonly string[])[] = []
  const contentOf = (expression: string): Buffer | undefined => {
    const [commit = '', path] = expression.split(':')
    const text = path === 'delivery.yml' ? files[commit] : undefined
    return text === undefined ? undefined : Buffer.from(text)
  }
  const past = new PastPolicies({
    blobs: {
      read: async expressions => {
        read.push(expressions)
        return expressions.map(contentOf)
      }
    },
    readSizes: async expressions => expressions.map(it => contentOf(it)?.length),
    readBranch: async () => ({ ...WHOLE, ...branch }),
    ...(products === undefined ? {} : { products })
  })
  await past.look(policies)
  return { past, read }
}

const named = (commit: string, text: string, path = 'delivery.yml'): PolicyFile => ({
  path,
  commit,
  digest: sha256(text)
})

describe('a policy that a record names', () => {
  it.each([
    ['of the branch', named(FIRST, TEXTS.first), [0, 1]],
    ['of the last commit that has its text', named(SECOND, TEXTS.first), [1, 1]],
    ['of a text that the branch had under another commit', named(GONE, TEXTS.first), [undefined, 1]],
    ['of a text that it has now', named(GONE, TEXTS.third), [undefined, 2]]
  ])('%s ruled, and has its places there', async (_, policy, places) => {
    const { past } = await looked([policy])

    expect(past.of(policy)).toMatchObject({ kind: 'policy', policy: { product: 'storefront' } })
    expect([past.placeOf(policy), past.lastPlaceOf(policy)]).toEqual(places)
    expect(past.names).toEqual(['main'])
  })

  it('of a commit that was only merged is in doubt, unless GitHub says that the branch stood there', async () => {
    const policy = named(MERGED, TEXTS.weak)
    const { past } = await looked([policy])

    expect(past.of(policy)).toEqual({
      kind: 'unknown',
      why: 'which was merged into the default branch, and nothing shows that it was ever in force',
      doubt: 'merged'
    })
    expect([past.placeOf(policy), past.lastPlaceOf(policy)]).toEqual([undefined, undefined])
    expect(past.of(policy, true).kind).toBe('policy')
  })

  it('of a commit that is nowhere is in doubt, or only not here if GitHub says that the branch stood there', async () => {
    const policy = named(GONE, TEXTS.weak)
    const { past } = await looked([policy])

    expect(past.of(policy)).toMatchObject({ kind: 'unknown', doubt: 'absent' })
    expect(past.of(policy, true)).toEqual({ kind: 'unknown', why: 'which this clone does not hold' })
  })

  it.each([
    ['of a commit beside the branch', named(ELSEWHERE, TEXTS.weak), 'which is not on the default branch'],
    [
      'of another text than its commit has',
      named(SECOND, TEXTS.weak),
      `but delivery.yml at commit ${SECOND} is sha256:`
    ],
    ['of another text than a merged commit has', named(MERGED, TEXTS.third), `but delivery.yml at commit ${MERGED} is`],
    [
      'of a file that is not there',
      named(FIRST, TEXTS.first, 'mine.yml'),
      `the policy mine.yml, which commit ${FIRST} does not have`
    ]
  ])('%s never ruled', async (_, policy, fault) => {
    const { past } = await looked([policy])

    expect(past.of(policy)).toEqual({ kind: 'other', fault: expect.stringContaining(fault) })
  })

  it('of another file than the first record names is not found by its text', async () => {
    const other = named(GONE, TEXTS.first, 'mine.yml')
    const { past } = await looked([named(THIRD, TEXTS.third), other])

    expect(past.of(other)).toMatchObject({ kind: 'unknown', doubt: 'absent' })
  })

  it.each([
    ['a part of the branch', { isWhole: false }, named(GONE, TEXTS.first)],
    ['commits without their files', { isPartial: true }, named(FIRST, TEXTS.first)]
  ])('is not known to a clone that has %s', async (_, branch, policy) => {
    const { past } = await looked([policy], { branch, files: {} })

    expect(past.of(policy)).toEqual({ kind: 'unknown', why: 'which this clone does not hold' })
  })

  it('is not known before anything was looked at', () => {
    const none = async () => Promise.reject(new Error('Nothing is read.'))
    const past = new PastPolicies({ blobs: { read: none }, readSizes: none, readBranch: none })

    expect(past.of(named(FIRST, TEXTS.first)).kind).toBe('unknown')
    expect([past.names, past.placeOf(named(FIRST, TEXTS.first))]).toEqual([[], undefined])
  })

  it('is read once, and not at all where it is longer than a policy may be', async () => {
    const long = `${TEXTS.first}${'#'.repeat(64 * 1024)}`
    const policies = [named(FIRST, long), named(SECOND, TEXTS.first), named(SECOND, TEXTS.first)]
    const { past, read } = await looked(policies, { files: { ...FILES, [FIRST]: long } })
    await past.look(policies)

    // Besides, what else the branch has had: which of its texts came last.
    expect(read).toEqual([[`${SECOND}:delivery.yml`], [`${THIRD}:delivery.yml`]])
    expect(past.of(named(FIRST, long))).toEqual({
      kind: 'other',
      fault: expect.stringMatching(/has \d+ bytes, more than a policy may have$/)
    })
  })

  it('is read in pages, however many are named', async () => {
    const commits = Array.from({ length: 150 }, (_, n) => n.toString(16).padStart(40, '0'))
    const files = Object.fromEntries(commits.map(it => [it, TEXTS.first]))
    const places = new Map(commits.map((it, place) => [it, place]))
    const { past, read } = await looked(
      commits.map(it => named(it, TEXTS.first)),
      { files, branch: { places } }
    )

    expect(read.map(page => page.length)).toEqual([64, 64, 22])
    expect(commits.every(it => past.of(named(it, TEXTS.first)).kind === 'policy')).toBe(true)
  })
})

describe('a text that this version does not read', () => {
  const judged = async (text: string, products?: readonly string[]) => {
    const policy = named(FIRST, text)
    const { past } = await looked([policy], {
      files: { [FIRST]: text },
      ...(products === undefined ? {} : { products })
    })
    return past.of(policy)
  }

  it.each([
    ['of a later version', 'version: 99\n', undefined, /\(it says version 99\)/],
    ['of this product', 'version: 1\nproduct: storefront\nnew: key\n', ['storefront'], /does not read \(/],
    ['of some product, where any will do', 'version: 1\nproduct: shop\nnew: key\n', undefined, /does not read \(/]
  ])('%s may have ruled', async (_, text, products, why) => {
    expect(await judged(text, products)).toEqual({ kind: 'unknown', why: expect.stringMatching(why) })
  })

  it.each([
    ['of another product', 'version: 1\nproduct: shop\nnew: key\n', ['storefront']],
    ['without a version', 'product: storefront\n', undefined],
    ['with a version that is none', 'version: 1.5\nproduct: storefront\n', undefined],
    ['with a version alone', 'version: 1\n', undefined],
    ['that is no YAML', '{', undefined],
    ['that is no mapping', '7', undefined]
  ])('%s never did', async (_, text, products) => {
    expect(await judged(text, products)).toMatchObject({
      kind: 'other',
      fault: expect.stringContaining('which is none: ')
    })
  })
})

describe('a run of the default branch', () => {
  const policy = named(MERGED, TEXTS.weak)
  const branches = { names: ['main'], former: [{ name: 'master', until: 5 }] }

  it.each([
    ['began at the policy', 'refs/heads/main', MERGED, 9, true],
    ['began there by the name that the branch had then', 'refs/heads/master', MERGED, 5, true],
    ['says a name that the branch had no more', 'refs/heads/master', MERGED, 6, false],
    ['is of another branch', 'refs/heads/topic', MERGED, 9, false],
    ['began elsewhere', 'refs/heads/main', FIRST, 9, false]
  ])('%s', (_, ref, workflowSha, sequence, expected) => {
    expect(beganAtPolicy({ policy, run: { ref, workflowSha }, sequence }, branches)).toBe(expected)
  })
})

describe('doubt', () => {
  it.each([
    ['merged', false, 'was only merged into the default branch'],
    ['absent', true, 'is not on the default branch as this clone has it']
  ] as const)('of a policy whose commit is %s is told in words', (doubt, isAbsent, words) => {
    expect(doubtOf({ policy: named(GONE, '') }, { kind: 'unknown', why: '', doubt })).toEqual({
      problem: `it names the policy of commit ${GONE}, which ${words}, and nothing shows that it was ever in force`,
      isAbsent
    })
  })

  it.each([
    ['nothing is named', {}, { kind: 'unknown', why: '', doubt: 'merged' } as const],
    ['nothing is known', { policy: named(GONE, '') }, undefined],
    ['it is only not here', { policy: named(GONE, '') }, { kind: 'unknown', why: '' } as const],
    ['it never ruled', { policy: named(GONE, '') }, { kind: 'other', fault: '' } as const]
  ])('is none where %s', (_, record, found) => {
    expect(doubtOf(record, found)).toBeUndefined()
  })
})
