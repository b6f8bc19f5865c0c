import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { storefrontExecution } from '@sluice-lab/rehearsal'
import { ensureTools } from '@sluice-lab/servers'
import { rolePolicies } from '../src/index.ts'
import { allows, named, type RequestContext } from './iam.ts'
import { REPOSITORY } from './roles.ts'

const EXAMPLE = 'examples/storefront'
const ACCOUNT = '222222222222'

/** What CloudFormation's schemas of resource types ask for, and these templates do not use: by permission, why. */
const UNUSED: readonly (readonly [RegExp, string])[] = [
  [/^s3tables:/, 'MetadataTableConfiguration of a bucket'],
  [/^firehose:/, 'a delivery of logs'],
  [/^(elasticfilesystem|s3files):/, 'a file system that a function mounts'],
  [/^kms:/, 'a cluster whose storage a customer key encrypts'],
  [
    /^iam:(Put|Delete)RolePermissionsBoundary$/,
    'another boundary of a role that is there: the boundary itself forbids to take it away'
  ]
]

/** A resource type of the CloudFormation registry: what each operation asks for. */
interface ResourceType {
  readonly typeName: string
  readonly handlers?: Readonly<Record<string, { readonly permissions: readonly string[] }>>
}

let types: ReadonlyMap<string, ResourceType>
let date: string

/** The schemas of the registry come with cfn-lint, which moto installs: pinned, and with the day on which AWS was asked. */
beforeAll(async () => {
  const { motoServer } = await ensureTools({ only: ['motoServer'] })
  const lib = join(dirname(dirname(motoServer)), 'lib')
  const [python = ''] = await readdir(lib)
  const schemas = join(lib, python, 'site-packages', 'cfnlint', 'data', 'schemas')
  const files = await readdir(join(schemas, 'resources'))
  const all = await Promise.all(
    files
      .filter(name => name.endsWith('.json'))
      .map(async name => JSON.parse(await readFile(join(schemas, 'resources', name), 'utf8')) as ResourceType)
  )
  types = new Map(all.map(it => [it.typeName, it]))
  const version = JSON.parse(await readFile(join(schemas, 'version.json'), 'utf8')) as { readonly schema_date: string }
  date = version.schema_date
}, 600_000)

/** The types of the resources in the templates of the example. */
async function typesInExample(): Promise<readonly string[]> {
  const folder = join(EXAMPLE, 'infra')
  const texts = await Promise.all((await readdir(folder)).map(async name => readFile(join(folder, name), 'utf8')))
  const found = texts.flatMap(text =>
    [...text.matchAll(/\bType: (AWS::\w+::\w+)(?![:\w])/g)].map(([, type = '']) => type)
  )
  return [...new Set(found)].sort()
}

/** A resource of the product that an action would be about, and what the request says besides. */
function requestOf(action: string): readonly [resource: string, context: RequestContext] {
  if (action === 'iam:CreateServiceLinkedRole')
    return [
      `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      { 'iam:AWSServiceName': ['ecs.amazonaws.com'] }
    ]
  const [service = ''] = action.split(':')
  const named: Readonly<Record<string, string>> = {
    events: `arn:aws:events:eu-west-1:${ACCOUNT}:rule/storefront-integration-report-EachMorning-1`,
    lambda: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:storefront-integration-report-Report-1`,
    iam: `arn:aws:iam::${ACCOUNT}:role/storefront-integration-api-TaskRole-1`,
    s3: 'arn:aws:s3:::storefront-integration-site-bucket-1',
    ssm: `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/storefront-integration-worker`
  }
  return [
    named[service] ?? '*',
    { 'iam:PermissionsBoundary': [`arn:aws:iam::${ACCOUNT}:policy/sluice-storefront-boundary`] }
  ]
}

describe('the execution policy of the example', () => {
  it('is compared with schemas of this year', () => {
    expect(Date.parse(date)).toBeGreaterThan(Date.parse('2026-01-01'))
  })

  it('allows all that CloudFormation asks for to make, read, change and delete each resource of its templates', async () => {
    const delivery = parseDelivery(await readFile(join(EXAMPLE, 'delivery.yml'), 'utf8'), 'delivery.yml')
    const roles = rolePolicies({ delivery, repository: REPOSITORY, execution: storefrontExecution(delivery.product) })
    const { permissions } = named(roles, 'integration-execution')
    const found = await typesInExample()
    expect(found.filter(type => !types.has(type))).toEqual([])
    const wanted = found.flatMap(type =>
      ['create', 'read', 'update', 'delete'].flatMap(handler =>
        (types.get(type)?.handlers?.[handler]?.permissions ?? []).map(action => ({ type, handler, action }))
      )
    )

    expect(new Set(wanted.map(({ type }) => type)).size).toBeGreaterThanOrEqual(16)
    const missing = wanted.filter(({ action }) => !allows(permissions, action, ...requestOf(action)))
    const unexplained = missing.filter(({ action }) => !UNUSED.some(([pattern]) => pattern.test(action)))
    expect(unexplained).toEqual([])
    // Each exception is one.
    for (const [pattern] of UNUSED) expect(missing.some(({ action }) => pattern.test(action))).toBe(true)
  })
})
