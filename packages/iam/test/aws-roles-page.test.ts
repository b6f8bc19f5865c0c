import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { boundaryPolicies, type RolePolicies, rolePolicies, type Statement } from '../src/index.ts'
import { named } from './iam.ts'
import { ENCRYPTED } from './roles.ts'

// The page says why each permission is there: what it lists must be all there is, and nothing else.
const PAGE = readFileSync(new URL('../../../docs/aws-roles.md', import.meta.url), 'utf8')

const delivery = parseDelivery(ENCRYPTED, 'delivery.yml')
const policies = rolePolicies({
  delivery,
  repository: { owner: 'octo-shop', ownerId: '11', name: 'storefront', id: '22', defaultBranch: 'main' }
})

/** The roles by the names that the page gives them. */
const ROLES: readonly (readonly [string, RolePolicies])[] = [
  ['`push`', named(policies, 'push')],
  ['`pull`', named(policies, 'pull')],
  ['`plan`', named(policies, 'production-plan')],
  ['`deploy`', named(policies, 'production-deploy')],
  ['`record`', named(policies, 'production-record')],
  ['`promote`', named(policies, 'production-promote')],
  ['`execution`', named(policies, 'production-execution')]
]

describe('docs/aws-roles.md', () => {
  it('tells who takes each role', () => {
    const roles = [...ROLES, ['`plan` of a continuous environment', named(policies, 'integration-plan')] as const]

    expect(rowsBelow('Who assumes them')).toEqual(roles.map(([name, role]) => `${name} | ${takers(role)}`).sort())
  })

  it('tells every permission, and why it is there', () => {
    const holders = new Map<string, string[]>()
    const boundaries = boundaryPolicies(delivery).map(it => ['boundary', it] as const)
    for (const [name, { permissions }] of [...ROLES, ...boundaries.slice(0, 1)]) {
      for (const statement of permissions.Statement) {
        const row = permission(statement)
        holders.set(row, [...(holders.get(row) ?? []), name])
      }
    }

    expect(rowsBelow('What they may do')).toEqual(
      [...holders].map(([row, names]) => row.replace('|', `| ${names.join(', ')} |`)).sort()
    )
  })
})

/** The rows of the table below a heading, sorted, without the last column, which is for people. */
function rowsBelow(heading: string): readonly string[] {
  const section = PAGE.split(/^## /m).find(it => it.startsWith(`${heading}\n`)) ?? ''
  const [, , ...rows] = section.split('\n').filter(line => line.startsWith('|'))
  const cells = rows.map(row => row.split('|').slice(1, -1))
  expect(cells.filter(columns => (columns.at(-1) ?? '').trim().length < 15)).toEqual([])
  return cells.map(columns => columns.slice(0, -1).join('|').trim()).sort()
}

function takers({ trust }: RolePolicies): string {
  const [statement] = trust.Statement
  if (statement === undefined) return 'nobody'
  if ('Service' in statement.Principal) return `${code([statement.Principal.Service])} |`
  const claim = (name: string): readonly string[] =>
    ['StringEquals', 'StringLike'].flatMap(
      operator => statement.Condition?.[operator]?.[`token.actions.githubusercontent.com:${name}`] ?? []
    )
  const subjects = claim('sub').map(subject => generic(subject.replace(/^repo:[^:]*:/, '')))
  const workflows = claim('job_workflow_ref').map(it => it.replace(/^.*\/([a-z*]+\.yml)@.*$/, '$1'))
  return [subjects, workflows].map(values => code([...new Set(values)])).join(' | ')
}

function permission({ Sid, Effect, Action, Resource, NotResource = [], Condition = {} }: Statement): string {
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) =>
      operator === 'Null'
        ? `${code([key])} is ${value === 'true' ? 'absent' : 'present'}`
        : code([`${key} ${operator.includes('Not') ? 'is not' : '='} ${String(value)}`])
    )
  )
  const actions = `${Effect === 'Deny' ? 'never ' : ''}${code(Action)}`
  const resources = Resource === undefined ? `all but ${code(NotResource)}` : code(Resource)
  return `${Sid} | ${actions} | ${[resources, ...conditions].join(' if ')}`
}

function code(texts: readonly string[]): string {
  return [...new Set(texts.map(text => `\`${generic(text)}\``))].join(', ')
}

/** Names of the sample as the page writes them; of an ARN what is left when its service and place are known. */
function generic(text: string): string {
  return text
    .replace(/^arn:aws:kms:eu-west-1:111111111111:key\/[0-9a-f-]{36}$/, '<accounts.<ops>.kmsKey>')
    .replace(/^arn:aws:kms:eu-west-1:\d{12}:key\/[0-9a-f-]{36}$/, '<accounts.<name>.kmsKey>')
    .replace(/^arn:aws:s3:::/, '')
    .replace(/^arn:aws:[a-z]+:\*:(\d{12}|\*):/, '*:')
    .replace(/^arn:aws:[a-z]+:(eu-west-1)?:(\d{12}:)?/, '')
    .replaceAll('alias/sluice-storefront-ledger', '<ledger.key>')
    .replaceAll('storefront-ledger-anchors', '<ledger.anchors>')
    .replaceAll(/storefront-code-\d{12}/g, '<bundles>')
    .replaceAll('cdk-bootstrap/hnb659fds/version', '<ssmParameters>')
    .replaceAll('storefront', '<product>')
    .replaceAll(/integration|staging|production/g, '<environment>')
    .replaceAll(/\d{12}/g, '<account>')
}
