import { UserError, visible } from '@sluice/core'

/** A place in a file; line and column are counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One thing that is wrong in a configuration file: where, what was found, and what is allowed. */
export interface Problem extends Position {
  readonly file: string
  readonly message: string
  /** Where the key is described; absent when the file cannot be read far enough to have keys. */
  readonly reference?: string
}

/** Problems that are looked for in a file: a file may hold as many as it has lines, and each takes time to explain. */
export const MOST_PROBLEMS = 100

/** A configuration file that cannot be used. Its message is one line and names the first problem; `problems` has all, in file order. */
export class ConfigError extends UserError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
    const [first, ...others] = sorted.map(formatProblem)
    const count = sorted.length < MOST_PROBLEMS ? others.length : `at least ${others.length}`
    const more = others.length === 0 ? '' : ` (and ${count} more)`
    super(`${first ?? 'The configuration is not valid.'}${more}`, options)
    this.problems = sorted
  }
}

/** A problem as one line: `delivery.yml:12:5: …`, which editors and terminals can jump to, and where the key is described. */
export function formatProblem({ file, line, column, message, reference }: Problem): string {
  const see = reference === undefined ? '' : ` [Sluice's ${reference}]`
  return `${visible(file)}:${line}:${column}: ${visible(message)}${see}`
}

/** Characters of a value that a message shows. */
const SHOWN = 100

/** A value from a file, quoted and shortened, so that it always stays on its line and shows what it is. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return visible(text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`)
}
