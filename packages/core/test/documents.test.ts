import { describe, expect, it } from '@jest/globals'
import {
  canonicalJson,
  decodePlan,
  decodeRelease,
  encodePlan,
  encodeRelease,
  Failure,
  hasChanges,
  type Plan,
  type PlannedStack,
  type Release,
  sha256,
  UserError
} from '../src/index.ts'

const release: Release = {
  version: 1,
  repository: '123456',
  product: 'storefront',
  commit: '1'.repeat(40),
  units: { api: { kind: 'image', digest: sha256('api'), fingerprint: sha256('sources') } }
}

/** A document of any content, and its digest. */
function documentOf(content: unknown): { readonly bytes: Buffer; readonly digest: ReturnType<typeof sha256> } {
  const bytes = Buffer.from(typeof content === 'string' ? content : canonicalJson(content))
  return { bytes, digest: sha256(bytes) }
}

describe('a release document', () => {
  it('is named by its bytes and reads back', () => {
    const { text, digest } = encodeRelease(release)

    expect(digest).toBe(sha256(text))
    expect(decodeRelease(Buffer.from(text), digest, 'storefront')).toEqual(release)
  })

  it('with other bytes than its name says is refused', () => {
    const { text } = encodeRelease(release)

    expect(() => decodeRelease(Buffer.from(`${text} `), sha256(text), 'storefront')).toThrow(
      /was requested, but the stored document hashes to sha256:/
    )
  })

  it('of another product is refused', () => {
    const { text, digest } = encodeRelease(release)

    expect(() => decodeRelease(Buffer.from(text), digest, 'bakery')).toThrow(
      /is a release of product "storefront", not of "bakery"/
    )
  })

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['a list', []],
    ['null', null],
    ['another version', { ...release, version: 2 }],
    ['no repository', { ...release, repository: 1 }],
    ['no product', { ...release, product: undefined }],
    ['a short commit', { ...release, commit: '1111111' }],
    ['no commit', { ...release, commit: 1 }],
    ['no units', { ...release, units: null }],
    ['a unit that is none', { ...release, units: { api: null } }],
    ['a unit of an unknown kind', { ...release, units: { api: { ...release.units['api'], kind: 'chart' } } }],
    ['a tag in place of a digest', { ...release, units: { api: { ...release.units['api'], digest: 'latest' } } }],
    ['a unit without a fingerprint', { ...release, units: { api: { kind: 'bundle', digest: sha256('x') } } }]
  ])('is not %s', (_what, content) => {
    const { bytes, digest } = documentOf(content)

    expect(() => decodeRelease(bytes, digest, 'storefront')).toThrow(UserError)
    expect(() => decodeRelease(bytes, digest, 'storefront')).toThrow(/is not a release document/)
  })
})

describe('a plan', () => {
  const stack: PlannedStack = {
    unit: 'api',
    stack: 'storefront-staging-api',
    region: 'eu-west-1',
    action: 'unchanged',
    artifact: sha256('api'),
    template: sha256('template'),
    parameters: {},
    tags: {},
    changes: []
  }
  const plan: Plan = {
    version: 1,
    product: 'storefront',
    environment: 'staging',
    release: sha256('release'),
    commit: '1'.repeat(40),
    policy: sha256('policy'),
    stacks: [stack],
    content: []
  }

  it('is named by its bytes and reads back', () => {
    const { text, digest } = encodePlan(plan)

    expect(decodePlan(Buffer.from(text), digest)).toEqual(plan)
  })

  it('with other bytes than its name says is refused', () => {
    const { text } = encodePlan(plan)

    expect(() => decodePlan(Buffer.from(text), sha256('other'))).toThrow(Failure)
  })

  it('of another version is refused', () => {
    const { bytes, digest } = documentOf({ ...plan, version: 2 })

    expect(() => decodePlan(bytes, digest)).toThrow(/is of version 2; this program reads version 1/)
  })

  it('changes something when a stack or a bucket changes', () => {
    expect(hasChanges(plan)).toBe(false)
    expect(hasChanges({ ...plan, stacks: [stack, { ...stack, action: 'deferred' }] })).toBe(true)
    expect(hasChanges({ ...plan, content: [{ unit: 'site', bucket: 'BucketName', digest: sha256('site') }] })).toBe(
      true
    )
    const { unit, template } = stack
    const retired = { unit, stack: 'shop-staging-worker', region: 'eu-west-1', id: 'arn:1', template, resources: [] }
    expect(hasChanges({ ...plan, retired: [retired] })).toBe(true)
  })

  it('has the digest that it always had where it deletes nothing, and another one where it does', () => {
    const retired = {
      unit: 'worker',
      stack: 's',
      region: 'eu-west-1',
      id: 'arn:1',
      template: sha256('t'),
      resources: []
    }
    const digests = [plan, { ...plan, retired: [retired] }, { ...plan, retired: [{ ...retired, id: 'arn:2' }] }].map(
      it => encodePlan(it).digest
    )

    expect(encodePlan(plan).text).not.toContain('retired')
    expect(new Set(digests).size).toBe(3)
  })
})
