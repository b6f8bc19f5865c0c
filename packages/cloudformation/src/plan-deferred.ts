import { type Log, type PlannedChange, UserError } from '@sluice/core'
import { computeChanges } from './change-set.ts'
import type { CloudFormation } from './connection.ts'
import { isWithin } from './difference.ts'
import { discardStack } from './discard-stacks.ts'
import type { ResolvedParameters } from './parameters.ts'
import { placeholderFor, relaxedTemplate } from './relaxed-template.ts'
import type { WantedStack } from './wanted-stack.ts'
import { worstCase } from './worst-case.ts'

/** How a change set of the stack is made. */
interface Making {
  readonly name: string
  readonly log: Log
  readonly roleArn?: string
}

/**
 * What a stack that exists may change, where some of its parameters are known once stacks before it are deployed: what it changes with the values of now,
 * whose change set stays, and what else it may change with any other values. The latter is asked by placeholders, in a change set that goes at once.
 * @throws UserError when CloudFormation refuses the values of now.
 */
export async function planDeferred(
  cloudFormation: CloudFormation,
  target: WantedStack,
  parameters: ResolvedParameters,
  making: Making
): Promise<readonly PlannedChange[]> {
  const open = [...parameters.pending, ...parameters.moving]
  const possible = await probe(cloudFormation, target, { values: parameters.values, open }, making)
  if (parameters.pending.length > 0) return possible
  const { log, ...options } = making
  const fixed = await computeChanges(cloudFormation, target, {
    ...options,
    type: 'UPDATE',
    parameters: parameters.values
  })
  if (fixed.state === 'empty') await discardStack(cloudFormation, target.request.stack, making.name, log)
  const certain = fixed.changes
  const more = possible.filter(change => !certain.some(bound => isWithin(change, bound)))
  return [...certain, ...more.map(change => ({ ...change, possible: true as const }))].sort(byPlace)
}

/** What would change if open parameters had other values. */
async function probe(
  cloudFormation: CloudFormation,
  target: WantedStack,
  { values, open }: { readonly values: Readonly<Record<string, string>>; readonly open: readonly string[] },
  { log, ...options }: Making
): Promise<readonly PlannedChange[]> {
  const { template, request } = target
  const text = relaxedTemplate(template, open)
  if (text === undefined) return worstCase(template, open)
  const placeholders = open.map(name => [name, placeholderFor(template.parameters.get(name)?.type, values[name])])
  try {
    const { changes } = await computeChanges(
      cloudFormation,
      { request, template: { ...template, text } },
      { ...options, type: 'UPDATE', parameters: { ...values, ...Object.fromEntries(placeholders) }, isProbe: true }
    )
    return changes
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    log.info(
      `${request.stack}: CloudFormation does not say what other values of ${open.join(', ')} would change, so the plan takes the worst: ${error.message}`
    )
    return worstCase(template, open)
  } finally {
    await discardStack(cloudFormation, request.stack, options.name, log)
  }
}

/** By resource, what is certain before what is possible. */
function byPlace(a: PlannedChange, b: PlannedChange): number {
  const [left, right] = [a, b].map(it => `${it.logicalId} ${it.possible === true ? 1 : 0} ${it.action}`)
  return (left ?? '') < (right ?? '') ? -1 : 1
}
