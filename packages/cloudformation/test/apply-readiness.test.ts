import type { Stack } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import { ManualClock, type PlannedStack, UserError } from '@sluice/core'
import { assess, isTarget, type Readiness } from '../src/apply-readiness.ts'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { describeDifference } from '../src/difference.ts'
import { byName } from '../src/live-stack.ts'
import { templateDigest } from '../src/template.ts'
import { outputsOf, readWanted, type WantedStack, wanted } from '../src/wanted-stack.ts'
import { unit } from './emulator.ts'
import { awsError, fakeCloudFormation, UNSET } from './fake.ts'
import { PARAMETER } from './templates.ts'

const ARN = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'
const CHANGE_SET = 'arn:aws:cloudformation:eu-west-1:1:changeSet/sluice-1/1'
const REQUEST = unit('api', PARAMETER, { stack: 'api', parameters: { Image: 'two' }, tags: { product: 'shop' } })
const CHANGE = {
  action: 'Modify',
  logicalId: 'Running',
  type: 'AWS::SSM::Parameter',
  replacement: 'False',
  targets: ['Properties.Value']
}
const BASE = {
  status: 'CREATE_COMPLETE',
  template: templateDigest(PARAMETER),
  parameters: { Image: 'one', Suffix: 'x' },
  tags: { product: 'shop' }
}

const target = ((): WantedStack => {
  const [found] = readWanted([REQUEST])
  if (found === undefined) throw new Error('One stack is wanted.')
  return found
})()

const plan = (changes: Partial<PlannedStack> = {}): PlannedStack => ({
  ...wanted(target, 'eu-west-1', new Map()).planned,
  action: 'update',
  base: BASE,
  changes: [CHANGE],
  ...changes
})

const live = (changes: Partial<Stack> = {}): Stack => ({
  StackName: 'api',
  StackId: ARN,
  CreationTime: new Date(0),
  StackStatus: 'CREATE_COMPLETE',
  Parameters: [
    { ParameterKey: 'Suffix', ParameterValue: 'x' },
    { ParameterKey: 'Image', ParameterValue: 'one' }
  ],
  Tags: [{ Key: 'product', Value: 'shop' }],
  ...changes
})

type Page = Awaited<ReturnType<CloudFormationVerbs['describeChangeSet']>>

const kept = {
  ChangeSetId: CHANGE_SET,
  StackId: ARN,
  Status: 'CREATE_COMPLETE' as const,
  ExecutionStatus: 'AVAILABLE' as const,
  Parameters: [
    { ParameterKey: 'Image', ParameterValue: 'two' },
    { ParameterKey: 'Suffix', ParameterValue: 'x' }
  ],
  Tags: [{ Key: 'product', Value: 'shop' }],
  Changes: [
    {
      ResourceChange: {
        Action: 'Modify' as const,
        LogicalResourceId: 'Running',
        ResourceType: 'AWS::SSM::Parameter',
        Replacement: 'False' as const,
        Details: [{ Target: { Attribute: 'Properties' as const, Name: 'Value' } }]
      }
    }
  ]
}

/** What is to be done with the stack, as AWS tells of it; `asked` has the calls that change something. */
async function assessed(
  verbs: Partial<CloudFormationVerbs>,
  planned: PlannedStack = plan()
): Promise<{ readonly readiness: Readiness; readonly asked: readonly string[]; readonly clock: ManualClock }> {
  const asked: string[] = []
  const clock = new ManualClock()
  const cloudFormation = fakeCloudFormation(
    {
      describeStacks: async () => ({ Stacks: [live()] }),
      getTemplate: async () => ({ TemplateBody: PARAMETER }),
      describeChangeSet: async () => kept,
      createChangeSet: async ({ ChangeSetType = '' }) => {
        asked.push(`create ${ChangeSetType}`)
        return { Id: CHANGE_SET, StackId: ARN }
      },
      ...verbs
    },
    clock
  )
  const context = {
    cloudFormation,
    changeSetName: 'sluice-1',
    clientToken: 'plan-1',
    deadline: clock.now() + 3_600_000
  }
  return { readiness: await assess(context, planned, target, new Map()), asked, clock }
}

