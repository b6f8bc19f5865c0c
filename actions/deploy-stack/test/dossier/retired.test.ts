import { describe, expect, it } from '@jest/globals'
import { type Plan, type RetiredResource, type RetiredStack, sha256 } from '@sluice/core'
import { type Previous, writeDossier } from '../../src/dossier/index.ts'
import { delivery, digestOf, facts, stack } from './dossier.ts'

const ID = 'arn:aws:cloudformation:eu-west-1:1:stack/shop-staging-worker/1'
const STACK = 'shop-staging-worker'

function resource(logicalId: string, type: string, becomes: RetiredResource['becomes'] = 'delete'): RetiredResource {
  return { logicalId, type, physicalId: `${logicalId.toLowerCase()}-1`, becomes }
}

const RESOURCES = [
  resource('Archive', 'AWS::S3::Bucket', 'retain'),
  resource('Database', 'AWS::RDS::DBInstance', 'snapshot'),
  resource('Inner/Table', 'AWS::DynamoDB::Table'),
  resource('Role', 'AWS::IAM::Role')
]

/** The page of a release that deletes the stack of worker, or finds it gone. */
function page(retired: Partial<RetiredStack> | undefined, members: Partial<Parameters<typeof facts>[0]> = {}): string {
  const committed = delivery(text => text.replace('environments:', 'retired: { worker: delete }\nenvironments:'))
  const whole: RetiredStack = {
    ...{ unit: 'worker', stack: STACK, region: 'eu-west-1', id: ID, template: sha256('live'), resources: RESOURCES },
    ...retired
  }
  const plan: Plan = { ...facts().plan, ...(retired === undefined ? {} : { retired: [whole] }) }
  return writeDossier(facts({ committed, plan, ...members }))
}

const workerRow = (text: string): string => text.split('\n').find(line => line.startsWith('| worker |')) ?? ''

describe('the dossier of a plan that deletes the stack of a retired unit', () => {
  it('begins with that, and how much it is', () => {
    const [, , headline] = page({}).split('\n')

    expect(headline).toBe('**1 stack deleted, with 4 resources**; **0 added, 1 modified (0 replaced), 0 removed**.')
  })

  it('says so also where nothing else changes', () => {
    const { plan } = facts()
    const retired = { unit: 'worker', stack: STACK, region: 'eu-west-1', id: ID, template: sha256('t'), resources: [] }
    const text = writeDossier(
      facts({ plan: { ...plan, stacks: [stack({ action: 'unchanged' })], retired: [retired] } })
    )

    expect(text).toContain('**1 stack deleted, with 0 resources**; ')
    expect(text).not.toContain('Nothing changes')
    expect(text).toContain('Nothing is in it.')
  })

  it('warns of it before all other stacks, of what holds data by name, each with what becomes of it', () => {
    const { plan } = facts()
    const removing = stack({
      changes: [{ action: 'Remove', logicalId: 'Topic', type: 'AWS::SNS::Topic', targets: [], policyAction: 'Delete' }]
    })
    const retired = { unit: 'worker', stack: STACK, region: 'eu-west-1', id: ID, template: sha256('t') }
    const text = writeDossier(
      facts({ plan: { ...plan, stacks: [removing], retired: [{ ...retired, resources: RESOURCES }] } })
    )

    const warned = text.split('\n').filter(line => line.startsWith('> - '))
    expect(warned.slice(-5)).toEqual([
      '> - **`worker` is retired, and its stack `shop-staging-worker` is deleted**, with 4 resources, of which 1 stays behind.',
      '> - `worker` removes `Archive` (`AWS::S3::Bucket`, `archive-1`), and leaves what is there behind, outside of the stack.',
      '> - `worker` removes `Database` (`AWS::RDS::DBInstance`, `database-1`), and keeps a snapshot of what is there.',
      '> - `worker` removes `Inner/Table` (`AWS::DynamoDB::Table`, `inner/table-1`), and deletes what is there.',
      '> - `api` removes `Topic` (`AWS::SNS::Topic`), and deletes what is there.'
    ])
  })

  it('lists all that goes with it, before what changes in other stacks', () => {
    const text = page({})

    expect(text).toContain(
      `### Stack \`${STACK}\`: delete\n\nIt goes once everything else is done, if it is then still \`${ID}\` with the template \`${sha256('live')}\` and these resources.`
    )
    expect(text).toContain('| delete | `Role` | `AWS::IAM::Role` | `role-1` |')
    expect(text.indexOf(`### Stack \`${STACK}\``)).toBeLessThan(text.indexOf('### Stack `shop-staging-api`'))
  })

  it('counts what would fill the page, and says nothing of resources that stay where none do', () => {
    const resources = Array.from({ length: 210 }, (_, at) => resource(`Queue${at}`, 'AWS::SQS::Queue'))
    const text = page({ resources })

    expect(text).toContain('is deleted**, with 210 resources.\n')
    expect(text).toContain('> - And 160 more resources of `shop-staging-worker` that hold data.')
    expect(text).toContain('And 10 more resources.')
    expect(text).not.toContain('Queue205')
    expect(page({ resources: [resource('A', 'T', 'retain'), resource('B', 'T', 'retain')] })).toContain(
      'of which 2 stay behind'
    )
  })

  it('keeps what AWS calls a resource within its cell', () => {
    expect(page({ resources: [{ ...resource('A', 'T'), physicalId: 'a|b\n`c`' }] })).not.toContain('a|b')
  })
})

describe('the row of a retired unit', () => {
  it.each<[string, Partial<RetiredStack> | undefined, string]>([
    ['is deleted', {}, `retired: its stack \`${STACK}\` is deleted, as delivery.yml says`],
    ['is gone', undefined, `retired: its stack \`${STACK}\` is gone, and nothing is left to delete`]
  ])('says that its stack %s', (_, retired, told) => {
    const { units } = facts()
    const worker = { kind: 'image', digest: digestOf('5'), fingerprint: digestOf('6') } as const
    const release = { digest: digestOf('9'), commit: '8'.repeat(40) }
    const previous: Previous = { kind: 'known', release, units: { ...units, worker } }

    expect(workerRow(page(retired, { previous }))).toBe(`| worker | image | \`${worker.digest}\` | ${told} |`)
    expect(workerRow(page(retired))).toBe(`| worker |  | not of that release | ${told} |`)
    expect(workerRow(page(retired, { previous: { kind: 'none' } }))).toBe(`| worker |  | unknown | ${told} |`)
    expect(page(retired, { previous })).not.toContain('is delivered no more')
  })
})
