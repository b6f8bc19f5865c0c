import type { PlannedStack } from '@sluice/core'
import type { LiveStack } from './live-stack.ts'
import { checkParameters, type MovingOutputs, type ResolvedParameters, resolveParameters } from './parameters.ts'
import type { StackRequest } from './request.ts'
import { readTemplate, type Template } from './template.ts'

/** A stack as it is wanted, with its template read. */
export interface WantedStack {
  readonly request: StackRequest
  readonly template: Template
}

/** Outputs of the stacks that exist: unit → name → value. */
export type Outputs = ReadonlyMap<string, Readonly<Record<string, string>>>

/** Reads and checks every template and parameter before AWS is asked anything. @throws UserError */
export function readWanted(requests: readonly StackRequest[]): readonly WantedStack[] {
  const targets = requests.map(request => ({
    request,
    template: readTemplate(request.template, `of unit ${request.unit}`)
  }))
  const producers = new Map(targets.map(({ request, template }) => [request.unit, template]))
  for (const { request, template } of targets) checkParameters(request, template, producers)
  return targets
}

/** The outputs of the stacks that exist, for the expressions of those that follow. */
export function outputsOf(requests: readonly StackRequest[], live: ReadonlyMap<string, LiveStack>): Outputs {
  return new Map(
    requests.flatMap(({ unit, stack }) => {
      const found = live.get(stack)
      return found?.template === undefined ? [] : [[unit, found.outputs]]
    })
  )
}

/** The part of a planned stack that follows from what is wanted alone, without asking what it would change. */
export function wanted(
  { request, template }: WantedStack,
  region: string,
  outputs: Outputs,
  mayMove?: MovingOutputs
): {
  readonly parameters: ResolvedParameters
  readonly planned: Omit<PlannedStack, 'action' | 'base' | 'changes'>
} {
  const parameters = resolveParameters(request, template, outputs, mayMove)
  return {
    parameters,
    planned: {
      unit: request.unit,
      stack: request.stack,
      region,
      artifact: request.artifact,
      template: template.digest,
      parameters: parameters.planned,
      tags: request.tags
    }
  }
}
