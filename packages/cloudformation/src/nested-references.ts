import type { PlannedReference } from '@sluice/core'
import type { NestedTemplate, StackRequest } from './request.ts'
import { type Around, pseudoParameters, referencesOf } from './sources.ts'
import { readTemplate } from './template.ts'
import { member, namesIn, readTree, type Tree } from './template-tree.ts'
import { type KnownValues, possibleValues } from './template-values.ts'

/** A nested stack, as the template around it makes it. */
export interface NestedStack {
  /** Its name in the template around it. */
  readonly id: string
  readonly template: NestedTemplate
  /** Values by name, with defaults; those that are known once other stacks are deployed are absent. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What stacks that are nested by file take from outside, and the template around them: {@link referencesOf} each. @throws UserError as that */
export function allReferencesOf(
  { unit, sources, nested = [], file }: Pick<StackRequest, 'unit' | 'sources' | 'nested'> & Pick<Around, 'file'>,
  text: string,
  parameters: Readonly<Record<string, string>>
): readonly PlannedReference[] {
  if (sources === undefined) return []
  const stacks = nestedIn(nested, text, { parameters, pseudo: pseudoParameters(sources) })
  const nestedAt = new Set(stacks.map(({ id }) => `${id}/TemplateURL`))
  const found = referencesOf({ unit, sources, nestedAt, ...(file === undefined ? {} : { file }) }, text, parameters)
  // Whether what was built is used is asked of the whole, which passes it on.
  const { artifactParameter: _, ownCode, ...within } = sources
  const own = ownCode === undefined ? sources.own : [...sources.own, ownCode]
  const below = stacks.flatMap(stack =>
    allReferencesOf(
      { unit, sources: { ...within, own }, nested, file: stack.template.path },
      stack.template.text,
      stack.parameters
    ).map(it => ({ ...it, at: `${stack.id}/${it.at}` }))
  )
  return [...found, ...below]
}

/**
 * The stacks that a template nests by file, each with what it gives to it: where it says that itself, by the name of the template alone. What comes to
 * the same name by an expression, or in a resource of another type, is for whoever lists it in delivery.yml.
 */
export function nestedIn(
  nested: readonly NestedTemplate[],
  text: string,
  known: Omit<KnownValues, 'template'>
): readonly NestedStack[] {
  const template = nested.length === 0 ? undefined : readTree(text)
  if (template === undefined) return []
  const resources = member(template, 'Resources')
  return namesIn(resources).flatMap(id => {
    const resource = member(resources, id)
    const properties = member(resource, 'Properties')
    const url = member(properties, 'TemplateURL')
    const isStack = member(resource, 'Type') === 'AWS::CloudFormation::Stack'
    const found = isStack ? nested.find(it => it.url === url) : undefined
    if (found === undefined) return []
    const passed = member(properties, 'Parameters')
    const defaults = [...readTemplate(found.text, found.path, true).parameters].flatMap(([name, it]) =>
      it.default === undefined ? [] : [[name, it.default] as const]
    )
    const values = namesIn(passed).flatMap(name => given(name, member(passed, name) ?? '', { ...known, template }))
    const named = new Set(namesIn(passed))
    return [
      {
        id,
        template: found,
        parameters: Object.fromEntries([...defaults.filter(([name]) => !named.has(name)), ...values])
      }
    ]
  })
}

/**
 * What a parameter of a nested stack will be. Where that may be several things, or what the stack around it makes, it is a text that no image and no code
 * is called by, so that whatever is run by it is refused.
 */
function given(name: string, tree: Tree, known: KnownValues): readonly (readonly [string, string])[] {
  const values = possibleValues(tree, known)
  const [only] = values
  if (values.length === 1 && only !== undefined) {
    if ('text' in only) return [[name, only.text]]
    if (only.pending === true) return []
    return [[name, `(${only.unknown})`]]
  }
  return [[name, `(one of ${values.length} values)`]]
}