describe('a planned stack', () => {
  it('is ready with the change set that was kept, when it holds what is wanted', async () => {
    const { readiness, asked } = await assessed({})

    expect(readiness).toMatchObject({ kind: 'ready', changeSet: { id: CHANGE_SET } })
    expect(asked).toEqual([])
  })

  it.each<[string, string | undefined, string | undefined, string]>([
    ['another value', 'ami-1', 'ami-2', '"ami-1" in the plan and is "ami-2"'],
    ['a value where it did not', undefined, 'ami-2', 'nothing in the plan and is "ami-2"'],
    ['nothing any more', 'ami-1', undefined, '"ami-1" in the plan and is nothing']
  ])('is obsolete where AWS looks up %s for a parameter', async (_, approved, found, text) => {
    const planned = plan({
      parameters: {
        ...plan().parameters,
        Suffix: { value: 'x', ...(approved === undefined ? {} : { resolved: approved }) }
      }
    })
    const Parameters = [
      { ParameterKey: 'Image', ParameterValue: 'two' },
      { ParameterKey: 'Suffix', ParameterValue: 'x', ...(found === undefined ? {} : { ResolvedValue: found }) }
    ]
    const { readiness } = await assessed({ describeChangeSet: async () => ({ ...kept, Parameters }) }, planned)

    if (readiness.kind !== 'obsolete') throw new Error(`it is ${readiness.kind}`)
    expect(readiness.differences.map(describeDifference)).toEqual([
      `${planned.stack}: what is looked up for parameter Suffix was ${text} now`
    ])
  })

  it('is compared with what AWS looked up for the stack that is live', async () => {
    const base = { ...BASE, resolved: { Suffix: 'ami-0' } }
    const looked = (ResolvedValue: string): Stack =>
      live({
        Parameters: [
          { ParameterKey: 'Suffix', ParameterValue: 'x', ResolvedValue },
          { ParameterKey: 'Image', ParameterValue: 'one' }
        ]
      })

    const same = await assessed({ describeStacks: async () => ({ Stacks: [looked('ami-0')] }) }, plan({ base }))
    const other = await assessed({ describeStacks: async () => ({ Stacks: [looked('ami-9')] }) }, plan({ base }))

    expect([same.readiness.kind, other.readiness.kind]).toEqual(['ready', 'obsolete'])
  })

  it.each<[string, Partial<CloudFormationVerbs>]>([
    [
      'has other parameters',
      { describeChangeSet: async () => ({ ...kept, Parameters: [{ ParameterKey: 'Image', ParameterValue: 'evil' }] }) }
    ],
    ['has other tags', { describeChangeSet: async () => ({ ...kept, Tags: [] }) }],
    [
      'has another template',
      {
        getTemplate: async ({ ChangeSetName }) => ({
          TemplateBody: ChangeSetName === undefined ? PARAMETER : `${PARAMETER}# evil\n`
        })
      }
    ],
    [
      'has no template',
      { getTemplate: async ({ ChangeSetName }) => (ChangeSetName === undefined ? { TemplateBody: PARAMETER } : {}) }
    ],
    ['is stale', { describeChangeSet: once<Page>({ ...kept, ExecutionStatus: 'OBSOLETE' as const }, kept) }]
  ])('gets a new change set when the one that was kept %s', async (_, verbs) => {
    const { asked } = await assessed(verbs)

    expect(asked).toEqual(['create UPDATE'])
  })

  it('is obsolete when the new change set does something else', async () => {
    const other = {
      ...kept,
      Changes: [{ ResourceChange: { ...kept.Changes[0]?.ResourceChange, Replacement: 'True' as const } }]
    }
    const { readiness } = await assessed({
      describeChangeSet: once<Page>({ ...kept, ExecutionStatus: 'OBSOLETE' as const }, other)
    })

    expect(readiness).toMatchObject({ kind: 'obsolete', differences: [{ what: 'resource Running' }] })
  })

  it.each([
    ['the values that were planned', 'two', { kind: 'ready' }],
    ['another value', 'three', { kind: 'obsolete', differences: [{ what: 'resource Running' }] }]
  ])('whose change set is made again counts when that sets %s', async (_, value, expected) => {
    const values = [{ path: '/Properties/Value', before: 'one', after: 'two' }]
    const planned = plan({ changes: [{ ...CHANGE, values }] })
    const told = {
      Attribute: 'Properties' as const,
      ...{ Name: 'Value', Path: '/Properties/Value', BeforeValue: 'one', AfterValue: value }
    }
    let made = false
    const { readiness } = await assessed(
      {
        describeChangeSet: async ({ IncludePropertyValues }) => {
          if (!made) return { ...kept, ExecutionStatus: 'OBSOLETE' as const }
          const [change] = kept.Changes
          const Details = [
            { Target: IncludePropertyValues === true ? told : { Attribute: told.Attribute, Name: 'Value' } }
          ]
          return { ...kept, Changes: [{ ResourceChange: { ...change?.ResourceChange, Details } }] } as Page
        },
        createChangeSet: async () => {
          made = true
          return { Id: CHANGE_SET, StackId: ARN }
        }
      },
      planned
    )

    expect(readiness).toMatchObject(expected)
    // The one that was planned cannot set anything else.
    expect((await assessed({}, planned)).readiness).toMatchObject({ kind: 'ready' })
  })

  it('is under way when its change set is being executed', async () => {
    const { readiness } = await assessed({
      describeChangeSet: async () => ({ ...kept, ExecutionStatus: 'EXECUTE_IN_PROGRESS' as const })
    })

    expect(readiness).toEqual({ kind: 'running', stackId: ARN })
  })

  it('is under way when the newest operation has a token of this plan, without a wait', async () => {
    const busy = { describeStacks: async () => ({ Stacks: [live({ StackStatus: 'UPDATE_IN_PROGRESS' as const })] }) }
    const events = (token: string) => ({
      describeStackEvents: async () => ({
        StackEvents: [
          { StackId: ARN, EventId: '1', StackName: 'api', Timestamp: new Date(0), ClientRequestToken: token }
        ]
      })
    })

    const own = await assessed({ ...busy, ...events('plan-1-update') })
    expect(own.readiness).toEqual({ kind: 'running', stackId: ARN })
    expect(own.clock.slept).toEqual([])

    await expect(assessed({ ...busy, ...events('plan-2-update') })).rejects.toThrow(UserError)
    await expect(assessed({ ...busy, describeStackEvents: async () => ({}) })).rejects.toThrow(
      /^Stack api is in UPDATE_IN_PROGRESS\. Wait until the operation has finished/
    )
  })

  it('is waited for while somebody else works on it', async () => {
    const states = ['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'CREATE_COMPLETE'] as const
    let look = 0
    const { readiness, clock } = await assessed({
      describeStacks: async () => ({ Stacks: [live({ StackStatus: states[Math.min(look++, 3)] })] }),
      describeStackEvents: async () => ({ StackEvents: [] })
    })

    expect(readiness.kind).toBe('ready')
    expect(clock.slept).toEqual([200, 280])
  })

  it('is done when it was planned as unchanged and still is', async () => {
    const { readiness } = await assessed({}, plan({ action: 'unchanged', changes: [] }))

    expect(readiness).toMatchObject({ kind: 'done', live: { id: ARN } })
  })

  it('is done when an earlier run has brought it to where the plan leads', async () => {
    const reached = live({
      StackStatus: 'UPDATE_COMPLETE',
      Parameters: [
        { ParameterKey: 'Image', ParameterValue: 'two' },
        { ParameterKey: 'Suffix', ParameterValue: 'x' }
      ]
    })

    expect((await assessed({ describeStacks: async () => ({ Stacks: [reached] }) })).readiness).toMatchObject({
      kind: 'done'
    })
    expect(
      (await assessed({ describeStacks: async () => ({ Stacks: [{ ...reached, Tags: [] }] }) })).readiness
    ).toMatchObject({
      kind: 'obsolete',
      differences: [
        { what: 'live parameter Image', planned: '"one"', found: '"two"' },
        { what: 'live tag product', planned: '"shop"', found: 'nothing' }
      ]
    })
  })

  it.each([
    ['done', 'the same', 'ami-2'],
    ['obsolete', 'something else', 'ami-3']
  ])('is %s when it is where the plan leads, and AWS looked up %s for it', async (kind, _, found) => {
    const parameters = { ...plan().parameters, Suffix: { value: 'x', resolved: 'ami-2' } }
    const planned = plan({ parameters, base: { ...BASE, resolved: { Suffix: 'ami-1' } } })
    const reached = live({
      StackStatus: 'UPDATE_COMPLETE',
      Parameters: [
        { ParameterKey: 'Image', ParameterValue: 'two' },
        { ParameterKey: 'Suffix', ParameterValue: 'x', ResolvedValue: found }
      ]
    })

    const { readiness } = await assessed({ describeStacks: async () => ({ Stacks: [reached] }) }, planned)

    expect(readiness.kind).toBe(kind)
  })

  it('is obsolete when it is gone', async () => {
    const gone = async () => {
      throw awsError('ValidationError', 'Stack with id api does not exist')
    }

    expect((await assessed({ describeStacks: gone })).readiness).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'stack', planned: 'CREATE_COMPLETE', found: 'gone' }]
    })
  })

  it('that nobody can deploy to is refused, with what brought it there', async () => {
    const dead = {
      describeStacks: async () => ({
        Stacks: [live({ StackStatus: 'ROLLBACK_COMPLETE' as const, StackStatusReason: 'told' })]
      })
    }

    await expect(assessed({ ...dead, describeStackEvents: async () => ({ StackEvents: [] }) })).rejects.toThrow(
      /^Stack api is in ROLLBACK_COMPLETE \(told\)\. It holds no working deployment and can only be replaced, which the plan does not say: re-run all jobs for a new plan that does\.$/
    )
  })
})

