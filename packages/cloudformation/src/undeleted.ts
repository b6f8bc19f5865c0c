import type { RetiredStack } from '@sluice/core'
import { describeCause, isConsequence, type RootCause } from './root-cause.ts'
import { isOfStack, type StackEvent } from './stack-events.ts'

/** What happened to each resource of a deletion last: CloudFormation tries again what could not be deleted at first. */
export class LastEvents {
  readonly #last = new Map<string, StackEvent>()

  add(event: StackEvent): void {
    if (!isOfStack(event)) this.#last.set(`${event.stackId} ${event.logicalId}`, event)
  }

  /** Resources that could not be deleted, those of nested stacks included. */
  get undeleted(): readonly StackEvent[] {
    return [...this.#last.values()].filter(({ status, reason }) => status === 'DELETE_FAILED' && !isConsequence(reason))
  }
}

/**
 * Why a stack could not be deleted, resource by resource, and what to do about it.
 * @param undeleted as {@link LastEvents} has them.
 * @param cause what is known where no resource says anything.
 */
export function explainUndeleted(
  { stack, region, id }: RetiredStack,
  undeleted: readonly StackEvent[],
  cause: RootCause
): string {
  // Of a nested stack what is in it says more than that it could not be deleted either.
  const inner = undeleted.filter(({ type }) => type !== 'AWS::CloudFormation::Stack')
  const told = (inner.length > 0 ? inner : undeleted).map(event => {
    const { logicalId, type, physicalId, reason = 'AWS gave no reason' } = event
    const where = event.stackId === id ? '' : ` of stack ${event.stack}`
    return `${logicalId} (${type}) ${physicalId}${where} could not be deleted: ${withoutStop(reason)}`
  })
  const own = undeleted.filter(({ stackId }) => stackId === id).map(({ logicalId }) => logicalId)
  const left = `aws cloudformation delete-stack --stack-name ${stack} --region ${region} --retain-resources ${own.join(' ') || '<resource>'}`
  return `${told.length === 0 ? describeCause(cause) : told.join('; ')}. Put right what keeps them, as by emptying a bucket, and re-run the failed jobs: the deletion goes on. Or leave them behind with \`${left}\``
}

/** A reason of AWS that a sentence goes on after. */
export function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '')
}
