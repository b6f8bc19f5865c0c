import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml'
import { ConfigError, type Position, type Problem, show } from './problem.ts'

/** Where a value is inside a file: keys and list indexes from the top. */
export type Path = readonly (string | number)[]

/** A YAML file: its plain value, and where each part of it is written. */
export interface Source {
  readonly file: string
  readonly value: unknown
  /** Where the value (or, on request, its key) is; of the nearest part that exists when it is absent. */
  at(path: Path, part?: 'key' | 'value'): Position
}

/** Far above any real file, and low enough that no parser suffers. */
const SIZE_LIMIT = 256 * 1024

/**
 * Reads YAML strictly: one document, text keys used once, no aliases, no tags, no number that reading would change.
 * Aliases are refused because the file decides who may deploy what: a reader must see each value where it counts.
 * @throws ConfigError
 */
export function readSource(text: string, file: string): Source {
  const top = { file, line: 1, column: 1 }
  if (Buffer.byteLength(text) > SIZE_LIMIT)
    throw new ConfigError([{ ...top, message: `found more than ${SIZE_LIMIT / 1024} KiB; split or shorten the file` }])

  const lines = new LineCounter()
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parse(text, file, lines)
  const problems: Problem[] = [...document.errors, ...document.warnings].map(error => ({
    file,
    ...positionOf(error.pos[0]),
    message:
      error.code === 'DUPLICATE_KEY'
        ? `found the key ${show(wordAt(text, error.pos[0]))} a second time; each key may appear once: remove one`
        : `found what is not YAML; ${error.message.split('\n')[0] ?? ''}`
  }))
  if (problems.length > 0) throw new ConfigError(problems)

  const report = (offset: number | undefined, message: string): void => {
    problems.push({ file, ...positionOf(offset ?? 0), message })
  }
  visit(document, {
    Alias: (_, node) => report(node.range?.[0], `found the alias *${node.source}; write the value out here`),
    Pair: (_, pair) => checkKey(pair, report),
    Scalar: (part, node) => {
      if (part === 'key') return
      if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source) {
        report(
          node.range?.[0],
          `found the number ${show(node.source).slice(1, -1)}, which YAML reads as ${node.value}; quote it: "${node.source}"`
        )
      }
    }
  })
  if (problems.length > 0) throw new ConfigError(problems)

  return {
    file,
    value: document.toJS(),
    at(path, part = 'value') {
      let node: Node | null = document.contents
      let offset = startOf(node)
      for (const [depth, segment] of path.entries()) {
        const last = depth === path.length - 1
        if (isMap(node)) {
          const pair = node.items.find(item => isScalar(item.key) && item.key.value === segment)
          if (pair === undefined) break
          const key = startOf(pair.key)
          node = isNode(pair.value) ? pair.value : null
          offset = (last && part === 'key') || node === null ? key : startOf(node)
        } else if (isSeq(node) && typeof segment === 'number' && isNode(node.items[segment])) {
          node = node.items[segment]
          offset = startOf(node)
        } else break
      }
      return positionOf(offset)
    }
  }
}

function parse(text: string, file: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(text, { version: '1.2', prettyErrors: false, lineCounter })
  } catch (error: unknown) {
    // A parser that recurses runs out of stack on thousands of brackets.
    throw new ConfigError([{ file, line: 1, column: 1, message: 'found nesting too deep to read; flatten the file' }], {
      cause: error
    })
  }
}

function checkKey(pair: Pair, report: (offset: number | undefined, message: string) => void): void {
  const key = pair.key
  if (!isScalar(key) || typeof key.value !== 'string') {
    report(
      startOf(key),
      `found ${isScalar(key) ? `the key ${show(key.value)}` : 'a key of several parts'}; keys are texts: quote it`
    )
  } else if (key.value in {}) {
    // Names that every JavaScript object answers to would be skipped silently by whatever looks the key up.
    report(startOf(key), `found the key ${show(key.value)}, which is reserved; choose another name`)
  }
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
