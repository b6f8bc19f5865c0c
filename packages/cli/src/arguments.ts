import { parseArgs } from 'node:util'
import { UserError, visible } from '@sluice/core'

/** The program was called in a way that it does not know. */
export class UsageError extends UserError {}

/** An option of a command. */
export interface Option<Name extends string = string> {
  /** Without the dashes. */
  readonly name: Name
  /** What its value is called; absent: it takes none. */
  readonly value?: string
  /** Whether it may be given more than once. */
  readonly many?: boolean
  readonly about: string
}

/** What a command can be given. */
interface Takes<Name extends string> {
  /** The command's name. */
  readonly name: string
  readonly operands: readonly string[]
  readonly options: readonly Option<Name>[]
}

/**
 * What a command was given, by the names of its options. Functions and not methods, so that a command that lacks an option cannot
 * be passed to who asks for it.
 */
export interface Arguments<Name extends string> {
  readonly operands: readonly string[]
  readonly has: (option: Name) => boolean
  readonly value: (option: Name) => string | undefined
  readonly values: (option: Name) => readonly string[]
}

/** Understood by every command. */
export const HELP_OPTION: Option = { name: 'help', about: 'shows this text' }

/** Reads the arguments of a command. @throws UsageError naming what is not understood, and what may have been meant. */
export async function parseArguments<Name extends string>(
  command: Takes<Name>,
  argv: readonly string[]
): Promise<Arguments<Name>> {
  const known = new Map<string, Option>([...command.options, HELP_OPTION].map(option => [option.name, option]))
  const see = `See sluice ${command.name} --help.`
  const { tokens } = parseArgs({
    args: [...argv],
    // What is not known is found below, where a suggestion can be made.
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      [...known.values()].map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' }])
    )
  })
  const given = new Map<string, string[]>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = known.get(token.name)
    const shown = visible(token.rawName)
    if (option === undefined) {
      const names = [...known.keys()].map(name => `--${name}`)
      throw new UsageError(`sluice ${command.name} has no option ${shown}${await suggestion(shown, names)}. ${see}`)
    }
    const values = given.get(option.name) ?? []
    if (values.length > 0 && option.many !== true && option.value !== undefined)
      throw new UsageError(`${shown} is given twice; it takes one ${option.value}. ${see}`)
    given.set(option.name, [...values, checkValue(option, shown, token, see)])
  }
  const extra = operands[command.operands.length]
  if (extra !== undefined) {
    const takes = command.operands.length === 0 ? 'none' : `at most ${command.operands.join(' ')}`
    throw new UsageError(
      `sluice ${command.name} was given ${JSON.stringify(visible(extra))}; it takes ${takes}. ${see}`
    )
  }
  const values = (option: Name): readonly string[] => {
    // The list of commands forgets the names' types: there, an option that nobody can give would read as one that was not given.
    if (!known.has(option)) throw new Error(`sluice ${command.name} asks for --${option}, which is none of its options`)
    return given.get(option) ?? []
  }
  return { operands, has: option => values(option).length > 0, value: option => values(option)[0], values }
}

function checkValue(
  { value }: Option,
  shown: string,
  given: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  see: string
): string {
  if (value === undefined) {
    if (given.inlineValue === true) throw new UsageError(`${shown} takes no value. ${see}`)
    return ''
  }
  // `--branch --json` lacks a value; one that does begin with a dash can still be given as `--branch=-x`.
  const missing =
    given.value === undefined || given.value === '' || (given.inlineValue !== true && given.value.startsWith('-'))
  if (missing) throw new UsageError(`${shown} needs a value: ${shown} ${value}. ${see}`)
  return given.value ?? ''
}

/** ` (did you mean "…"?)`, or nothing. */
export async function suggestion(word: string, candidates: readonly string[]): Promise<string> {
  const { didYouMean } = await import('@sluice/core')
  return didYouMean(word, candidates)
}
