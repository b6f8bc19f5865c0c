import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { describeFailure, describeStacks, planStacks, type Sources } from '../src/index.ts'
import { apply, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'

const OWN = `ops.example/shop/api@sha256:${'1'.repeat(64)}`
const LISTED = `public.example/daemon@sha256:${'2'.repeat(64)}`
const OTHER = `public.example/daemon@sha256:${'3'.repeat(64)}`
const SOURCES: Sources = {
  own: [OWN],
  images: [LISTED, OTHER],
  code: [],
  dynamicReferences: [],
  strict: true,
  account: '111111111111',
  region: 'eu-west-1'
}

/** Parameters stand in for tasks: they hold an image just as well, and what they hold can be read. */
function tasks(image: string): string {
  return `Parameters:
  Tool: { Type: String, Default: none }
  Image: { Type: String, Default: none }
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Ref AWS::StackName
      ContainerDefinitions:
        - { Name: api, Essential: true, Image: ${image} }
Outputs:
  Tool: { Value: !Ref Tool }`
}

/** The same once for each name, which CloudFormation writes out itself. */
function looped(image: string): string {
  return `Transform: AWS::LanguageExtensions
Parameters:
  Image: { Type: String }
  Tool: { Type: String, Default: none }
Resources:
  Fn::ForEach::Tasks:
    - Name
    - [One]
    - Task\${Name}:
        Type: AWS::ECS::TaskDefinition
        Properties:
          Family: !Sub "\${AWS::StackName}-\${Name}"
          ContainerDefinitions:
            - { Name: api, Essential: true, Image: !Sub "${image}" }`
}

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

describe('only what was built here', () => {
  it('is planned: a foreign image is refused before AWS is asked anything', async () => {
    const session = aws.session()
    const target = unit('api', tasks('registry.evil.example/miner:latest'), { sources: SOURCES })

    await expect(planStacks(stacksRequest(session, [target]))).rejects.toThrow(
      'Task/ContainerDefinitions/0/Image of its template runs the image registry.evil.example/miner:latest, which this release did not build'
    )
    expect((await describeStacks(session, [target.stack])).size).toBe(0)
  })

  it('holds for what a transform makes of the template, and nothing is left of the plan', async () => {
    const session = aws.session()
    const target = unit('api', looped('evil.example/miner-${AWS::Region}'), { sources: SOURCES })

    const planned = planStacks(stacksRequest(session, [target]))

    await expect(planned).rejects.toThrow(UserError)
    await expect(planned).rejects.toThrow('TaskOne/ContainerDefinitions/0/Image of its template runs the image evil.')
    const { StackSummaries = [] } = await aws.client(session).listStacks({})
    expect(StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')).toEqual([])
  })

  it('is in the plan where delivery.yml lists it, also after a transform', async () => {
    const session = aws.session()
    const [plain, transformed] = [tasks(LISTED), looped(LISTED)].map((text, n) =>
      unit(`api${n}`, text, { sources: SOURCES })
    )
    if (plain === undefined || transformed === undefined) throw new Error('two units')

    const plan = await planStacks(stacksRequest(session, [plain, transformed]))

    expect(plan).toMatchObject([
      { references: [{ kind: 'image', at: 'Task/ContainerDefinitions/0/Image', text: LISTED }] },
      {
        references: [{ kind: 'image', at: 'TaskOne/ContainerDefinitions/0/Image', text: LISTED }],
        processed: expect.stringMatching(/^sha256:/)
      }
    ])
    expect(plan[0]).not.toHaveProperty('processed')
    expect((await apply(stacksRequest(session, [plain, transformed]), plan)).outcome.kind).toBe('applied')
  })

  it('holds at the turn of a stack whose image is known once another one is deployed', async () => {
    const session = aws.session()
    const first = unit('api', tasks(LISTED), {
      sources: SOURCES,
      parameters: { Image: OWN, Tool: 'evil.example/miner' }
    })
    const second = unit('worker', tasks('!Ref Tool'), {
      sources: SOURCES,
      dependsOn: ['api'],
      parameters: { Image: OWN, Tool: '${api.Tool}' }
    })
    const request = stacksRequest(session, [first, second])

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    if (outcome.kind !== 'failed') throw new Error(`it ended ${outcome.kind}`)
    expect(outcome.failures.map(describeFailure).join()).toContain(
      'runs the image evil.example/miner, which this release'
    )
    expect([...(await describeStacks(session, [second.stack])).values()].map(({ status }) => status)).not.toContain(
      'CREATE_COMPLETE'
    )
  })

  it('is what was approved: where a transform makes another image of the same text, the plan is obsolete', async () => {
    const session = aws.session()
    const text = looped('${Tool}')
    const at = (tool: string) => [unit('api', text, { sources: SOURCES, parameters: { Image: OWN, Tool: tool } })]
    const plan = await planStacks(stacksRequest(session, at(LISTED)))
    const meant = plan.map(stack => ({ ...stack, references: [{ ...stack.references?.[0], text: OTHER }] }))

    const { outcome } = await apply(stacksRequest(session, at(LISTED)), meant as typeof plan)

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'what TaskOne/ContainerDefinitions/0/Image takes', planned: OTHER, found: LISTED }]
    })
  })
})
