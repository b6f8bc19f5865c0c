// How long test files take: for people, to find what slows `npm test`, and for the order in which files run.
import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readJson } from './workspaces.mjs'

/** Where measured times are kept: seconds by file, for those that take longer than `WORTH_KEEPING`. */
const FILE = 'test/times.json'

/** Quicker files change places with every run and would only fill the list. */
const WORTH_KEEPING = 2

/**
 * The test files of a report of the test runner, the slowest first.
 * @param {{ testResults: readonly { name: string, startTime: number, endTime: number }[] }} report
 * @param {string} root
 * @returns {{ file: string, seconds: number }[]}
 */
export function timesOf(report, root) {
  return report.testResults
    .map(({ name, startTime, endTime }) => ({ file: relative(root, name), seconds: (endTime - startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
}

/**
 * The slowest files of a report, one line each under a heading.
 * @returns {string[]}
 */
export function slowest(report, root, count = 10) {
  return [
    'Slowest test files:',
    ...timesOf(report, root)
      .slice(0, count)
      .map(({ file, seconds }) => `${`${seconds.toFixed(1)} s`.padStart(9)}  ${file}`)
  ]
}

/** @returns {Record<string, number>} measured seconds by test file; a file that is not listed is quick, or new. */
export function readTimes(root) {
  const file = join(root, FILE)
  return existsSync(file) ? readJson(file) : {}
}

/** Keeps the times of a whole run. */
export function writeTimes(root, report) {
  const kept = timesOf(report, root).filter(({ seconds }) => seconds >= WORTH_KEEPING)
  const times = Object.fromEntries(kept.map(({ file, seconds }) => [file, Math.round(seconds)]))
  writeFileSync(join(root, FILE), `${JSON.stringify(times, undefined, 2)}\n`)
}
