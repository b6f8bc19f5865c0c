import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, type PlannedStack, type StackBase, type StackSettings, sha256 } from '@sluice/core'
import { applyWith } from '../src/apply-stacks.ts'
import { AccessDenied, type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { describeDifference } from '../src/difference.ts'
import { type ApplyOutcome, describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { changesProtection, isProtectedAsPlanned } from '../src/termination-protection.ts'
import { apply, deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { UNSET } from './fake.ts'
import { PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const API = 'storefront-staging-api'

function wanting(session: AwsSession, settings?: StackSettings, image = 'one'): StacksRequest {
  const parameters = { Image: image }
  return stacksRequest(session, [
    unit('api', PARAMETER, { parameters, ...(settings === undefined ? {} : { settings }) })
  ])
}
const isProtected = async (session: AwsSession): Promise<boolean | undefined> =>
  (await describeStacks(session, [API])).get(API)?.settings.terminationProtection

/** What others do past Sluice. */
async function protect(session: AwsSession, EnableTerminationProtection: boolean): Promise<void> {
  await aws.client(session).updateTerminationProtection({ StackName: API, EnableTerminationProtection })
}

const [ON, OFF] = [{ terminationProtection: true }, { terminationProtection: false }]

describe('termination protection', () => {
  it('is on when a new stack is created, and keeps it from being deleted', async () => {
    const session = aws.session()
    const { outcome } = await deliver(wanting(session, ON))

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'created' }] })
    await expect(aws.client(session).deleteStack({ StackName: API })).rejects.toThrow(/TerminationProtection/)
  })

  it.each([
    [ON, OFF],
    [OFF, ON]
  ])('is a change of its own, from %j to %j', async (before, after) => {
    const session = aws.session()
    await deliver(wanting(session, before))

    const plan = await planStacks(wanting(session, after))
    const untouched = await isProtected(session)
    const { outcome } = await apply(wanting(session, after), plan)
    const [again] = await planStacks(wanting(session, after))

    expect(plan).toMatchObject([{ action: 'update', settings: after, base: { settings: before }, changes: [] }])
    expect(untouched).toBe(before.terminationProtection)
    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'updated' }] })
    expect(await isProtected(session)).toBe(after.terminationProtection)
    expect(again).toMatchObject({ action: 'unchanged' })
  })

  it('comes after what else a stack is given', async () => {
    const session = aws.session()
    await deliver(wanting(session))
    const { outcome } = await deliver(wanting(session, ON, 'two'))

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'updated' }] })
    expect((await describeStacks(session, [API])).get(API)).toMatchObject({
      parameters: { Image: 'two' },
      settings: { terminationProtection: true }
    })
  })

  it('stays as others set it where delivery.yml says nothing of it', async () => {
    const session = aws.session()
    await deliver(wanting(session))
    await protect(session, true)

    const [plan] = await planStacks(wanting(session))
    await deliver(wanting(session, undefined, 'two'))

    expect(plan?.action).toBe('unchanged')
    expect(JSON.stringify(plan)).not.toContain('settings')
    expect(await isProtected(session)).toBe(true)
  })

  it('is no longer as it was planned where others have set it since', async () => {
    const session = aws.session()
    await deliver(wanting(session, ON))
    const request = wanting(session, ON, 'two')
    const plan = await planStacks(request)
    await protect(session, false)

    const { outcome } = await apply(request, plan)

    if (outcome.kind !== 'obsolete') throw new Error(`it is ${outcome.kind}`)
    expect(outcome.differences.map(describeDifference)).toEqual([
      `${API}: live setting termination protection was "on" in the plan and is "off" now`
    ])
    expect(await isProtected(session)).toBe(false)
  })

  it.each(['was not heard', 'was carried out'])(
    'is set by the next run where AWS could not be asked, or its answer was lost: the call %s',
    async end => {
      const session = aws.session()
      await deliver(wanting(session))
      const request = wanting(session, ON, 'two')
      const plan = await planStacks(request)

      const first = await applyOver(request, plan, async (real, input) => {
        if (end === 'was carried out') await real.updateTerminationProtection(input)
        throw new AccessDenied('AWS denied cloudformation:UpdateTerminationProtection')
      })
      const second = await apply(request, plan)

      expect(first).toMatchObject({
        kind: 'failed',
        failures: [{ unit: 'api', cause: { reason: 'AWS denied cloudformation:UpdateTerminationProtection' } }]
      })
      expect(second.outcome).toMatchObject({ kind: 'applied' })
      expect(await isProtected(session)).toBe(true)
    }
  )
})

/** Applies over a connection that answers otherwise where protection is set. */
async function applyOver(
  request: StacksRequest,
  plan: readonly PlannedStack[],
  answer: (
    real: CloudFormation,
    input: Parameters<CloudFormation['updateTerminationProtection']>[0]
  ) => Promise<unknown>
): Promise<ApplyOutcome> {
  return withCloudFormation(request.session, request.clock, real =>
    applyWith(
      { ...real, updateTerminationProtection: input => answer(real, input) },
      { ...request, plan, clientToken: 'a'.repeat(64), deadline: Date.now() + 60_000, onEvent: () => undefined }
    )
  )
}

describe('a stack is protected as it was planned', () => {
  const base = (settings?: StackSettings): StackBase => ({
    ...{ status: 'CREATE_COMPLETE', template: sha256(PARAMETER), parameters: {}, tags: {} },
    ...(settings === undefined ? {} : { settings })
  })

  it.each<[string, Pick<PlannedStack, 'base' | 'settings'>, boolean, boolean]>([
    ['where the plan says nothing of it', { base: base() }, true, true],
    ['where it is as it was wanted, and was before', { base: base(ON), settings: ON }, true, true],
    ['unless it was to stay on', { base: base(ON), settings: ON }, false, false],
    ['unless it was to stay off', { base: base(OFF), settings: OFF }, true, false],
    ['while it is not changed yet', { base: base(OFF), settings: ON }, false, true],
    ['when it is changed', { base: base(OFF), settings: ON }, true, true],
    ['while a new stack is not protected yet', { settings: ON }, false, true]
  ])('%s', (_, planned, terminationProtection, expected) => {
    const live = { settings: { ...UNSET, terminationProtection } }

    expect(isProtectedAsPlanned(planned, live)).toBe(expected)
  })

  it('and is not changed by the plan that creates it, but after it', () => {
    expect(changesProtection({ settings: ON })).toBe(false)
  })
})
