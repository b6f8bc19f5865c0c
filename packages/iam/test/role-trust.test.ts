import { describe, expect, it } from '@jest/globals'
import { STOREFRONT } from '@sluice-lab/samples'
import type { RolePolicies } from '../src/index.ts'
import { named } from './iam.ts'
import { PUBLISHING, policiesOf, REPOSITORY } from './roles.ts'

const policies = policiesOf(PUBLISHING)

describe('trust', () => {
  const ISSUER = 'token.actions.githubusercontent.com'
  const subjects = (found: readonly RolePolicies[], role: string): unknown => {
    const [statement] = named(found, role).trust.Statement
    return { ...statement?.Condition?.['StringEquals'], ...statement?.Condition?.['StringLike'] }[`${ISSUER}:sub`]
  }
  const both = (context: string): readonly string[] => [
    `repo:octo-shop@11/storefront@22:${context}`,
    `repo:octo-shop/storefront:${context}`
  ]
  const MAIN = both('ref:refs/heads/main')

  it.each([
    ['push', MAIN],
    ['pull', [...MAIN, ...['integration', 'staging', 'production'].flatMap(name => both(`environment:${name}`))]],
    ['integration-plan', both('environment:integration')],
    ['integration-deploy', both('environment:integration')],
    ['staging-plan', MAIN],
    ['staging-deploy', both('environment:staging')],
    ['staging-record', MAIN],
    ['integration-record', MAIN],
    ['production-deploy', both('environment:production')],
    ['production-promote', both('environment:production')]
  ])('in %s is for these jobs of the repository', (role, wanted) => {
    expect(subjects(policies, role)).toEqual(wanted)
  })

  it('in plan is for no job behind a gate that one person opens: that job carries out what was planned before', () => {
    const found = policiesOf(STOREFRONT.replace('gate: approval', 'gate: dispatch'))

    expect(subjects(found, 'staging-plan')).toEqual(MAIN)
    expect(subjects(found, 'staging-deploy')).toEqual(both('environment:staging'))
  })

  it('asks for the audience, the repository, the ref and the workflow, whatever the subject says', () => {
    expect(named(policies, 'production-deploy').trust).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Jobs',
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::333333333333:oidc-provider/${ISSUER}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${ISSUER}:aud`]: 'sts.amazonaws.com',
              [`${ISSUER}:sub`]: both('environment:production'),
              [`${ISSUER}:repository_id`]: '22',
              [`${ISSUER}:ref`]: 'refs/heads/main',
              [`${ISSUER}:job_workflow_ref`]: `octo-shop/sluice/.github/workflows/stage.yml@${'a'.repeat(40)}`
            }
          }
        }
      ]
    })
  })

  it.each([
    ['push', ['deliver', 'adopt', 'repair']],
    ['staging-plan', ['plan']],
    ['integration-plan', ['stage']],
    ['staging-record', ['stage', 'withdraw', 'repair']],
    ['integration-record', ['stage', 'withdraw', 'repair']],
    ['staging-deploy', ['stage']],
    ['staging-promote', ['stage']]
  ])('in %s is for the workflows that have its jobs, at each commit that is listed', (role, workflows) => {
    const commits = ['a', 'b'].map(digit => digit.repeat(40))
    const found = policiesOf(STOREFRONT.replace(/commits: .*]/, `commits: ["${commits.join('", "')}"]`))

    expect(named(found, role).trust.Statement[0]?.Condition?.['StringEquals']?.[`${ISSUER}:job_workflow_ref`]).toEqual(
      commits.flatMap(commit => workflows.map(it => `octo-shop/sluice/.github/workflows/${it}.yml@${commit}`))
    )
  })

  it('in pull, which only reads, is for every workflow of each commit that is listed', () => {
    const { Condition } = named(policies, 'pull').trust.Statement[0] ?? {}

    expect(Condition?.['StringEquals']).not.toHaveProperty(`${ISSUER}:job_workflow_ref`)
    expect(Condition?.['StringLike']).toEqual({
      [`${ISSUER}:job_workflow_ref`]: `octo-shop/sluice/.github/workflows/*.yml@${'a'.repeat(40)}`
    })
  })

  it('is for every workflow of the delivery refs where delivery.yml names no Sluice', () => {
    const text = STOREFRONT.replace(/sluice: \{.*\n/, '').replace('level: production,   ', 'level: preproduction,')

    expect(JSON.stringify(policiesOf(text).map(({ trust }) => trust))).not.toContain('job_workflow_ref')
  })

  it('fits into what IAM takes of a trust policy, with the most environments and commits', () => {
    const names = ['acceptance', 'rehearsal', 'preproduction']
    const more = names.map(name => `  - { name: ${name}, account: nonprod, level: preproduction, gate: approval }\n`)
    const commits = ['a', 'b'].map(digit => digit.repeat(40))
    const text = STOREFRONT.replace('ledger:\n', `${more.join('')}ledger:\n`)
      .replace(/commits: .*]/, `commits: ["${commits.join('", "')}"]`)
      .replace('[integration, staging]', `[integration, staging, ${names.join(', ')}]`)
    const found = policiesOf(text, { ...REPOSITORY, ownerId: '123456789', id: '1234567890' })

    expect(found).toHaveLength(2 + 6 * 5)
    for (const { trust } of found) expect(JSON.stringify(trust).length).toBeLessThanOrEqual(2_048)
  })

  it('follows deliverFrom, with patterns only where there are some', () => {
    const found = policiesOf(`${STOREFRONT}deliverFrom: [stable, "release/*", "refs/tags/v*"]\n`)
    const refs = ['refs/heads/stable', 'refs/heads/release/*', 'refs/tags/v*']
    const conditions = (role: string): unknown => named(found, role).trust.Statement[0]?.Condition

    expect(subjects(found, 'push')).toEqual(refs.flatMap(ref => both(`ref:${ref}`)))
    expect(conditions('production-deploy')).toMatchObject({
      StringEquals: { [`${ISSUER}:sub`]: both('environment:production') },
      StringLike: { [`${ISSUER}:ref`]: refs }
    })
    expect(Object.keys(named(policies, 'push').trust.Statement[0]?.Condition ?? {})).toEqual(['StringEquals'])
  })

  it('can be in another issuer', () => {
    const found = policiesOf(STOREFRONT, { ...REPOSITORY, issuer: 'github.octo-shop.example/_services/token' })
    const [statement] = named(found, 'push').trust.Statement

    expect(statement?.Principal).toEqual({
      Federated: 'arn:aws:iam::111111111111:oidc-provider/github.octo-shop.example/_services/token'
    })
    expect(statement?.Condition?.['StringEquals']).toHaveProperty(
      ['github.octo-shop.example/_services/token:aud'],
      'sts.amazonaws.com'
    )
  })
})
