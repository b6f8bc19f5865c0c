import { canonicalJson, type PlannedChange, type PlannedParameter } from '@sluice/core'
import { callIn, isTreeMap, member, namesIn, readTree, type Tree, type TreeMap } from './template-tree.ts'

/** A stack that is going to change, as far as its outputs depend on it. */
export interface ChangingStack {
  /** What it is going to change, as CloudFormation says it without values: that list alone names what follows from other changes. */
  readonly changes: readonly PlannedChange[]
  readonly template: string
  /** A transform makes of the text what nobody has read. */
  readonly transformed: boolean
  /** The text of the template that is live; absent: nobody knows it. */
  readonly liveTemplate?: string
  readonly parameters: Readonly<Record<string, PlannedParameter>>
  readonly liveParameters: Readonly<Record<string, string>>
  /** Parameters whose values nobody can compare: hidden ones, and those that AWS looks up. */
  readonly opaque: ReadonlySet<string>
}

/** Changes of a resource that leave its attributes and its name as they are. */
const HARMLESS = new Set(['CreationPolicy', 'DeletionPolicy', 'Metadata', 'UpdatePolicy', 'UpdateReplacePolicy'])

/** Resources whose name is what their handler answers, at any update. */
const RENAMED_BY_UPDATES = /^(?:Custom::|AWS::CloudFormation::(?:CustomResource|WaitConditionHandle)$)/

/** What AWS evaluates anew whenever the stack is updated. */
const VOLATILE = new Set(['Fn::GetAZs', 'Fn::Transform', 'AWS::Include'])

/**
 * The outputs that the changes of a stack may reach, each with what reaches it, sorted. Whether one does move is known after the update alone, so in doubt
 * it may: who reads an output that is not named here reads the value of now, and one too many costs a line in the dossier.
 *
 * A resource's attribute may move with any change of it, its name (`Ref`) with its replacement: so CloudFormation itself tells which resources follow others
 * (`ChangeSource: DirectModification` and `ResourceAttribute` of `DescribeChangeSet`).
 */
export function movingOutputs(stack: ChangingStack): ReadonlyMap<string, readonly string[]> {
  const template = readTree(stack.template)
  if (template === undefined) return new Map()
  const live = stack.liveTemplate === undefined ? undefined : readTree(stack.liveTemplate)
  const outputs = member(template, 'Outputs')
  const reach = new Reach(stack, template, live)
  return new Map(
    namesIn(outputs).flatMap(name => {
      const via = reachOfOutput(name, { outputs, live, stack, reach })
      return via.length === 0 ? [] : [[name, via] as const]
    })
  )
}

function reachOfOutput(
  name: string,
  {
    outputs,
    live,
    stack,
    reach
  }: {
    readonly outputs: Tree | undefined
    readonly live: TreeMap | undefined
    readonly stack: ChangingStack
    readonly reach: Reach
  }
): readonly string[] {
  if (live === undefined || stack.transformed) return ['its template']
  const output = member(outputs, name)
  const before = member(member(live, 'Outputs'), name)
  if (
    !isSame(member(output, 'Value'), member(before, 'Value')) ||
    !isSame(member(output, 'Condition'), member(before, 'Condition'))
  )
    return ['its own text']
  const condition = member(output, 'Condition')
  const reached = [
    ...reach.of(member(output, 'Value') ?? ''),
    ...(typeof condition === 'string' ? reach.ofCondition(condition) : [])
  ]
  return [...new Set(reached)].sort()
}

/** What of a template the changes reach: names of resources, parameters and the like. */
class Reach {
  readonly #stack: ChangingStack
  readonly #template: TreeMap
  readonly #live: TreeMap | undefined
  readonly #changes: ReadonlyMap<string, PlannedChange>
  /** Resources with a stack of their own in which something changes. */
  readonly #around: ReadonlySet<string>
  /** What is known already, or looked at right now: only a hostile template has circles. */
  readonly #conditions = new Map<string, readonly string[]>()

