import { isMap, isScalar, type Node, parseDocument } from 'yaml'
import type { Template } from './template.ts'

/** Stands in for what is known after other stacks are deployed alone. Such a change set is looked at, and never executed. */
export const PLACEHOLDER = 'known-after-apply'

/**
 * A template whose parameters take any text: CloudFormation looks up the values of others (`AWS::EC2::Subnet::Id`) and holds them against patterns, which a
 * placeholder does not fit. All else stays as it is written, but for `Rules`, which only say what parameters may be.
 * @param names of the parameters; each must be declared.
 * @returns `undefined` where the text does not let itself be changed.
 */
export function relaxedTemplate({ text, parameters }: Template, names: readonly string[]): string | undefined {
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' })
  const root = document.contents
  if (!isMap(root)) return undefined
  const declared = root.get('Parameters', true) as unknown
  if (!isMap(declared)) return undefined
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = []
  for (const name of names) {
    const pair = declared.items.find(({ key }) => isScalar(key) && key.value === name)
    const range = (pair?.value as Node | null | undefined)?.range
    // What is anchored here may be taken elsewhere.
    const anchored = isMap(pair?.value) && pair.value.anchor !== undefined
    if (range == null || anchored || text.slice(range[0], range[1]).includes('&')) return undefined
    edits.push({ from: range[0], to: range[1], text: `{ "Type": "${freeType(parameters.get(name)?.type)}" }` })
  }
  const rules = root.items.find(({ key }) => isScalar(key) && key.value === 'Rules')
  const ruled = (rules?.value as Node | null | undefined)?.range
  if (ruled != null) edits.push({ from: ruled[0], to: ruled[1], text: '{}' })
  const relaxed = edits
    .sort((a, b) => b.from - a.from)
    .reduce(
      (all, edit) => all.slice(0, edit.from) + edit.text + lineEnd(all.slice(edit.from, edit.to)) + all.slice(edit.to),
      text
    )
  return parseDocument(relaxed, { version: '1.1', logLevel: 'silent' }).errors.length === 0 ? relaxed : undefined
}

/** A block takes the end of its last line along. */
function lineEnd(replaced: string): string {
  return /\r?\n$/.exec(replaced)?.[0] ?? ''
}

function freeType(type = 'String'): string {
  return isList(type) ? 'CommaDelimitedList' : 'String'
}

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.includes('List<')
}

/** What stands in for a value: a list of as many members as there are now, since templates select among them. */
export function placeholderFor(type: string | undefined, now: string | undefined): string {
  if (type === undefined || !isList(type) || now === undefined) return PLACEHOLDER
  return now
    .split(',')
    .map((_, n) => (n === 0 ? PLACEHOLDER : `${PLACEHOLDER}-${n + 1}`))
    .join(',')
}
