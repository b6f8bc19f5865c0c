import { describe, expect, it } from '@jest/globals'
import SlowestFirst from '../../scripts/slowest-first.mjs'
import { readTimes, slowest, writeTimes } from '../../scripts/test-times.mjs'
import { withTree } from './tree.ts'

const report = (root: string) => ({
  testResults: [
    { name: `${root}/test/quick.test.ts`, startTime: 0, endTime: 400 },
    { name: `${root}/test/slow.test.ts`, startTime: 1000, endTime: 65_440 },
    { name: `${root}/packages/a/test/middle.test.ts`, startTime: 0, endTime: 7_000 }
  ]
})

describe('the times of test files', () => {
  it('are shown for the slowest, the longest first', () => {
    expect(slowest(report('/clone'), '/clone', 2)).toEqual([
      'Slowest test files:',
      '   64.4 s  test/slow.test.ts',
      '    7.0 s  packages/a/test/middle.test.ts'
    ])
  })

  it('are kept for those that take long', async () => {
    const times = await withTree({ 'test/a.ts': '' }, root => {
      writeTimes(root, report(root))
      return readTimes(root)
    })

    expect(times).toEqual({ 'test/slow.test.ts': 64, 'packages/a/test/middle.test.ts': 7 })
  })

  it('put the slowest first, before those that nobody has measured', async () => {
    const order = await withTree({ 'test/times.json': { 'test/b.test.ts': 5, 'test/c.test.ts': 90 } }, root => {
      const context = { config: { rootDir: root, cache: false }, hasteFS: { getSize: () => 1 } }
      const tests = ['a', 'b', 'c'].map(name => ({ path: `${root}/test/${name}.test.ts`, context, duration: 1 }))
      // The runner gives a test much more than the order depends on.
      return new SlowestFirst().sort(tests as never)
    })

    expect(order.map(({ path }: { path: string }) => path.slice(-9, -8))).toEqual(['c', 'b', 'a'])
  })
})
