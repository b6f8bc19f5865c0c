// Keeps files and functions of a size that can be read in one go.
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSync } from '@swc/core'
import { readFlags } from './flags.mjs'
import { filesBelow, repositoryRoot, workspaces } from './workspaces.mjs'

const FILE = 250
const FUNCTION = 50

const HELP = `
Usage: node scripts/lengths.mjs

Checks that no source has more than ${FILE} lines and no function more than ${FUNCTION}. Functions that have a name inside another one (methods
of an object that it returns, local functions) are read, and counted, by themselves. Where something longer reads better, the line before
the function (for a file: one of its first five lines) says why: // long: <reason>

  --help  shows this text
`

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty'
])
/** What gives a function that stands directly in it a name. */
const NAMING = new Set(['VariableDeclarator', 'KeyValueProperty', 'ClassProperty', 'PrivateProperty'])
const REASON = /^\s*\/\/ long: \S/

/** @returns {string[]} what is too long, one line each. */
export function lengthProblems(root) {
  return workspaces(root).flatMap(({ path }) =>
    filesBelow(join(root, path, 'src'))
      .filter(file => file.endsWith('.ts'))
      .flatMap(file =>
        lengthProblemsOf(posix.join(path, 'src', file), readFileSync(join(root, path, 'src', file), 'utf8'))
      )
  )
}

/** @returns {string[]} */
export function lengthProblemsOf(file, source) {
  const lines = source.split('\n')
  const count = source.endsWith('\n') ? lines.length - 1 : lines.length
  const whole =
    count <= FILE || lines.slice(0, 5).some(line => REASON.test(line))
      ? []
      : [`${file} has ${count} lines; ${FILE} are allowed: split it by its nouns`]
  return [...whole, ...longFunctions(file, source, lines)]
}

function longFunctions(file, source, lines) {
  const lineOf = lineFinder(source)
  return functionsOf(source).flatMap(({ name, span, inner }) => {
    const [first, last] = span.map(lineOf)
    const apart = inner.map(({ span }) => span.map(lineOf)).reduce((sum, [from, to]) => sum + to - from, 0)
    const length = last - first + 1 - apart
    if (length <= FUNCTION || REASON.test(lines[first - 2] ?? '')) return []
    return [`${file}:${first} ${name} has ${length} lines; ${FUNCTION} are allowed: split it by its steps`]
  })
}

/** @returns {{ name: string, span: [number, number], inner: object[] }[]} every function of a source, with its first and last byte. */
function functionsOf(source) {
  // Spans count on from one call of the parser to the next. A statement of our own at the end tells where this source began.
  const marked = `${source}\n;`
  const { body } = parseSync(marked, { syntax: 'typescript' })
  const base = body.at(-1).span.end - Buffer.byteLength(marked)
  const found = []
  const visit = (node, around, name) => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child, around, name)
      return
    }
    if (node === null || typeof node !== 'object') return
    let inside = around
    if (FUNCTIONS.has(node.type)) {
      const { start, end } = node.span ?? node.function.span
      const own = nameOf(node) ?? name
      inside = { name: own ?? 'a function', span: [start - base, end - base - 1], inner: [] }
      found.push(inside)
      if (own !== undefined) around?.inner.push(inside)
    }
    const named = NAMING.has(node.type) ? nameOf(node) : undefined
    for (const child of Object.values(node)) visit(child, inside, named)
  }
  visit(body, undefined, undefined)
  return found
}

function nameOf(node) {
  const name = node.identifier?.value ?? node.id?.value ?? node.key?.value ?? node.key?.id?.value
  return typeof name === 'string' ? name : undefined
}

/** @returns {(offset: number) => number} the line, counted from 1, of a byte. */
function lineFinder(source) {
  const bytes = Buffer.from(source, 'utf8')
  const starts = [0]
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1)
  return offset => starts.findLastIndex(start => start <= offset) + 1
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && readFlags(HELP) !== undefined) {
  const problems = lengthProblems(repositoryRoot)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
