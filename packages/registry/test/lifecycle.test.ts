import { describe, expect, it } from '@jest/globals'
import { environmentTag, previousTag, releaseId, sha256, sourceTag } from '@sluice/core'
import { LIFECYCLE } from '@sluice/registry'
import fc from 'fast-check'
import type { LifecyclePolicy, LifecycleRule } from '../src/lifecycle.ts'
import { expired, type Stored } from './expire.ts'

const PUSHES = 1_000
const ENVIRONMENTS = ['integration', 'staging', 'production'] as const

/** A repository of a unit and that of release documents, over years; what a day's expiry takes is gone for good. */
class Years {
  today = 0
  readonly images = new Map<string, { tags: Set<string>; pushed: number; lists?: readonly string[] }>()
  readonly documents = new Map<string, { tags: Set<string>; pushed: number }>()
  readonly live = new Map<string, string>()
  readonly before = new Map<string, string>()
  readonly accepted = new Set<string>()
  readonly policy: LifecyclePolicy
  /** By tag, the image that has it. */
  readonly #labels = new Map<string, string>()

  constructor(policy: LifecyclePolicy) {
    this.policy = policy
  }

  /** @returns the digest of the image; one of two platforms is an index, whose images have no tags of their own. */
  push(at: number, platforms: number): string {
    const digest = sha256(`image ${at}`)
    const parts = platforms === 1 ? [] : Array.from({ length: platforms }, (_, part) => sha256(`${at}/${part}`))
    for (const part of parts) this.images.set(part, { tags: new Set(), pushed: this.today })
    const lists = parts.length === 0 ? {} : { lists: parts }
    this.images.set(digest, { tags: new Set([sourceTag(sha256(`source ${at}`))]), pushed: this.today, ...lists })
    const document = sha256(`release ${at}`)
    this.documents.set(document, { tags: new Set([releaseId(document)]), pushed: this.today })
    return digest
  }

  /** @param labels whether the tags move: they do not where the registry fails, or where the deployment stopped before this unit. */
  deploy(environment: string, digest: string, labels: boolean): void {
    const before = this.live.get(environment)
    if (before === digest) return
    this.live.set(environment, digest)
    if (before !== undefined) this.before.set(environment, before)
    if (!labels) return
    if (before !== undefined) this.tag(before, previousTag(environment))
    this.tag(digest, environmentTag(environment))
  }

  tag(digest: string, tag: string): void {
    this.images.get(this.#labels.get(tag) ?? '')?.tags.delete(tag)
    this.images.get(digest)?.tags.add(tag)
    this.#labels.set(tag, digest)
  }

  /** Lets days go by; ECR expires at the end of them. */
  pass(days: number): void {
    if (days === 0) return
    this.today += days
    for (const store of [this.images, this.documents])
      for (const digest of expired(listOf(store), this.policy, this.today)) store.delete(digest)
  }

  /** What is needed, and is not there any more. */
  missing(): readonly string[] {
    const needed = [...this.live.values(), ...this.before.values(), ...this.accepted]
    const parts = needed.flatMap(digest => this.images.get(digest)?.lists ?? [])
    return [...new Set([...needed, ...parts])].filter(digest => !this.images.has(digest))
  }
}

function listOf(store: ReadonlyMap<string, Omit<Stored, 'digest'>>): readonly Stored[] {
  return [...store].map(([digest, image]) => ({ digest, ...image }))
}

interface Step {
  readonly platforms: number
  readonly days: number
  /** How many environments the release reaches. */
  readonly reaches: number
  readonly accepted: boolean
  readonly labels: boolean
  /** An accepted release that production goes back to, by its place among them. */
  readonly back: number | undefined
}

const STEP: fc.Arbitrary<Step> = fc.record({
  platforms: fc.constantFrom(1, 1, 2, 3),
  days: fc.constantFrom(0, 0, 0, 0, 1, 5),
  reaches: fc.integer({ min: 0, max: ENVIRONMENTS.length }),
  accepted: fc.boolean(),
  labels: fc.constantFrom(true, true, true, false),
  back: fc.option(fc.nat(), { nil: undefined, freq: 8 })
})

/** Rules that a platform team, or a tool of its own, adds after those that are there. */
const THEIRS: fc.Arbitrary<readonly LifecycleRule[]> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('*', 'src-*', 'env-*', '*-production', 'r-*'), { maxLength: 3 }),
    fc.option(count(), { nil: undefined }),
    fc.option(count(), { nil: undefined })
  )
  .chain(([patterns, untagged, any]) =>
    fc
      .tuple(...patterns.map(() => count()))
      .map(counts => [
        ...patterns.map((pattern, at) =>
          ruleFor(at, { tagStatus: 'tagged', tagPatternList: [pattern], ...counts[at] })
        ),
        ...(untagged === undefined ? [] : [ruleFor(20, { tagStatus: 'untagged', ...untagged })]),
        ...(any === undefined ? [] : [ruleFor(21, { tagStatus: 'any', ...any })])
      ])
  )

function count(): fc.Arbitrary<Partial<LifecycleRule['selection']>> {
  return fc.oneof(
    fc.record({ countType: fc.constant('imageCountMoreThan' as const), countNumber: fc.integer({ min: 1, max: 50 }) }),
    fc.record({
      countType: fc.constant('sinceImagePushed' as const),
      countUnit: fc.constant('days' as const),
      countNumber: fc.integer({ min: 1, max: 30 })
    })
  )
}

