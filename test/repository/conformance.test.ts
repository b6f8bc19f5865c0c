import { describe, expect, it } from '@jest/globals'
import { conformanceProblems } from '../../scripts/conformance.mjs'
import { withTree } from './tree.ts'

const page = (...rows: readonly string[]): string =>
  `# Proven\n\n| proven by | which is |\n| --- | --- |\n| fake | ours |\n\n## Stacks\n\n| case | proven by | test | in |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
const tree = (...rows: readonly string[]) => ({
  'docs/conformance.md': page(...rows),
  'test/kept.test.ts': "it('keeps it', () => {})\n"
})

describe('the page of conformance', () => {
  it('is true when every test that it names exists, and every kind of proof is explained', async () => {
    expect(await withTree(tree('| a case | fake | keeps it | `test/kept.test.ts` |'), conformanceProblems)).toEqual([])
  })

  it.each([
    [
      'a test that was renamed',
      '| a case | fake | keeps that | `test/kept.test.ts` |',
      'docs/conformance.md: "a case" names the test "keeps that", which test/kept.test.ts does not have'
    ],
    [
      'a file that is gone',
      '| a case | fake | keeps it | `test/gone.test.ts` |',
      'docs/conformance.md: "a case" names test/gone.test.ts, which does not exist'
    ],
    [
      'a kind of proof that it does not explain',
      '| a case | hope | keeps it | `test/kept.test.ts` |',
      'docs/conformance.md: "a case" is proven by hope, which the page does not explain'
    ],
    ['no test at all', '', 'docs/conformance.md names no test']
  ])('is not where it names %s', async (_, row, problem) => {
    expect(await withTree(tree(row), conformanceProblems)).toEqual([problem])
  })
})
