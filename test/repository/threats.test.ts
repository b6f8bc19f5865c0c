import { describe, expect, it } from '@jest/globals'
import { threatProblems } from '../../scripts/threats.mjs'
import { withTree } from './tree.ts'

const page = (...rows: readonly string[]): string =>
  `# Threat model\n\n## Attacks and answers\n\n| attack | answer | what is left |\n| --- | --- | --- |\n${rows.join('\n')}\n\n## Other\n\n| no | attack |\n`

const tests = { 'packages/core/test/held.test.ts': '', 'actions/x/test/twice.test.ts': '', 'test/twice.test.ts': '' }

describe('the threat model', () => {
  it('is true when each answer names tests that are there, by path or by a name that only one has', async () => {
    const rows = [
      '| One. | It is held (`packages/core/test/held.test.ts`). | |',
      '| Two. | It is held (`held.test.ts`, `test/twice.test.ts`). | |',
      '| Three. | They can. | This is not prevented. |'
    ]

    expect(await withTree({ ...tests, 'docs/threat-model.md': page(...rows) }, threatProblems)).toEqual([])
  })

  it.each([
    ['| One. | It is held. | |', '"One.…" names no test, and does not say "not prevented"'],
    ['| One. | It is held (`gone.test.ts`). | |', '"One.…" names gone.test.ts, which does not exist'],
    ['| One. | It is held (`test/held.test.ts`). | |', '"One.…" names test/held.test.ts, which does not exist'],
    ['| One. | It is held (`twice.test.ts`). | |', '"One.…" names twice.test.ts, of which there are 2: name its folder']
  ])('is not with the row %s', async (row, problem) => {
    expect(await withTree({ ...tests, 'docs/threat-model.md': page(row) }, threatProblems)).toEqual([
      `docs/threat-model.md: ${problem}`
    ])
  })

  it('is not without attacks', async () => {
    expect(await withTree({ ...tests, 'docs/threat-model.md': '# Threat model\n' }, threatProblems)).toEqual([
      'docs/threat-model.md: "## Attacks and answers" has no table of attacks'
    ])
  })
})
