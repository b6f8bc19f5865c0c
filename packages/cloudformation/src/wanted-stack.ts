import { type PlannedReference, type PlannedStack, UserError } from '@sluice/core'
import type { LiveStack } from './live-stack.ts'
import { allReferencesOf } from './nested-references.ts'
import {
  checkOutputs,
  checkParameters,
  type MovingOutputs,
  type ResolvedParameters,
  resolveParameters
} from './parameters.ts'
import type { StackRequest } from './request.ts'
import { asMember } from './settings.ts'
import { stateOf } from './stack-status.ts'
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
    template: templateOf(request)
  }))
  const producers = new Map(targets.map(({ request, template }) => [request.unit, template]))
  for (const { request, template } of targets) {
    checkParameters(request, template, producers)
    checkOutputs(request, template)
  }
  return targets
}

function templateOf({ unit, template, keepTemplate }: StackRequest): Template {
  return readTemplate(template, `of unit ${unit}`, keepTemplate !== undefined)
}

/** What is wrong with templates and parameters, the first of each unit: what {@link readWanted} would refuse. */
export function templateProblems(
  requests: readonly StackRequest[]
): readonly { readonly unit: string; readonly problem: string }[] {
  const problems = new Map<string, string>()
  const noting = <T>(unit: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error: unknown) {
      if (!(error instanceof UserError)) throw error
      problems.set(unit, error.message)
      return undefined
    }
  }
  const templates = new Map<string, Template>()
  for (const request of requests) {
    const template = noting(request.unit, () => templateOf(request))
    if (template !== undefined) templates.set(request.unit, template)
  }
  for (const request of requests) {
    const template = templates.get(request.unit)
    // What cannot be read says nothing of those that refer to it either.
    if (template === undefined || request.dependsOn.some(unit => !templates.has(unit))) continue
    noting(request.unit, () => {
      checkParameters(request, template, templates)
      checkOutputs(request, template)
      const { values } = resolveParameters(request, template, new Map())
      statedReferences({ request, template }, values)
    })
  }
  return [...problems].map(([unit, problem]) => ({ unit, problem }))
}

/** The outputs of the stacks that exist, for the expressions of those that follow; what failed to be created has none that stay. */
export function outputsOf(requests: readonly StackRequest[], live: ReadonlyMap<string, LiveStack>): Outputs {
  return new Map(
    requests.flatMap(({ unit, stack }) => {
      const found = live.get(stack)
      return found?.template === undefined || stateOf(found.status) === 'dead' ? [] : [[unit, found.outputs]]
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
  const references = statedReferences({ request, template }, parameters.values)
  return {
    parameters,
    planned: {
      unit: request.unit,
      stack: request.stack,
      region,
      artifact: request.artifact,
      template: template.digest,
      parameters: parameters.planned,
      tags: request.tags,
      ...asMember(request.settings ?? {}),
      ...(references.length === 0 ? {} : { references })
    }
  }
}

/** What the text itself takes from outside; where a transform makes another of it, that one tells. */
function statedReferences(target: WantedStack, values: Readonly<Record<string, string>>): readonly PlannedReference[] {
  const { request, template } = target
  return template.transformed ? [] : allReferencesOf(request, template.text, knownParameters(target, values))
}

/** All values of a stack's parameters that are known: what delivery.yml sets, and the defaults of what it does not. */
export function knownParameters(
  { request, template }: WantedStack,
  values: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  const defaults = [...template.parameters].flatMap(([name, it]) =>
    it.default === undefined || request.parameters[name] !== undefined ? [] : [[name, it.default] as const]
  )
  return { ...Object.fromEntries(defaults), ...values }
}
