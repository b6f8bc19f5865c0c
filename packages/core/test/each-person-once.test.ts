import { describe, expect, it } from '@jest/globals'
import { eachPersonOnce, objectionTo, type Person, partiesOf } from '../src/index.ts'

const [ALICE, CAROL] = [
  { id: '5', login: 'alice' },
  { id: '666', login: 'Alice' }
]

describe('people', () => {
  it.each<[string, readonly Person[], readonly Person[]]>([
    ['one who is named twice', [ALICE, { ...ALICE }], [ALICE]],
    [
      'one who is named by login and later by number',
      [{ login: 'Alice' }, ALICE, ALICE],
      [{ id: '5', login: 'Alice' }]
    ],
    ['one who is named by number and later by login', [ALICE, { login: 'ALICE' }], [ALICE]],
    ['two who had one login', [ALICE, CAROL, { login: 'alice' }, CAROL], [ALICE, CAROL]],
    ['one who has had two logins', [ALICE, { id: '5', login: 'ann' }], [ALICE, { id: '5', login: 'ann' }]],
    [
      'two with a number that is empty',
      [{ id: '', login: 'ann' }, { login: 'bob' }],
      [{ id: '', login: 'ann' }, { login: 'bob' }]
    ]
  ])('are told apart and named once: %s', (_, people, once) => {
    expect(eachPersonOnce(people)).toEqual(once)
  })

  it('are two parties where they had one login: neither is a second person', () => {
    const authors = { accounts: [ALICE, CAROL], unknown: [] }
    const parties = partiesOf({ actor: { id: '1', login: 'x' }, triggeringActor: { login: 'x' }, authors })
    const answer = { state: 'approved' as const, comment: '', seenAt: '' }

    for (const { id } of [ALICE, CAROL])
      expect(objectionTo({ userId: id, login: 'renamed', ...answer }, parties)).toBe(
        'who wrote or committed a part of it'
      )
  })

  it('are counted once each in one go, however many there are', () => {
    const many = Array.from({ length: 200_000 }, (_, n) => ({ id: String(n), login: 'alice' }))

    expect(eachPersonOnce([...many, ...many])).toHaveLength(many.length)
  })
})
