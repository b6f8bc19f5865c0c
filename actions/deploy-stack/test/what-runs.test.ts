import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, sha256, signedCall } from '@sluice/core'
import { compare, withFunctions } from '../src/what-runs.ts'
import { type EmulatedAws, type EmulatedDelivery, startAws } from './emulated.ts'

const API = `
Parameters:
  Image: { Type: String }
Resources:
  Cluster: { Type: AWS::ECS::Cluster }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Ref AWS::StackName
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: "256"
      Memory: "512"
      ContainerDefinitions: [{ Name: api, Image: !Ref Image }]
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      LaunchType: FARGATE
      DesiredCount: 1
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [subnet-1] } }
Outputs:
  Address: { Value: 'https://shop.example' }
`

let aws: EmulatedAws
beforeAll(async () => {
  aws = await startAws()
})
afterAll(async () => aws.stop())

/** Asks ECS by hand. */
async function ecs(session: AwsSession, action: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await signedCall(session, {
    ...{ service: 'ECS', signingName: 'ecs', region: session.region, host: '', path: '/', body: JSON.stringify(input) },
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`
    }
  })
  expect(`${action} ${status}`).toBe(`${action} 200`)
  return JSON.parse(body) as Readonly<Record<string, unknown>>
}

async function applied(delivery: EmulatedDelivery, run: string) {
  const release = await delivery.publish(`page ${run}`, { 'infra/api.yml': API })
  const planned = await delivery.plan(release, run)
  await delivery.begin(planned, release, run)
  return { release, planned, report: await delivery.apply(planned, release, run) }
}

describe('after its stacks are applied', () => {
  it('a deployment shows what runs', async () => {
    const { report } = await applied(aws.deliver(), '1')

    expect(report.outputs['outcome']).toBe('applied')
    expect(report.summary).toMatch(/\| api \| `[^`]*Service[^`]*` \| `api` \| `[^`]*\/api@sha256:[0-9a-f]{64}` \| 1 \|/)
  })

  it('a service that ECS took back is a failure, although CloudFormation reports success', async () => {
    const delivery = aws.deliver()
    const { session } = delivery
    await applied(delivery, '1')
    const { clusterArns } = (await ecs(session, 'ListClusters', {})) as { readonly clusterArns: readonly string[] }
    const cluster = clusterArns[0] ?? ''
    const { serviceArns } = (await ecs(session, 'ListServices', { cluster })) as {
      readonly serviceArns: readonly string[]
    }
    const { services } = (await ecs(session, 'DescribeServices', { cluster, services: serviceArns })) as {
      readonly services: readonly { readonly taskDefinition: string }[]
    }
    const before = services[0]?.taskDefinition
    const { release, planned, report } = await applied(delivery, '2')
    expect(report.outputs['outcome']).toBe('applied')
    await ecs(session, 'UpdateService', { cluster, service: serviceArns[0], taskDefinition: before })

    const again = delivery.apply(planned, release, '2')

    await expect(again).rejects.toMatchObject({
      message: expect.stringMatching(
        /service \S+ does not run what its stack says: it runs \S+:1, and the stack names \S+:2.*container api of service \S+ runs sha256:\w{64}, and not sha256:\w{64}\. The stack is as planned.*deployed by half: api stopped on the way/
      ),
      outputs: { outcome: 'partial' },
      details: expect.stringMatching(/#### Service `[^`]+`/)
    })
  })

  it('a role that may not ask is told what it lacks, and that nothing was compared', async () => {
    const { report } = await appliedWhereEcsSays('AccessDeniedException', 'not authorized')

    expect((await report).outputs['outcome']).toBe('applied')
    expect((await report).summary).toMatch(/What api runs was not compared with the release.*ecs.*docs\/aws-roles\.md/)
  })

  it('an ECS that does not answer is a failure that says how far the deployment is, and what to do', async () => {
    const { report, again } = await appliedWhereEcsSays('ClusterNotFoundException', 'Cluster not found.')

    await expect(report).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The stacks are as planned, but what api runs is not known: AWS could not answer ecs:\w+: Cluster not found\. Re-run the failed jobs when AWS answers: .*deployed by half: api, site stopped on the way/
      ),
      outputs: { outcome: 'partial' }
    })
    expect((await again()).outputs['outcome']).toBe('applied')
  })
})