  constructor(stack: ChangingStack, template: TreeMap, live: TreeMap | undefined) {
    this.#stack = stack
    this.#template = template
    this.#live = live
    this.#changes = new Map(stack.changes.map(change => [change.logicalId, change]))
    this.#around = new Set(
      stack.changes.flatMap(({ logicalId }) => (logicalId.includes('/') ? [logicalId.split('/')[0] ?? ''] : []))
    )
  }

  /** What reaches an expression. */
  of(tree: Tree): readonly string[] {
    if (typeof tree === 'string') return tree.includes('{{resolve:') ? ['a value that AWS looks up'] : []
    if (!isTreeMap(tree)) return tree.flatMap(item => this.of(item))
    const call = callIn(tree)
    return call === undefined
      ? Object.values(tree).flatMap(item => this.of(item))
      : this.#ofCall(call.name, call.argument)
  }

  ofCondition(name: string): readonly string[] {
    const known = this.#conditions.get(name)
    if (known !== undefined) return known
    this.#conditions.set(name, [])
    const [now, before] = [this.#template, this.#live].map(it => member(member(it, 'Conditions'), name))
    const found = now === undefined || !isSame(now, before) ? [`condition ${name}`] : this.of(now)
    this.#conditions.set(name, found)
    return found
  }

  #ofCall(name: string, argument: Tree): readonly string[] {
    if (VOLATILE.has(name)) return [name]
    const [first, second] = Array.isArray(argument) ? (argument as readonly Tree[]) : [argument]
    const named = typeof first === 'string' ? first : undefined
    switch (name) {
      case 'Ref':
        return named === undefined ? this.of(argument) : this.#ofName(named)
      case 'Condition':
        return named === undefined ? this.of(argument) : this.ofCondition(named)
      case 'Fn::GetAtt':
        return named === undefined ? this.of(argument) : [...this.#ofAttribute(named), ...this.of(second ?? '')]
      case 'Fn::Sub':
        return named === undefined ? this.of(argument) : this.#ofText(named, second)
      case 'Fn::If':
        return [...(named === undefined ? [] : this.ofCondition(named)), ...this.of(argument)]
      case 'Fn::FindInMap':
        return [...(named === undefined ? this.#ofMappings() : this.#ofMapping(named)), ...this.of(argument)]
      default:
        return this.of(argument)
    }
  }

  /** A text with `${A}` and `${A.B}` in it, and the map of what else may be named there. */
  #ofText(text: string, own: Tree | undefined): readonly string[] {
    const names = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name.trim())
    const foreign = names.filter(name => member(own, name) === undefined)
    return [
      ...(own === undefined ? [] : this.of(own)),
      ...this.of(text.replace(/\$\{[^}]*\}/g, '')),
      ...foreign.flatMap(name =>
        name.includes('.') ? this.#ofAttribute(name.split('.')[0] ?? '') : this.#ofName(name)
      )
    ]
  }

  /** What a `Ref` names: a parameter, a pseudo parameter, or a resource's name. */
  #ofName(name: string): readonly string[] {
    if (name.startsWith('AWS::')) return []
    if (member(member(this.#template, 'Parameters'), name) !== undefined) return this.#ofParameter(name)
    const change = this.#changes.get(name)
    if (change === undefined) return this.#ofUnlisted(name)
    const { action, replacement = 'False', type } = change
    const isKept = action === 'Modify' && replacement === 'False' && !RENAMED_BY_UPDATES.test(type)
    return isKept ? [] : [name]
  }

  #ofAttribute(name: string): readonly string[] {
    if (this.#around.has(name)) return [name]
    const change = this.#changes.get(name)
    if (change === undefined) return this.#ofUnlisted(name)
    const { action, targets } = change
    const isHarmless = action === 'Modify' && targets.length > 0 && targets.every(target => HARMLESS.has(target))
    return isHarmless ? [] : [name]
  }

  /** CloudFormation lists also what follows from other changes. A name that is neither listed nor there, nobody knows. */
  #ofUnlisted(name: string): readonly string[] {
    return member(member(this.#template, 'Resources'), name) === undefined ? [name] : []
  }

  #ofParameter(name: string): readonly string[] {
    const { parameters, liveParameters, opaque } = this.#stack
    const planned = parameters[name]
    const isFixed =
      planned !== undefined && 'value' in planned && planned.value === liveParameters[name] && !opaque.has(name)
    return isFixed ? [] : [`parameter ${name}`]
  }

  #ofMapping(name: string): readonly string[] {
    const [now, before] = [this.#template, this.#live].map(it => member(member(it, 'Mappings'), name))
    return now !== undefined && isSame(now, before) ? [] : [`mapping ${name}`]
  }

  #ofMappings(): readonly string[] {
    const [now, before] = [this.#template, this.#live].map(it => member(it, 'Mappings'))
    return isSame(now, before) ? [] : ['mappings']
  }
}

function isSame(a: Tree | undefined, b: Tree | undefined): boolean {
  return a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b)
}
