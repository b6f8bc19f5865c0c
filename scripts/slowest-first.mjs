import { relative } from 'node:path'
import Sequencer from '@jest/test-sequencer'
import { readTimes } from './test-times.mjs'

/**
 * Starts the slowest test files first, so that all cores end together: a file of minutes that starts last leaves the others idle. Times
 * come from test/times.json, which every clone has, and not from the runner's cache, which a fresh clone does not; files that are not
 * listed follow in the runner's own order. The order of the tests within a file stays random.
 */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const times = readTimes(tests[0]?.context.config.rootDir ?? '.')
    const secondsOf = test => times[relative(test.context.config.rootDir, test.path)] ?? 0
    return super.sort(tests).sort((a, b) => secondsOf(b) - secondsOf(a))
  }
}
