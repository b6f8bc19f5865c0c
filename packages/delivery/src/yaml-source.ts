import { isMap, isScalar, isSeq, type Node, type Pair, visit } from 'yaml'
import { ConfigError, MOST_PROBLEMS, type Position, type Problem, show } from './problem.ts'
import { readYaml } from './yaml-document.ts'

/** Where a value is inside a file: keys and list indexes from the top. */
export type Path = readonly (string | number)[]

/** A YAML file: its plain value, and where each part of it is written. */
export interface Source {
  readonly file: string
  readonly value: unknown
  /** Where the value (or, on request, its key) is; of the nearest part that exists when it is absent. */
  at(path: Path, part?: 'key' | 'value'): Position
}

/** In bytes. Far above any real file, and low enough that no parser suffers. */
export const DELIVERY_LIMIT = 64 * 1024

/**
 * Reads YAML strictly: one document, text keys used once, no aliases, no tags, no number that reading would change.
 * Aliases are refused because the file decides who may deploy what: a reader must see each value where it counts.
 * @throws ConfigError
 */
export function readSource(text: string, file: string): Source {
  const top = { file, line: 1, column: 1 }
  if (Buffer.byteLength(text) > DELIVERY_LIMIT)
    throw new ConfigError([
      { ...top, message: `found more than ${DELIVERY_LIMIT / 1024} KiB; split or shorten the file` }
    ])
  return read(text.startsWith('\uFEFF') ? text.slice(1) : text, file)
}

function read(text: string, file: string): Source {
  const positionOf = positionsIn(text)
  const read = readYaml(text)
  if ('tooDeepAt' in read) {
    const message = 'found nesting too deep to read; flatten the file'
    throw new ConfigError([{ file, ...positionOf(read.tooDeepAt), message }])
  }
  const { document, faults } = read
  const problems: Problem[] = faults.slice(0, MOST_PROBLEMS).map(error => ({
    file,
    ...positionOf(error.pos[0]),
    message:
      error.code === 'DUPLICATE_KEY'
        ? `found the key ${show(wordAt(text, error.pos[0]))} a second time; each key may appear once: remove one`
        : `found invalid YAML; ${error.message}`
  }))
  if (problems.length > 0) throw new ConfigError(problems)

  const report = (node: unknown, message: string): typeof visit.BREAK | undefined => {
    problems.push({ file, ...positionOf(startOf(node)), message })
    return problems.length < MOST_PROBLEMS ? undefined : visit.BREAK
  }
  visit(document, {
    Alias: (_, node) => report(node, `found the alias *${node.source}; write the value out here`),
    Pair: (_, pair) => {
      const problem = keyProblem(pair)
      return problem === undefined ? undefined : report(pair.key, problem)
    },
    Scalar: (part, node) => {
      if (part === 'key' || typeof node.value !== 'number' || node.source === undefined) return
      if (String(node.value) === node.source) return
      return report(
        node,
        `found the number ${node.source}, which YAML reads as ${node.value}; quote it: "${node.source}"`
      )
    }
  })
  if (problems.length > 0) throw new ConfigError(problems)

  const { contents } = document
  return {
    file,
    value: document.toJS(),
    at: (path, part = 'value') => positionOf(offsetOf(contents, path, part))
  }
}

function offsetOf(contents: Node | null, path: Path, part: 'key' | 'value'): number {
  let node = contents
  let offset = startOf(node)
  for (const [depth, segment] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && item.key.value === segment)
      if (pair === undefined) break
      node = isNode(pair.value) ? pair.value : null
      const wanted = node === null || (part === 'key' && depth === path.length - 1) ? pair.key : node
      offset = startOf(wanted)
    } else if (isSeq(node) && typeof segment === 'number') {
      const item = node.items[segment]
      if (!isNode(item)) break
      node = item
      offset = startOf(node)
    } else break
  }
  return offset
}

/** Line and column of an offset. Counted here: the parser's own counter loses lines of a quoted text that never ends. */
function positionsIn(text: string): (offset: number) => Position {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), match => match.index + 1)]
  return offset => {
    const within = Math.min(offset, text.length)
    // By halves: the lines of a long file would be looked through again for each of its problems.
    let [line, after] = [0, starts.length]
    while (after - line > 1) {
      const middle = (line + after) >> 1
      if ((starts[middle] ?? 0) <= within) line = middle
      else after = middle
    }
    return { line: line + 1, column: within - (starts[line] ?? 0) + 1 }
  }
}

/** What is wrong with a key; absent when nothing is. */
function keyProblem({ key }: Pair): string | undefined {
  if (!isScalar(key) || typeof key.value !== 'string') {
    const found = isScalar(key) ? `the key ${show(key.value)}` : 'a key that is not a single value'
    return `found ${found}; keys must be strings: quote it`
  }
  // Names that every JavaScript object answers to would be skipped silently by whatever looks the key up.
  return key.value in {} ? `found the key ${show(key.value)}, which is reserved; choose another name` : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function wordAt(text: string, offset: number): string {
  return /^["']?([^\s"':,{}[\]]*)/.exec(text.slice(offset, offset + 100))?.[1] ?? ''
}