function ruleFor(at: number, selection: Partial<LifecycleRule['selection']>): LifecycleRule {
  return {
    rulePriority: 100 + at,
    description: 'theirs',
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1, ...selection },
    action: { type: 'expire' }
  }
}

function live(policy: LifecyclePolicy, steps: readonly Step[]): Years {
  const years = new Years(policy)
  for (let at = 0; at < PUSHES; at += 1) {
    const step = steps[at % steps.length]
    if (step === undefined) break
    const digest = years.push(at, step.platforms)
    const reached = ENVIRONMENTS.slice(0, step.reaches)
    for (const environment of reached) years.deploy(environment, digest, step.labels)
    if (step.accepted && reached.length > 0) years.accepted.add(digest)
    const back = [...years.accepted]
    const older = step.back === undefined ? undefined : back[step.back % Math.max(back.length, 1)]
    if (older !== undefined) years.deploy('production', older, step.labels)
    years.pass(step.days)
  }
  return years
}

const STEPS = fc.array(STEP, { minLength: 20, maxLength: 40 })

describe('the lifecycle rules of a repository that Sluice makes', () => {
  it('keep what is deployed, what was before, accepted releases and their documents over 1,000 pushes, whatever rules come after them', () => {
    fc.assert(
      fc.property(STEPS, THEIRS, (steps, theirs) => {
        const years = live({ rules: [...LIFECYCLE.rules, ...theirs] }, steps)

        expect(years.missing()).toEqual([])
        expect(years.documents.size).toBe(PUSHES)
      }),
      { numRuns: 5 }
    )
  })

  const last = ruleFor(0, { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 30 })
  const busy: readonly Step[] = Array.from({ length: 40 }, (_, at) => ({
    platforms: 1,
    days: 1,
    reaches: at === 0 ? 3 : 1,
    accepted: true,
    labels: at % 10 !== 5,
    back: undefined
  }))

  it.each<[string, LifecyclePolicy]>([
    ['without them', { rules: [] }],
    [
      'with one rule for several patterns, which an image must all have',
      { rules: [{ ...ruleFor(-99, {}), selection: both() }] }
    ],
    ['without that for builds', { rules: LIFECYCLE.rules.filter(({ description }) => !/built/.test(description)) }]
  ])('are all needed: %s a rule for the last 30 takes what is needed', (_, { rules }) => {
    expect(live({ rules: [...rules, last] }, busy).missing()).not.toEqual([])
  })

  it('are as ECR takes them: one pattern each, by priority, within its limits', () => {
    const text = JSON.stringify(LIFECYCLE)

    // botocore's model of ECR, LifecyclePolicyText.
    expect([text.length >= 100, text.length <= 30_720]).toEqual([true, true])
    expect(LIFECYCLE.rules.map(({ rulePriority, selection }) => [rulePriority, selection.tagPatternList])).toEqual([
      [1, ['env-*']],
      [2, ['prev-*']],
      [3, ['src-*']],
      [4, ['r-*']]
    ])
    const tags = [environmentTag('x'), previousTag('x'), sourceTag(sha256('x'), 2), releaseId(sha256('x'))]
    const images = tags.map(tag => ({ digest: tag, tags: new Set([tag]), pushed: 0 }))
    expect(expired(images, { rules: [...LIFECYCLE.rules, last] }, 36_000)).toEqual(new Set())
  })
})

function both(): LifecycleRule['selection'] {
  return { tagStatus: 'tagged', tagPatternList: ['env-*', 'prev-*'], countType: 'imageCountMoreThan', countNumber: 999 }
}

describe('rules, as ECR describes them:', () => {
  const image = (digest: string, pushed: number, ...tags: string[]): Stored => ({ digest, pushed, tags: new Set(tags) })

  it('the oldest go when there are too many', () => {
    const images = [image('a', 1, 'x'), image('b', 3, 'y'), image('c', 2, 'z')]

    expect(expired(images, { rules: [ruleFor(0, { countNumber: 2 })] }, 9)).toEqual(new Set(['a']))
  })

  it('an image is taken by its push, not by when it was tagged', () => {
    const rule = ruleFor(0, { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 })

    expect(expired([image('a', 1, 'new'), image('b', 15)], { rules: [rule] }, 16)).toEqual(new Set(['a']))
  })

  it('one that a rule before matches stays, though that rule takes others', () => {
    const rules = [
      ruleFor(0, { tagStatus: 'tagged', tagPatternList: ['env-*'], countNumber: 1 }),
      ruleFor(1, { countNumber: 1 })
    ]
    const images = [image('a', 1, 'env-x'), image('b', 2, 'env-y'), image('c', 3, 'z'), image('d', 4)]

    expect(expired(images, { rules }, 9)).toEqual(new Set(['a', 'c']))
  })

  it('several patterns of a rule must all be met', () => {
    const rules = [ruleFor(0, { tagStatus: 'tagged', tagPatternList: ['a*', 'b*'], countNumber: 1 })]
    const images = [image('a', 1, 'a1'), image('b', 2, 'a2', 'b2'), image('c', 3, 'a3', 'b3')]

    expect(expired(images, { rules }, 9)).toEqual(new Set(['b']))
  })

  it('what an index lists goes with it, not before', () => {
    const rules = [
      ruleFor(0, { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 })
    ]
    const index = { ...image('a', 1, 'x'), lists: ['b'] }

    expect(expired([index, image('b', 1), image('c', 1)], { rules }, 9)).toEqual(new Set(['c']))
  })

  it('a rule for any image is the last', () => {
    expect(() => expired([], { rules: [ruleFor(0, {}), ruleFor(1, {})] }, 1)).toThrow('must be the last one')
  })
})