describe('whether a live stack runs what is wanted', () => {
  const stack = {
    name: 'api',
    id: ARN,
    status: 'UPDATE_COMPLETE',
    parameters: { Image: 'two', Suffix: 'x' },
    resolved: {},
    outputs: {},
    tags: { product: 'shop' },
    settings: UNSET,
    template: BASE.template
  }

  it.each([
    [true, 'in all', {}],
    [true, 'in all, with a parameter more', { parameters: { ...stack.parameters, More: '1' } }],
    [false, 'but is not at rest', { status: 'UPDATE_IN_PROGRESS' }],
    [false, 'but with another template', { template: templateDigest('other') }],
    [false, 'but with another parameter', { parameters: { ...stack.parameters, Suffix: 'y' } }],
    [false, 'but with other tags', { tags: {} }]
  ])('is %s for one that does %s', (expected, _, changes) => {
    expect(isTarget({ ...stack, ...changes }, plan())).toBe(expected)
  })

  it('cannot be said while a parameter is only an expression', () => {
    expect(isTarget(stack, { ...plan(), parameters: { Image: { expression: '${db.Url}' } } })).toBe(false)
  })
})

describe('what stacks hand to others', () => {
  it('is theirs once something runs in them', () => {
    const stack = {
      ...{ name: 'api', id: ARN, status: 'CREATE_COMPLETE' },
      ...{ parameters: {}, resolved: {}, outputs: { Url: 'u' }, tags: {}, settings: UNSET }
    }
    const requests = [REQUEST, unit('site', PARAMETER, { stack: 'site' })]

    expect(outputsOf(requests, new Map([['api', { ...stack, template: BASE.template }]]))).toEqual(
      new Map([['api', { Url: 'u' }]])
    )
    expect(outputsOf(requests, new Map([['api', stack]]))).toEqual(new Map())
  })

  it('is read sorted by name, whatever AWS leaves out', () => {
    expect(
      Object.entries(
        byName([
          ['b', '2'],
          [undefined, 'x'],
          ['a', undefined],
          ['c', '3']
        ])
      )
    ).toEqual([
      ['a', ''],
      ['b', '2'],
      ['c', '3']
    ])
  })
})

/** Answers one after the other; the last one stays. */
function once<T>(...answers: readonly T[]): () => Promise<T> {
  let n = 0
  return async () => {
    const answer = answers[Math.min(n++, answers.length - 1)]
    if (answer === undefined) throw new Error('There is no answer.')
    return answer
  }
}
