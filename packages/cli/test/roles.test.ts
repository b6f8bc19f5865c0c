import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { anchorBucket, boundaryPolicies, registryPolicy, rolePolicies } from '@sluice/iam'
import { sluice } from './captured.ts'
import { storefront, temporaryFolder, writeFiles } from './storefront.ts'

const WHOSE = ['--repository', 'octo-org/shop', '--repository-id', '123456', '--owner-id', '42']

describe('sluice roles', () => {
  let cwd: string

  beforeEach(async () => {
    cwd = await temporaryFolder()
    await writeFiles(cwd, { 'delivery.yml': storefront() })
  })
  afterEach(async () => rm(cwd, { recursive: true, force: true }))

  const documents = async (...more: readonly string[]) => {
    const { code, out, err } = await sluice(['roles', ...WHOSE, '--json', ...more], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out) as {
      boundaries: { account: string; name: string; arn: string; permissions: unknown }[]
      roles: { account: string; name: string; trust: unknown; permissions: unknown; boundary?: string }[]
      buckets: { account: string; name: string; policy: unknown }[]
      registries: { account: string; region: string; policy: unknown }[]
    }
  }

  it('prints every role with the documents that the rehearsal proves', async () => {
    const delivery = parseDelivery(storefront(), 'delivery.yml')
    const repository = { owner: 'octo-org', name: 'shop', id: '123456', ownerId: '42', defaultBranch: 'main' }
    const wanted = rolePolicies({ delivery, repository })

    const { roles: printed, boundaries } = await documents()

    expect(boundaries.map(({ permissions }) => permissions)).toEqual(
      boundaryPolicies(delivery).map(({ permissions }) => permissions)
    )
    expect(printed.map(({ name }) => name)).toEqual(wanted.map(({ role }) => role.name))
    expect(printed.map(({ trust, permissions }) => ({ trust, permissions }))).toEqual(
      wanted.map(({ trust, permissions }) => ({ trust, permissions }))
    )
  })

  it('prints the roles of one account', async () => {
    const { roles: printed, boundaries } = await documents('--account', 'prod')

    const arn = 'arn:aws:iam::333333333333:policy/sluice-storefront-boundary'
    expect(boundaries).toEqual([
      { account: '333333333333', name: 'sluice-storefront-boundary', arn, permissions: expect.anything() }
    ])
    expect(printed.filter(it => it.boundary === arn).map(({ name }) => name)).toEqual([
      'sluice-storefront-production-execution'
    ])
    expect(printed.map(({ account, name }) => [account, name])).toEqual([
      ['333333333333', 'sluice-storefront-production-plan'],
      ['333333333333', 'sluice-storefront-production-deploy'],
      ['333333333333', 'sluice-storefront-production-record'],
      ['333333333333', 'sluice-storefront-production-execution']
    ])
  })

  it.each([
    ['https://token.actions.githubusercontent.com/octo-shop', 'token.actions.githubusercontent.com/octo-shop'],
    ['https://token.actions.octo-shop.ghe.com/', 'token.actions.octo-shop.ghe.com']
  ])('trusts the issuer of an enterprise, and no other: %s', async (address, issuer) => {
    const { roles: printed } = await documents('--issuer', address)

    const [push] = printed
    const text = JSON.stringify(printed.map(({ trust }) => trust))
    expect(push?.trust).toMatchObject({
      Statement: [
        {
          Principal: { Federated: `arn:aws:iam::111111111111:oidc-provider/${issuer}` },
          Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' } }
        }
      ]
    })
    expect(text.replaceAll(`${issuer}:`, '').replaceAll(`oidc-provider/${issuer}"`, '')).not.toContain('token.actions')
  })

  it.each([
    'http://token.actions.githubusercontent.com',
    'token.actions.githubusercontent.com',
    'https://issuer.example:8443',
    'https://name@issuer.example',
    'https://issuer.example/a?b',
    'https://issuer.example/*',
    'https://issuer.example//a',
    'https://'
  ])('takes %s for no issuer', async address => {
    const { code, err } = await sluice(['roles', ...WHOSE, '--issuer', address], { cwd })

    expect(code).toBe(2)
    expect(err).toContain(
      `--issuer takes an address like https://token.actions.githubusercontent.com/ENTERPRISE, and ${JSON.stringify(address)} is none.`
    )
  })

  it('prints the policy of the bucket of the anchors, for the account that holds it', async () => {
    const wanted = anchorBucket(parseDelivery(storefront(), 'delivery.yml'))

    const { buckets } = await documents('--account', 'ops')
    const { out } = await sluice(['roles', ...WHOSE, '--account', 'ops'], { cwd })

    expect(buckets).toEqual([{ account: '111111111111', name: 'storefront-ledger-anchors', policy: wanted?.policy }])
    expect((await documents('--account', 'prod')).buckets).toEqual([])
    expect(out).toContain('storefront-ledger-anchors in account ops (111111111111): the bucket of the ledger')
  })

  it('prints the policy of the registry that images are pulled from, for the account that holds it', async () => {
    const wanted = registryPolicy(parseDelivery(storefront(), 'delivery.yml'))

    const { registries } = await documents('--account', 'ops')
    const { out } = await sluice(['roles', ...WHOSE, '--account', 'ops'], { cwd })

    expect(registries).toEqual([{ account: '111111111111', region: 'eu-west-1', policy: wanted?.policy }])
    expect((await documents('--account', 'prod')).registries).toEqual([])
    expect(out).toContain('the ECR registry in account ops (111111111111), region eu-west-1: lets the accounts')
  })

  it('trusts the branch that is named', async () => {
    const text = JSON.stringify(await documents('--branch', 'trunk'))

    expect(text).toContain('repo:octo-org/shop:ref:refs/heads/trunk')
    expect(text).not.toContain('refs/heads/main')
  })

  it('warns of a trust policy that would be too long in the middle of an upgrade', async () => {
    const whose = [
      '--repository-id',
      '123456',
      '--owner-id',
      '42',
      '--repository',
      `${'o'.repeat(39)}/${'n'.repeat(100)}`
    ]

    const all = await sluice(['roles', ...whose], { cwd })
    const ofProd = await sluice(['roles', ...whose, '--account', 'prod'], { cwd })

    expect([all.code, ofProd.code, ofProd.err]).toEqual([0, 0, ''])
    expect(all.err).toMatch(
      /^warning: with two commits in sluice\.commits, .* sluice-storefront-pull in account ops has 2\d{3} characters; IAM takes 2048\. Have the quota "Role trust policy length" .* up to 8192, before you upgrade\.\n$/
    )
  })

  it('warns of accounts in a part of AWS that may not know what the roles ask for', async () => {
    const text = storefront().replaceAll('region: eu-west-1', 'region: us-gov-west-1')
    await writeFiles(cwd, { 'gov.yml': text })

    const { code, err } = await sluice(['roles', 'gov.yml', ...WHOSE, '--account', 'prod'], { cwd })

    expect(code).toBe(0)
    expect(err).toMatch(
      /^warning: account prod is in aws-us-gov\. AWS knows .* Try one role before you rely on this account .*\n$/
    )
  })

  it('shows each role to people by name and account', async () => {
    const { code, out } = await sluice(['roles', ...WHOSE, '--account', 'ops'], { cwd })

    expect(code).toBe(0)
    expect(out).toMatch(/^sluice-storefront-push in account ops \(111111111111\)\ntrust policy: \{\n/)
    expect(out).toContain('"sts:AssumeRoleWithWebIdentity"')
  })

  it('shows the boundary to people, and which roles it is for', async () => {
    const { out } = await sluice(['roles', ...WHOSE, '--account', 'prod'], { cwd })

    expect(out).toMatch(/^sluice-storefront-boundary in account prod \(333333333333\): a managed policy, /)
    expect(out).toContain(
      '\npermissions boundary: arn:aws:iam::333333333333:policy/sluice-storefront-boundary\nadd to its permissions what your templates create\n'
    )
  })

  it.each([
    ['without a repository', [], /^--repository OWNER\/NAME is needed/],
    ['with a repository without an owner', ['--repository', 'shop'], /^--repository OWNER\/NAME is needed/],
    [
      "without GitHub's numbers",
      ['--repository', 'octo-org/shop', '--owner-id', '42'],
      /^--repository-id NUMBER is needed\. GitHub tells it: gh api/
    ],
    [
      'with a name for a number',
      ['--repository', 'octo-org/shop', '--owner-id', 'octo-org', '--repository-id', '1'],
      /^--owner-id NUMBER is needed/
    ],
    [
      'with an account that is not there',
      [...WHOSE, '--account', 'prd'],
      /^delivery\.yml has no account prd \(did you mean "prod"\?\)\. It has: ops, nonprod, prod\./
    ]
  ])('refuses a call %s', async (_what, argv, message) => {
    const { code, out, err } = await sluice(['roles', ...argv], { cwd })

    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })

  it('says which file cannot be read', async () => {
    const { code, err } = await sluice(['roles', 'other.yml', ...WHOSE], { cwd })

    expect(code).toBe(1)
    expect(err).toMatch(/^other\.yml could not be read: .* Name the file: sluice roles FILE\.\n$/)
  })
})