/** Applies a plan where ECS refuses every question. @returns how that ends, and what applies it once more where ECS answers. */
async function appliedWhereEcsSays(code: string, message: string) {
  const server = createServer((_, response) =>
    response.writeHead(400).end(JSON.stringify({ __type: code, message }))
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const delivery = aws.deliver()
  const { session } = delivery
  const { endpoints } = session.terms
  const refusing = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const changes = {
    session: () => ({
      ...session,
      terms: { ...session.terms, endpoints: (it => (it === 'ECS' ? refusing : endpoints(it))) as typeof endpoints }
    })
  }
  const release = await delivery.publish('page', { 'infra/api.yml': API })
  const planned = await delivery.plan(release, '1')
  await delivery.begin(planned, release, '1')
  const report = delivery.apply(planned, release, '1', changes).finally(() => {
    server.closeAllConnections()
    server.close()
  })
  return { report, again: async () => delivery.apply(planned, release, '1') }
}

const A = `sha256:${'a'.repeat(64)}`
const B = `sha256:${'b'.repeat(64)}`
const own = new Map([['host:5000/shop/api', A]])
const serving = (image: string, imageDigest?: string) => [
  {
    ...{ arn: 'arn', name: 'shop' },
    containers: Array(2).fill({ name: 'api', image, ...(imageDigest === undefined ? {} : { imageDigest }) })
  }
]

describe('what runs, compared with the release:', () => {
  it.each<[string, string, string | undefined, readonly string[]]>([
    ['its digest', `host:5000/shop/api@${A}`, undefined, []],
    ['its digest, of which ECS names one platform', `host:5000/shop/api@${A}`, B, []],
    ['a tag that stands for its digest', 'host:5000/shop/api:latest', A, []],
    ['another digest', `host:5000/shop/api@${B}`, B, [`container api of service shop runs ${B}, and not ${A}`]],
    [
      'a tag that stands for another',
      'host:5000/shop/api:1',
      B,
      [`container api of service shop runs ${B}, and not ${A}`]
    ],
    [
      'a tag of which nothing is known',
      'host:5000/shop/api:1',
      undefined,
      [`container api of service shop runs host:5000/shop/api:1, and not ${A}`]
    ],
    ['an image of someone else', `public.ecr.aws/proxy@${B}`, undefined, []]
  ])('%s', (_, image, digest, problems) => {
    const { problems: found, rows } = compare(serving(image, digest), own)

    expect(found).toEqual(problems)
    expect(rows.map(row => row.at(-1))).toEqual(['2'])
  })

  it('a service without tasks', () => {
    expect(compare([{ arn: 'arn', name: 'shop', containers: [] }], own)).toEqual({
      ...{ problems: [], rows: [['`shop`', '', 'no task', '0']], functions: [] }
    })
  })
})

describe('the code of functions', () => {
  const [wanted, other] = [sha256('wanted'), sha256('other')]
  const none = { problems: ['a service'], rows: [], functions: [] }

  it('is listed where it is what was approved', () => {
    expect(
      withFunctions(
        none,
        [
          { name: 'report', code: wanted },
          { name: 'report', version: '7', code: wanted }
        ],
        wanted
      )
    ).toEqual({
      problems: ['a service'],
      rows: [],
      functions: [
        ['`report`', '', `\`${wanted}\``],
        ['`report`', '7', `\`${wanted}\``]
      ]
    })
  })

  it('is a failure where it is another, or none that Lambda names, or a version was not published anew', () => {
    const { problems } = withFunctions(
      none,
      [{ name: 'report', code: other }, { name: 'report' }, { name: 'report', version: '7', code: other }],
      wanted
    )

    expect(problems).toEqual([
      'a service',
      `function report runs ${other}, and not ${wanted}`,
      `function report runs code that Lambda does not name, and not ${wanted}`,
      `version 7 of function report, the last that its stack published, is made of ${other}, and not of ${wanted}: publish one for each bundle, by another logical id`
    ])
  })
})
