import type { OperationEvent } from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodePlan, encodePlan, type PlannedStack, sha256, UserError } from '@sluice/core'
import { type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { planWith } from '../src/plan-stacks.ts'
import { deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

/** Plans with what a check of AWS, which the emulator does not have, says of each change set. */
async function plannedWith(
  describeEvents: CloudFormation['describeEvents'],
  image = 'two'
): Promise<readonly PlannedStack[]> {
  const session = aws.session()
  await deliver(stacksRequest(session, [unit('api', PARAMETER, { parameters: { Image: 'one' } })]))
  const request = stacksRequest(session, [unit('api', PARAMETER, { parameters: { Image: image } })])
  return withCloudFormation(session, request.clock, async connection => {
    return (await planWith({ ...connection, describeEvents }, request)).stacks
  })
}

const of = (...events: readonly OperationEvent[]): CloudFormation['describeEvents'] => {
  return async () => ({ OperationEvents: events.map(event => ({ OperationId: 'newest', ...event })) })
}

const CHECK: OperationEvent = {
  EventType: 'VALIDATION_ERROR',
  ValidationFailureMode: 'WARN',
  ValidationPath: '/Resources/Running',
  ValidationStatusReason: 'The name is taken.'
}
const HOOK: OperationEvent = {
  EventType: 'HOOK_INVOCATION_ERROR',
  HookFailureMode: 'WARN',
  HookType: 'Shop::Guard::Hook',
  HookStatusReason: 'No encryption.',
  LogicalResourceId: 'Running'
}

describe('what CloudFormation warns of', () => {
  it('is part of the plan, and of its digest: checks and hooks that let the change set be', async () => {
    const [planned] = await plannedWith(
      of(HOOK, CHECK, CHECK, { ...CHECK, ValidationFailureMode: 'FAIL' }, { EventType: 'STACK_EVENT' })
    )
    const [silent] = await plannedWith(of())

    expect(planned?.warnings).toEqual([
      { at: '/Resources/Running', what: 'The name is taken.' },
      { at: 'Running', what: 'Shop::Guard::Hook: No encryption.' }
    ])
    expect(silent).not.toHaveProperty('warnings')
    const plan = {
      version: 1 as const,
      ...{ product: 'storefront', environment: 'staging', release: sha256('r'), commit: 'a'.repeat(40) },
      ...{ policy: sha256('p'), stacks: planned === undefined ? [] : [planned], content: [] }
    }
    const { text, digest } = encodePlan(plan)
    expect(decodePlan(Buffer.from(text), digest).stacks[0]?.warnings).toEqual(planned?.warnings)
  })

  it('is nothing of an earlier operation, nor where the role may not ask, nor of a stack that stays as it is', async () => {
    const older = { ...CHECK, OperationId: 'older' }

    expect((await plannedWith(of({ EventType: 'STACK_EVENT' }, older)))[0]).not.toHaveProperty('warnings')
    const denied = async (): Promise<never> => {
      throw new UserError('AWS denied cloudformation:DescribeEvents')
    }
    expect((await plannedWith(denied))[0]).toMatchObject({ action: 'update' })
    expect((await plannedWith(of(CHECK), 'one'))[0]).toMatchObject({ action: 'unchanged' })
  })

  it('is cut where it goes on', async () => {
    const [planned] = await plannedWith(of({ ...CHECK, ValidationStatusReason: 'x'.repeat(2_000) }))

    expect(planned?.warnings?.[0]?.what).toHaveLength(500)
  })
})
