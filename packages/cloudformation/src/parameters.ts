import {
  artifactParameter,
  CODE_PARAMETERS,
  didYouMean,
  formatReference,
  outputReferences,
  type PlannedParameter,
  type Reach,
  resolveOutputs,
  UserError
} from '@sluice/core'
import type { StackRequest } from './request.ts'
import type { Template } from './template.ts'

/** What CloudFormation shows instead of the value of a `NoEcho` parameter. */
export const HIDDEN = '****'

/** The parameters of one stack: what is sent, what is shown, and what cannot be known yet. */
export interface ResolvedParameters {
  /** What is passed to CloudFormation. */
  readonly values: Readonly<Record<string, string>>
  /** What the approver sees: also defaults, never the values of `NoEcho` parameters. */
  readonly planned: Readonly<Record<string, PlannedParameter>>
  /** Names whose expressions need outputs that do not exist yet. */
  readonly pending: readonly string[]
  /** Names whose expressions read outputs that may move; their values are those of now. */
  readonly moving: readonly string[]
}

/** Outputs that may move before a stack's turn comes, and what moves them: unit → output → sorted names. */
export type MovingOutputs = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/**
 * Resolves a stack's parameters against the outputs that exist now.
 * Those that are offered to every template are left out where it does not declare them ({@link checkParameters}).
 * @param outputs unit → outputs of its stack; a unit without a stack is absent.
 * @param mayMove those of them whose values may not stay.
 */
export function resolveParameters(
  request: StackRequest,
  template: Template,
  outputs: ReadonlyMap<string, Readonly<Record<string, string>>>,
  mayMove: MovingOutputs = new Map()
): ResolvedParameters {
  const values: Record<string, string> = {}
  const planned: Record<string, PlannedParameter> = {}
  const pending: string[] = []
  const moving: string[] = []
  for (const [name, { default: fallback, noEcho }] of [...template.parameters].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const given = request.parameters[name]
    if (given === undefined) {
      if (fallback !== undefined) planned[name] = { value: noEcho ? HIDDEN : fallback }
      continue
    }
    const value = resolveOutputs(given, ({ unit, output }) => outputs.get(unit)?.[output])
    if (value === undefined) {
      planned[name] = { expression: given }
      pending.push(name)
    } else {
      values[name] = value
      const shown = noEcho ? HIDDEN : value
      const because = reasonsToMove(given, mayMove)
      planned[name] = because.length === 0 ? { value: shown } : { expression: given, now: shown, because }
      if (because.length > 0) moving.push(name)
    }
  }
  return { values, planned, pending, moving }
}

function reasonsToMove(expression: string, mayMove: MovingOutputs): readonly Reach[] {
  const found = new Map<string, Reach>()
  for (const reference of outputReferences(expression).references) {
    const via = mayMove.get(reference.unit)?.get(reference.output)
    if (via !== undefined) found.set(formatReference(reference), { ...reference, via })
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reach]) => reach)
}

/** A template takes what was built: an image; of a bundle its digest, the place of its code, or both. */
function requireArtifact({ unit, parameters }: StackRequest, { parameters: declared }: Template): void {
  const [image, digest] = [artifactParameter('image'), artifactParameter('bundle')]
  const asCode = CODE_PARAMETERS.filter(name => declared.has(name))
  const missing = CODE_PARAMETERS.filter(name => !declared.has(name))
  if (asCode.length > 0 && parameters[asCode[0] as string] === undefined)
    throw new UserError(
      `The template of unit ${unit} declares the parameter ${asCode[0]}, which says where Lambda takes the code of a bundle from, and ${parameters[digest] === undefined ? 'the unit is no bundle. Remove it' : 'there is no such place. Name a bucket of the account of each environment: `bundles` under `accounts` of delivery.yml'}.`
    )
  if (asCode.length > 0 && missing.length > 0)
    throw new UserError(
      `The template of unit ${unit} declares ${asCode.join(' and ')}, and not ${missing.join(' and ')}: the code of a bundle is one version of one object. Add what is missing under \`Parameters:\`, and use all three.`
    )
  const [name, instead] = parameters[image] === undefined ? [digest, ', nor those that pass its code'] : [image, '']
  if (parameters[name] === undefined || declared.has(name) || (name === digest && asCode.length > 0)) return
  throw new UserError(
    `The template of unit ${unit} does not declare the parameter ${name}, which passes the release's digest to the stack${instead}. Add it under \`Parameters:\` and use it.`
  )
}

/**
 * Checks what can be checked before AWS is asked anything: the artifact's parameter, names, required parameters, expressions.
 * @throws UserError naming unit, parameter and remedy.
 */
export function checkParameters(
  request: StackRequest,
  template: Template,
  producers: ReadonlyMap<string, Template>
): void {
  const { unit, parameters, offered = [], dependsOn } = request
  requireArtifact(request, template)
  // A value that reaches no template was meant to change something.
  const [unknown] = Object.keys(parameters).filter(name => !template.parameters.has(name) && !offered.includes(name))
  if (unknown !== undefined) {
    const declared = [...template.parameters.keys()]
    throw new UserError(
      `The template of unit ${unit} declares no parameter ${unknown}, which delivery.yml sets${didYouMean(unknown, declared)}. Correct the name in units.${unit}.stack.parameters, in a file of parameterFiles or in the parameters of the environment, or add it under \`Parameters:\` of the template.`
    )
  }
  for (const [name, { default: fallback }] of template.parameters) {
    const given = parameters[name]
    if (given === undefined) {
      if (fallback !== undefined) continue
      throw new UserError(
        `The template of unit ${unit} requires the parameter ${name}, which has no value. Set units.${unit}.stack.parameters.${name} in delivery.yml, or give it a Default.`
      )
    }
    for (const reference of outputReferences(given).references) {
      const { unit: producer, output } = reference
      const expression = formatReference(reference)
      const source = producers.get(producer)
      if (source === undefined || !dependsOn.includes(producer)) {
        throw new UserError(
          `Unit ${unit}, parameter ${name}: ${expression} refers to the stack of ${producer}, which ${unit} does not depend on. Add ${producer} to units.${unit}.dependsOn, or correct the name.`
        )
      }
      if (!source.outputs.includes(output)) {
        throw new UserError(
          `Unit ${unit}, parameter ${name}: the template of ${producer} has no output ${expression}. Its outputs: ${source.outputs.join(', ') || 'none'}.`
        )
      }
    }
  }
}

/** Checks that a template has what is read once its stack is deployed. Of one that is transformed, only AWS knows. @throws UserError */
export function checkOutputs({ unit, promised = [] }: StackRequest, { outputs, transformed }: Template): void {
  const missing = transformed ? undefined : promised.find(({ output }) => !outputs.includes(output))
  if (missing === undefined) return
  throw new UserError(
    `The template of unit ${unit} has no output ${missing.output}, which delivery.yml names in ${missing.as}${didYouMean(missing.output, outputs)}. Its outputs: ${outputs.join(', ') || 'none'}.`
  )
}
