import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './program.mjs'
import { readJson } from './workspaces.mjs'

/** A run that hangs ends, and fails. */
const DEADLINE = 60 * 60_000

/**
 * Runs all tests and counts them from the report of the test runner.
 * @param {string} root
 * @returns {Promise<{ passed: number, failed: number }>} whatever did not pass has failed.
 */
export async function runTests(root) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'))
  try {
    const file = join(folder, 'jest.json')
    const args = [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--ci',
      '--json',
      `--outputFile=${file}`
    ]
    const { code } = await run(process.execPath, args, { cwd: root, show: true, deadline: DEADLINE })
    return count(readJson(file), code)
  } catch (error) {
    console.error(`The test runner left no result: ${error.message}`)
    return { passed: 0, failed: 1 }
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
