import { describe, expect, it } from '@jest/globals'
import { promiseProblems } from '../../scripts/promises.mjs'
import { withTree } from './tree.ts'

const page = (...promises: readonly string[]): string => `# Promises\n\n${promises.join('\n')}`
const promise = (number: number, ...rows: readonly string[]): string =>
  `## ${number}. Kept\n\n| test | in |\n| --- | --- |\n${rows.join('\n')}\n`

const sound = {
  'docs/promises.md': page(
    promise(1, '| keeps it | `test/kept.test.ts` |'),
    promise(2, '| keeps %s | `test/kept.test.ts` |')
  ),
  'test/kept.test.ts': "it('keeps it', () => {})\nit.each<[string]>([['a']])('keeps %s', () => {})\n",
  'packages/core/src/index.ts': '/** Keeps promises 1 and 2. */\nexport {}\n'
}

describe('the page of promises', () => {
  it('is true when every test and every promise that is named exists', async () => {
    expect(await withTree(sound, promiseProblems)).toEqual([])
  })

  it.each([
    {
      what: 'a test that was renamed',
      files: { 'test/kept.test.ts': "it('keeps that', () => {})\nit.each([['a']])('keeps %s', () => {})\n" },
      found: ['docs/promises.md: promise 1 names the test "keeps it", which test/kept.test.ts does not have']
    },
    {
      what: 'a title that only a comment or a describe has',
      files: {
        'test/kept.test.ts': "// keeps it\ndescribe('keeps it', () => {})\nit.each([['a']])('keeps %s', () => {})\n"
      },
      found: ['docs/promises.md: promise 1 names the test "keeps it", which test/kept.test.ts does not have']
    },
    {
      what: 'a file that does not exist',
      files: {
        'docs/promises.md': page(
          promise(1, '| keeps it | `test/gone.test.ts` |'),
          promise(2, '| keeps %s | `test/kept.test.ts` |')
        )
      },
      found: ['docs/promises.md: promise 1 names test/gone.test.ts, which does not exist']
    },
    {
      what: 'a promise without a test',
      files: { 'docs/promises.md': page(promise(1), promise(2, '| keeps %s | `test/kept.test.ts` |')) },
      found: ['docs/promises.md: promise 1 names no test']
    },
    {
      what: 'a number that was left out',
      files: {
        'docs/promises.md': page(
          promise(1, '| keeps it | `test/kept.test.ts` |'),
          promise(3, '| keeps %s | `test/kept.test.ts` |')
        )
      },
      found: ['docs/promises.md: promise 3 stands where promise 2 should']
    },
    {
      what: 'a comment that names a promise which is not there',
      files: { 'packages/core/src/index.ts': `/** Keeps ${'promises'} 2 and 13. */\nexport {}\n` },
      found: [`packages/core/src/index.ts names ${'promise'} 13, which docs/promises.md does not have`]
    }
  ])('is not true with $what', async ({ files, found }) => {
    expect(await withTree({ ...sound, ...files }, promiseProblems)).toEqual(found)
  })
})
