import { describe, expect, it } from '@jest/globals'
import {
  type Approval,
  approvalsSince,
  causeChain,
  Failure,
  hasExpired,
  hexOf,
  isDigest,
  messageOf,
  parseAccountId,
  parseDigest,
  releaseId,
  sha256,
  shortDigest,
  UserError
} from '../src/index.ts'

describe('a digest', () => {
  const abc = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

  it('is the SHA-256 of bytes, or of a text as UTF-8', () => {
    expect(sha256('abc')).toBe(abc)
    expect(sha256(Buffer.from('abc'))).toBe(abc)
    expect(sha256('ä')).toBe(sha256(Buffer.from([0xc3, 0xa4])))
  })

  it('has a short form, and one for releases', () => {
    const digest = parseDigest(abc)

    expect([hexOf(digest), shortDigest(digest), releaseId(digest)]).toEqual([
      abc.slice(7),
      'sha256:ba7816bf8f01',
      'r-ba7816bf8f01'
    ])
  })

  it.each([
    '',
    'latest',
    abc.slice(0, -1),
    `${abc}0`,
    abc.toUpperCase(),
    abc.slice(7),
    abc.replace('sha256', 'sha512'),
    ` ${abc}`,
    `${abc}\n`
  ])('is not %j', text => {
    expect(isDigest(text)).toBe(false)
    expect(() => parseDigest(text, 'Input release')).toThrow(UserError)
    expect(() => parseDigest(text, 'Input release')).toThrow(/^Input release is "/)
  })

  it('is a text', () => {
    expect(isDigest(7)).toBe(false)
    expect(isDigest(undefined)).toBe(false)
  })

  it('that is refused is not repeated at length', () => {
    expect(() => parseDigest('x'.repeat(10_000))).toThrow(/^digest is "x{100}", which/)
  })
})

describe('an account id', () => {
  it('has 12 digits', () => {
    expect(parseAccountId('012345678901')).toBe('012345678901')
  })

  it.each(['12345678901', '1234567890123', '12345678901a', ''])('is not %j', text => {
    expect(() => parseAccountId(text, 'accounts.ops.id')).toThrow(/^accounts\.ops\.id is ".*12 digits/)
  })
})

describe('an error', () => {
  it('tells what caused it, outermost first', () => {
    const error = new Failure('outer', { cause: new UserError('middle', { cause: 'inner' }) })

    expect(causeChain(error)).toEqual(['outer', 'middle', 'inner'])
    expect(messageOf(error)).toBe('outer')
    expect(messageOf(7)).toBe('7')
  })

  it('that causes itself has an end', () => {
    const error = new Error('round')
    error.cause = error

    expect(causeChain(error)).toHaveLength(10)
  })

  it('has outputs only where they were given, and a cause only where there is one', () => {
    expect(new UserError('x').outputs).toEqual({})
    expect(new UserError('x', { outputs: { outcome: 'obsolete' } }).outputs).toEqual({ outcome: 'obsolete' })
    expect('cause' in new UserError('x')).toBe(false)
    expect([new UserError('x').name, new Failure('x').name]).toEqual(['UserError', 'Failure'])
  })
})

describe('the approvals since a snapshot', () => {
  const approval = (changes: Partial<Approval> = {}): Approval => ({
    userId: '2',
    login: 'approver',
    state: 'approved',
    comment: '',
    seenAt: '2026-01-01T00:00:00Z',
    ...changes
  })

  it('are those that were not there, whenever they were seen', () => {
    const late = approval({ seenAt: '2026-01-02T00:00:00Z' })
    const other = approval({ userId: '3' })

    expect(approvalsSince([approval()], [late, other])).toEqual([other])
  })

  it('count equal answers', () => {
    const again = approval({ seenAt: '2026-01-02T00:00:00Z' })

    expect(approvalsSince([approval()], [approval(), again])).toEqual([again])
  })

  it.each<[string, Partial<Approval>]>([
    ['state', { state: 'rejected' }],
    ['comment', { comment: 'now' }],
    ['user', { userId: '9' }]
  ])('differ in their %s', (_what, change) => {
    expect(approvalsSince([approval()], [approval(change)])).toEqual([approval(change)])
  })

  it('are not more because GitHub lists a new answer before an old one', () => {
    const other = approval({ userId: '3' })

    expect(approvalsSince([approval()], [other, approval()])).toEqual([other])
  })

  it('do not follow a user by name', () => {
    expect(approvalsSince([approval()], [approval({ login: 'renamed' })])).toEqual([])
  })
})

describe('a plan', () => {
  it('may wait 72 hours for its approval, to the millisecond', () => {
    const expiry = 72 * 60 * 60 * 1000

    expect([hasExpired(1_000, 1_000 + expiry), hasExpired(1_000, 1_001 + expiry)]).toEqual([false, true])
  })
})
