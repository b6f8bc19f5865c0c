import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkCoverage, countCoverage } from './coverage.mjs'
import { node24 } from './node24.mjs'
import { run } from './program.mjs'
import { slowest, writeTimes } from './test-times.mjs'
import { readJson } from './workspaces.mjs'

/** A run that hangs ends, and fails. */
const DEADLINE = 60 * 60_000

/**
 * Runs all tests and counts them from the report of the test runner; prints which files took longest, and what the tests covered.
 * @param {string} root
 * @param {{ recordTimes?: boolean }} options `recordTimes` keeps how long each file took, for the order of the next runs.
 * @returns {Promise<{ passed: number, failed: number, uncovered: readonly string[] }>} whatever did not pass has failed; `uncovered`
 *   says, a line each, where fewer lines were run than must be.
 */
export async function runTests(root, { recordTimes = false } = {}) {
  const { report, code } = await runJest(root, { args: countCoverage(root) })
  if (report === undefined) return { passed: 0, failed: 1, uncovered: [] }
  if (recordTimes) writeTimes(root, report)
  const uncovered = checkCoverage(root)
  for (const line of [...uncovered, '', ...slowest(report, root), '']) console.log(line)
  return { ...count(report, code), uncovered }
}

/**
 * Runs some test files, without a word about what they cover.
 * @param {string} root
 * @param {readonly string[]} files
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runTestFiles(root, files) {
  const { report, code } = await runJest(root, { args: ['--runTestsByPath', ...files] })
  return report === undefined ? { passed: 0, failed: 1 } : count(report, code)
}

/** @returns what the test runner reports, unless it failed before it could, which has been printed. */
async function runJest(root, { args }) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'))
  try {
    const file = join(folder, 'jest.json')
    const all = [
      '--experimental-vm-modules',
      '--no-warnings',
      // Each test file loads its modules anew: with the default of 16 a sixth of the time goes into collecting what the last one left.
      '--max-semi-space-size=32',
      // Test files start git ten thousand times, out of processes that hold hundreds of megabytes.
      `--require=${join(root, 'scripts/small-starter.cjs')}`,
      'node_modules/jest/bin/jest.js',
      '--ci',
      '--json',
      `--outputFile=${file}`,
      ...args
    ]
    // What runs in production runs on that Node; and it takes a fifth less time for it than Node 20.
    const { code } = await run(node24(root), all, {
      cwd: root,
      show: true,
      deadline: DEADLINE
    })
    return { report: readJson(file), code }
  } catch (error) {
    console.error(`The test runner left no result: ${error.message}`)
    return { report: undefined, code: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {{ success: boolean, numTotalTests: number, numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number }} report
 * @param {number} code the exit code of the test runner
 */
export function count(report, code) {
  // Skipped, pending or todo.
  const notRun = report.numTotalTests - report.numPassedTests - report.numFailedTests
  const failed = report.numFailedTests + notRun + report.numRuntimeErrorTestSuites
  // An exit code without a failed test (an error outside of tests, say), or a run without tests, is no success.
  const unexplained = failed === 0 && (code !== 0 || !report.success || report.numPassedTests === 0)
  return { passed: report.numPassedTests, failed: unexplained ? 1 : failed }
}
