import { describe, expect, it } from '@jest/globals'
import { threatProblems } from '../../scripts/threats.mjs'
import { withTree } from './tree.ts'

const page = (...rows: readonly string[]): string =>
  `# Threat model\n\n## Attacks and answers\n\n| attack | answer | what is left |\n| --- | --- | --- |\n${rows.join('\n')}\n\n## Other\n\n| no | attack |\n`

const attack = (number: number, ...lines: readonly string[]): string =>
  [
    `## ${number}. A file is read`,
    '',
    ...(lines.length > 0 ? lines : ['- **Who:** an author.', '- **Answer:** It is refused.', '- **Left:** Nothing.']),
    '',
    '| test | in |',
    '| --- | --- |'
  ].join('\n')
const HELD = '\n| refuses a file | `packages/core/test/held.test.ts` |\n'

const attacks = `# Attacks\n\n${attack(1)}${HELD}\n${attack(2)}${HELD}`

const tests = {
  'packages/core/test/held.test.ts':
    "it('refuses a file', () => {})\nit.each([['a link', 1]])('refuses %s of size %d', () => {})\n",
  'actions/x/test/twice.test.ts': '',
  'test/twice.test.ts': '',
  'docs/attacks.md': attacks
}
const sound = { ...tests, 'docs/threat-model.md': page('| One. | It is held (`held.test.ts`). | |') }

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

describe('attacks that are told one by one', () => {
  it('are right when each says who, answer and what is left, and names tests that are there', async () => {
    const held = `${HELD}| refuses a link of size %d | \`packages/core/test/held.test.ts\` |\n`

    expect(await withTree({ ...sound, 'docs/attacks.md': `${attack(1)}${held}` }, threatProblems)).toEqual([])
  })

  it.each([
    ['a number left out', `${attack(1)}${HELD}${attack(3)}${HELD}`, 'attack 3 stands where attack 2 should'],
    [
      'nothing said of what is left',
      `${attack(1, '- **Who:** an author.', '- **Answer:** It is refused.')}${HELD}`,
      'attack 1 does not say: Left'
    ],
    ['no test', attack(1), 'attack 1 names no test'],
    [
      'a test that was renamed',
      `${attack(1)}${HELD.replace('a file', 'a folder')}`,
      'attack 1 names the test "refuses a folder", which packages/core/test/held.test.ts does not have'
    ],
    [
      'a case that its test does not have',
      `${attack(1)}${HELD.replace('a file', 'a socket of size %d')}`,
      'attack 1 names the test "refuses a socket of size %d", which packages/core/test/held.test.ts does not have'
    ]
  ])('are not with %s', async (_, text, problem) => {
    expect(await withTree({ ...sound, 'docs/attacks.md': text }, threatProblems)).toEqual([
      `docs/attacks.md: ${problem}`
    ])
  })

  it('are not when there are none', async () => {
    expect(await withTree({ ...sound, 'docs/attacks.md': '# Attacks\n' }, threatProblems)).toEqual([
      'docs/attacks.md names no attack'
    ])
  })
})
