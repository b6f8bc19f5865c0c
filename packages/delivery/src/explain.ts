import type { BaseIssue } from 'valibot'
import { type Problem, show } from './problem.ts'
import type { Path, Source } from './source.ts'

/** A path as people write it: `environments[1].gate`. */
export function formatPath(path: Path): string {
  return path
    .map((segment, depth) => (typeof segment === 'number' ? `[${segment}]` : depth === 0 ? segment : `.${segment}`))
    .join('')
}

/** A problem at a place of the file: what was found there comes first, what is allowed after. */
export function problemAt(source: Source, path: Path, message: string, part: 'key' | 'value' = 'value'): Problem {
  return { file: source.file, ...source.at(path, part), message }
}

/** Says of a schema's issue where it is, what was found and what is allowed. */
export function explain(source: Source, issue: BaseIssue<unknown>): Problem {
  const steps = issue.path ?? []
  const path = steps.map(step => keyOf(step.key))
  const place = path.length === 0 ? 'the file' : formatPath(path)
  if (steps.at(-1)?.origin !== 'key')
    return problemAt(source, path, `${place}: found ${show(issue.input)}; ${issue.message}`)

  if (issue.input === undefined) {
    const parent = path.slice(0, -1)
    const within = parent.length === 0 ? 'the file' : formatPath(parent)
    return problemAt(source, path, `${within}: found no key ${show(path.at(-1))}; ${issue.message}`)
  }
  return problemAt(source, path, `${place}: found the key ${show(issue.input)}; ${issue.message}`, 'key')
}

function keyOf(key: unknown): string | number {
  return typeof key === 'number' ? key : String(key)
}
