// What `npm test` runs: everything, also right after a clone, on a machine with Node, npm, Python 3, Go and root.
import { readFlags } from './flags.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: npm test [-- --record-times]

Installs what is missing (npm packages, then the third-party programs that the tests start), runs the checks
of \`npm run check\` and all tests. Ends with one line: N passed, N failed.
Passed and failed are counted by the test runner. A test that is skipped, pending or todo counts as failed; so do
a check that fails, a test file that cannot be loaded, a program that cannot be installed, and lines of a package
or an action that no test has run, if there are more than its threshold allows.

  --record-times  keeps how long each file took in test/times.json: the slowest files start first
  --help          shows this text
`

/** @returns {Promise<{ passed: number, failed: number }>} */
async function testAll(root, { recordTimes }) {
  if (!(await setUp({ root, all: true }))) return { passed: 0, failed: 1 }
  // Only now are there npm packages that these modules import.
  const { installTools } = await import('./tools.mjs')
  if (!(await installTools(root, 'setup'))) return { passed: 0, failed: 1 }
  const { checks, runChecks } = await import('./check.mjs')
  const ofNpm = checks.filter(check => check.name !== 'tests' && check.installed !== true)
  // Installing waits for the network, and needs one core at most: most checks need none of it.
  const [isInstalled, failedOfNpm] = await Promise.all([installTools(root, 'tests'), runChecks(ofNpm, root)])
  if (!isInstalled) return { passed: 0, failed: 1 }
  const others = await runChecks(
    checks.filter(check => check.installed),
    root
  )
  const failedChecks = [...failedOfNpm, ...others]
  const { runTests } = await import('./jest.mjs')
  const { passed, failed, uncovered } = await runTests(root, { recordTimes })
  const names = [...failedChecks.map(check => check.name), ...(uncovered.length > 0 ? ['coverage'] : [])]
  if (names.length > 0) console.log(`Failed checks: ${names.join(', ')} (see above).`)
  return { passed, failed: failed + names.length }
}

const flags = readFlags(HELP, { 'record-times': { type: 'boolean', default: false } })
if (flags !== undefined) {
  const { passed, failed } = await testAll(repositoryRoot, { recordTimes: flags['record-times'] })
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}
