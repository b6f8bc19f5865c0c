import { waitUntilStackCreateComplete, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, type RetiredStack, systemClock } from '@sluice/core'
import { compareRetired, deleteRetired, describeStacks } from '../src/index.ts'
import { deliver, type Emulator, memoryLog, stacksRequest, startEmulator, unit } from './emulator.ts'
import { deletion, EXPORTING, IMPORTING, KEPT, planDeletion, retired } from './retired-stacks.ts'
import { PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const [WORKER, REPORT] = ['storefront-staging-worker', 'storefront-staging-report']

async function delivered(...units: readonly ReturnType<typeof unit>[]): Promise<AwsSession> {
  const session = aws.session()
  await deliver(stacksRequest(session, units))
  return session
}

async function planned(...units: readonly ReturnType<typeof unit>[]): Promise<{
  readonly session: AwsSession
  readonly plan: readonly RetiredStack[]
}> {
  const session = await delivered(...units)
  return { session, plan: await planDeletion(session, ...units.map(it => retired(it.unit))) }
}

const compare = (session: AwsSession, plan: readonly RetiredStack[]) =>
  compareRetired({ session, plan, clock: systemClock, deadline: Date.now() + 60_000 })

const left = async (session: AwsSession): Promise<readonly string[]> => [
  ...(await describeStacks(session, [WORKER, REPORT])).keys()
]

/** A network, which CloudFormation cannot delete while someone else has a part in it. */
const NETWORK = `
Parameters: { Image: { Type: String } }
Resources:
  Setting:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
  Network: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
`

/** Someone's part in it. */
const PART = `
Parameters: { Network: { Type: String } }
Resources:
  Part: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Network, CidrBlock: 10.0.0.0/24 } }
`

describe('stacks of retired units', () => {
  it('are deleted one after another, by ARN, and what their templates retain stays', async () => {
    const { session, plan } = await planned(unit('worker', KEPT), unit('report', PARAMETER))

    expect(await compare(session, plan)).toEqual([])
    const { outcome, ordered, events, lines } = await deletion(session, plan)

    expect(outcome).toEqual({ kind: 'deleted', deleted: ['worker', 'report'] })
    expect(await left(session)).toEqual([])
    expect(ordered).toEqual(plan.map(({ id }) => expect.stringMatching(`^${id} a{64}-`)))
    const told = events.map(it => `${it.stack} ${it.logicalId} ${it.status}`)
    expect(told).toContain(`${WORKER} Table DELETE_COMPLETE`)
    expect(told.indexOf(`${WORKER} ${WORKER} DELETE_COMPLETE`)).toBeLessThan(
      told.indexOf(`${REPORT} ${REPORT} DELETE_IN_PROGRESS`)
    )
    expect(lines).toEqual([`${WORKER}: deleting`, `${WORKER}: deleted`, `${REPORT}: deleting`, `${REPORT}: deleted`])
    expect(told).toContain(`${WORKER} Archive DELETE_SKIPPED`)
  })

  it('that are gone are done', async () => {
    const { session, plan } = await planned(unit('worker', PARAMETER))
    await deletion(session, plan)

    expect(await compare(session, plan)).toEqual([])
    const { outcome, ordered, lines } = await deletion(session, plan)

    expect(outcome).toEqual({ kind: 'deleted', deleted: ['worker'] })
    expect([ordered, lines]).toEqual([[], [`${WORKER}: already deleted`]])
  })

  it('that have another template, other resources or protection since are left alone', async () => {
    const { session, plan } = await planned(unit('worker', PARAMETER))
    const other = PARAMETER.replace('Resources:\n', 'Resources:\n  Queue: { Type: AWS::SQS::Queue }\n')
    await deliver(stacksRequest(session, [unit('worker', other)]))
    await aws.client(session).updateTerminationProtection({ StackName: WORKER, EnableTerminationProtection: true })

    const differences = await compare(session, plan)
    const { outcome, ordered } = await deletion(session, plan)

    expect(differences).toMatchObject([
      { what: 'live template', planned: plan[0]?.template },
      { what: 'resource Queue', planned: 'nothing', found: expect.stringMatching(/^AWS::SQS::Queue .* \(delete\)$/) },
      { what: 'termination protection', planned: 'off', found: 'on' }
    ])
    expect(outcome).toEqual({ kind: 'obsolete', deleted: [], differences })
    expect([ordered, await left(session)]).toEqual([[], [WORKER]])
  })

  it('that were made anew under the same name are left alone', async () => {
    const { session, plan } = await planned(unit('worker', PARAMETER))
    await deletion(session, plan)
    await deliver(stacksRequest(session, [unit('worker', PARAMETER)]))

    const { outcome, ordered } = await deletion(session, plan)

    expect(outcome).toMatchObject({ kind: 'obsolete', differences: [{ what: 'stack', planned: plan[0]?.id }] })
    expect([ordered, await left(session)]).toEqual([[], [WORKER]])
  })

  it('whose outputs another stack imports since are left alone', async () => {
    const { session, plan } = await planned(unit('worker', EXPORTING))
    await deliver(stacksRequest(session, [unit('report', IMPORTING)]))

    expect(await compare(session, plan)).toMatchObject([
      { what: `export ${WORKER}-name`, planned: 'imported by no other stack', found: `imported by ${REPORT}` }
    ])
  })

  it('may import of each other: whoever does goes first', async () => {
    const { session, plan } = await planned(
      unit('worker', EXPORTING),
      unit('report', IMPORTING, { dependsOn: ['worker'] })
    )

    expect(await compare(session, plan)).toEqual([])
    expect((await deletion(session, plan)).outcome).toEqual({ kind: 'deleted', deleted: ['report', 'worker'] })
  })

  it('that cannot be deleted say what keeps them, and go on when that is put right', async () => {
    const { session, plan } = await planned(unit('worker', NETWORK), unit('report', PARAMETER))
    const network = plan[0]?.resources.find(it => it.logicalId === 'Network')?.physicalId ?? ''
    const client = aws.client(session)
    await client.createStack({
      ...{ StackName: 'part', TemplateBody: PART },
      Parameters: [{ ParameterKey: 'Network', ParameterValue: network }]
    })
    await waitUntilStackCreateComplete({ client, minDelay: 1, maxWaitTime: 30 }, { StackName: 'part' })

    const { outcome, ordered } = await deletion(session, plan)

    expect(outcome).toMatchObject({
      ...{ kind: 'failed', deleted: [] },
      failure: { unit: 'worker', stack: WORKER, status: 'DELETE_FAILED' }
    })
    const reason = outcome.kind === 'failed' ? outcome.failure.cause.reason : ''
    expect(reason).toMatch(
      new RegExp(`^Network \\(AWS::EC2::VPC\\) ${network} could not be deleted: .*DependencyViolation`)
    )
    expect(reason).toMatch(
      /\. Put right what keeps them, as by emptying a bucket, and re-run the failed jobs: the deletion goes on\. Or leave them behind with `aws cloudformation delete-stack --stack-name storefront-staging-worker --region eu-west-1 --retain-resources Network`$/
    )
    expect(await left(session)).toEqual([WORKER, REPORT])

    expect(await compare(session, plan)).toEqual([])
    await client.deleteStack({ StackName: 'part' })
    await waitUntilStackDeleteComplete({ client, minDelay: 1, maxWaitTime: 30 }, { StackName: 'part' })
    const again = await deletion(session, plan)

    expect(again.outcome).toEqual({ kind: 'deleted', deleted: ['worker', 'report'] })
    expect(again.ordered).toHaveLength(2)
    // A token that was good for the attempt that failed would be taken for that.
    expect(again.ordered).not.toContain(ordered[0])
  })

  it('that AWS does not begin to delete say why, and count as untouched', async () => {
    const { session, plan } = await planned(unit('worker', PARAMETER))

    const { outcome } = await deletion(session, plan, () => ({
      deleteStack: async () => {
        throw new Error('AWS denied it.')
      }
    }))

    expect(outcome).toEqual({
      ...{ kind: 'failed', deleted: [] },
      failure: { unit: 'worker', stack: WORKER, cause: { reason: 'AWS denied it.' } }
    })
    expect(await left(session)).toEqual([WORKER])
  })

  it('need no connection where there are none', async () => {
    const none = { session: aws.session(), clock: systemClock, plan: [], deadline: 0 }

    expect(await compareRetired(none)).toEqual([])
    expect(await deleteRetired({ ...none, log: memoryLog(), clientToken: '', onEvent: () => undefined })).toEqual({
      kind: 'deleted',
      deleted: []
    })
  })
})
