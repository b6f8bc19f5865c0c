import type { BaseIssue } from 'valibot'
import { referenceOf } from './anchor.ts'
import { type Problem, show } from './problem.ts'
import type { Path, Source } from './yaml-source.ts'

/** A path as people write it: `environments[1].gate`. */
export function formatPath(path: Path): string {
  return path
    .map((segment, depth) => (typeof segment === 'number' ? `[${segment}]` : depth === 0 ? segment : `.${segment}`))
    .join('')
}

/** A problem at a place of the file: what was found, then what is allowed, then where the key is described. */
export function problemAt(source: Source, path: Path, message: string, part: 'key' | 'value' = 'value'): Problem {
  return { file: source.file, ...source.at(path, part), message, reference: referenceOf(path) }
}

/** Says of a schema's issue where it is, what was found and what is allowed. */
export function explain(source: Source, issue: BaseIssue<unknown>): Problem {
  const steps = issue.path ?? []
  const path = steps.map(step => (typeof step.key === 'number' ? step.key : String(step.key)))
  const place = placeOf(path)
  const last = steps.at(-1)
  if (last?.origin !== 'key') {
    // What is written there; the issue may hold what the schema had made of it already.
    const found = last === undefined ? source.value : last.value
    return problemAt(source, path, `${place}: found ${show(found)}; ${issue.message}`)
  }
  if (issue.input === undefined) {
    const parent = path.slice(0, -1)
    const missing = problemAt(source, parent, `${placeOf(parent)}: missing key ${show(path.at(-1))}; ${issue.message}`)
    return { ...missing, reference: referenceOf(path) }
  }
  return problemAt(source, path, `${place}: found the key ${show(issue.input)}; ${issue.message}`, 'key')
}

function placeOf(path: Path): string {
  return path.length === 0 ? 'the file' : formatPath(path)
}
