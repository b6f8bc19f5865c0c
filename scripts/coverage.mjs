// Which share of the lines that ship was run by tests in the test runner's own process, room by room.
import { existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readJson, workspaces } from './workspaces.mjs'

/** What decides about production, or proves it, has no line that no test has run. */
const WHOLE = ['packages/registry', 'packages/policy', 'packages/ledger', 'packages/iam', 'packages/bundle']
const LEAST = 95

/** Where a run of the tests leaves what it saw. */
const folder = root => join(root, 'coverage')

/** Arguments by which the test runner counts; what the last run left is removed. */
export function countCoverage(root) {
  rmSync(folder(root), { recursive: true, force: true })
  return ['--coverage', '--coverageProvider=babel', '--coverageReporters=json', `--coverageDirectory=${folder(root)}`]
}

/**
 * Reads what the tests of a whole run have covered, prints a table, and names what is missing.
 * @param {string} root
 * @returns {string[]} a line for each room below its threshold, and for each file in it the lines that no test has run.
 */
export function checkCoverage(root) {
  const report = join(folder(root), 'coverage-final.json')
  if (!existsSync(report)) return ['The test runner left no report of what it covered.']
  const rooms = coverageOf({
    rooms: workspaces(root)
      .filter(({ group }) => group !== 'lab')
      .map(({ path }) => path),
    files: Object.values(readJson(report)).map(file => ({ ...file, path: relative(root, file.path) }))
  })
  for (const line of coverageTable(rooms)) console.log(line)
  return rooms.flatMap(problemsOf)
}

/**
 * @typedef {object} Room
 * @property {string} path
 * @property {number} lines lines on which a statement begins
 * @property {number} covered
 * @property {number} percent rounded down, so that 100 is all of them
 * @property {number} least
 * @property {{ path: string, lines: number[] }[]} missing
 */

/**
 * @param {{ rooms: readonly string[], files: readonly object[] }} given
 *   `files` as the test runner reports them (Istanbul's format).
 * @returns {Room[]}
 */
export function coverageOf({ rooms, files }) {
  return rooms.map(path => {
    const own = files.filter(file => file.path.startsWith(`${path}/src/`)).map(linesOf)
    const lines = own.reduce((sum, file) => sum + file.lines.size, 0)
    const missing = own
      .map(file => ({ path: file.path, lines: [...file.lines].flatMap(([line, hit]) => (hit ? [] : [line])) }))
      .filter(file => file.lines.length > 0)
    const covered = lines - missing.reduce((sum, file) => sum + file.lines.length, 0)
    const percent = lines === 0 ? 100 : Math.floor((covered / lines) * 10_000) / 100
    return { path, lines, covered, percent, least: WHOLE.includes(path) ? 100 : LEAST, missing }
  })
}

/** By line on which a statement begins, whether one of them was run. */
function linesOf({ path, statementMap, s }) {
  const lines = new Map()
  for (const [id, { start }] of Object.entries(statementMap))
    lines.set(start.line, lines.get(start.line) === true || s[id] > 0)
  return { path, lines: new Map([...lines].sort(([a], [b]) => a - b)) }
}

/** @param {readonly Room[]} rooms */
export function coverageTable(rooms) {
  const width = Math.max(...rooms.map(({ path }) => path.length))
  return [
    'Lines that tests have run:',
    ...rooms.map(
      ({ path, covered, lines, percent, least }) =>
        `${percent < least ? 'FAILED' : 'ok    '}  ${path.padEnd(width)}  ${`${percent.toFixed(2)} %`.padStart(8)}  ${covered} of ${lines}, at least ${least} %`
    )
  ]
}

function problemsOf({ path, percent, least, missing }) {
  if (percent >= least) return []
  return [
    `${path}: ${percent} % of the lines were run by tests, ${least} % must be`,
    ...missing.map(file => `  ${file.path}: ${inRanges(file.lines)}`)
  ]
}

/** `3, 7–9` */
function inRanges(lines) {
  const ranges = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last?.[1] === line - 1) last[1] = line
    else ranges.push([line, line])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}
