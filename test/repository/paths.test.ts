import { describe, expect, it } from '@jest/globals'
import { pathProblems } from '../../scripts/paths.mjs'
import { withTree } from './tree.ts'

const where = (...rows: readonly string[]): string =>
  `# Where\n\n| to change | open | look for |\n| --- | --- | --- |\n${rows.join('\n')}\n`

const sound = {
  'docs/where.md': where(
    '| a soak | `packages/delivery/src/schema.ts` | `LONGEST_SOAK` |',
    '| a job | of stages `.github/workflows/stage.yml` | |'
  ),
  'docs/page.md': [
    '# A page: of it',
    '[top](#a-page-of-it), [where](where.md), [site](https://sluice.example/x.md), `[shown](gone.md)`',
    '`packages/*/src`, `packages/delivery/`, `scripts/<name>.mjs`, `actions/checkout`'
  ].join('\n'),
  'packages/delivery/src/schema.ts': "// See `rules.ts`.\nconst LONGEST_SOAK = '30d'\n",
  'packages/delivery/src/rules.ts': 'export {}\n',
  '.github/workflows/stage.yml': 'jobs: {}\n'
}

describe('what documents say of files', () => {
  it('is true when every link, path and name leads somewhere', async () => {
    expect(await withTree(sound, pathProblems)).toEqual([])
  })

  it.each([
    {
      what: 'a link to a file that is gone',
      files: { 'README.md': '[more](docs/gone.md)' },
      found: ['README.md links to docs/gone.md, which does not exist']
    },
    {
      what: 'a link to a heading that was reworded',
      files: { 'README.md': '[more](docs/page.md#a-page)' },
      found: ['README.md links to docs/page.md#a-page, and docs/page.md has no such heading']
    },
    {
      what: 'a path that was renamed',
      files: { 'docs/page.md': 'Limits are in `packages/delivery/src/limits.ts`.' },
      found: ['docs/page.md names packages/delivery/src/limits.ts, which does not exist']
    },
    {
      what: 'a pattern that nothing fits',
      files: { 'docs/page.md': 'Each has `actions/*/action.yml`.' },
      found: ['docs/page.md names actions/*/action.yml, which does not exist']
    },
    {
      what: 'a comment that names a file of another day',
      files: { 'packages/delivery/src/rules.ts': '/** See `limits.ts`. */\nexport {}\n' },
      found: ['packages/delivery/src/rules.ts names limits.ts, which does not exist']
    },
    {
      what: 'something to look for that the file no longer has',
      files: { 'packages/delivery/src/schema.ts': 'const LONGEST_SOAKING = 30\n' },
      found: ['docs/where.md, "a soak": LONGEST_SOAK is not in packages/delivery/src/schema.ts']
    },
    {
      what: 'a change that leads to no file',
      files: { 'docs/where.md': where('| a soak | the `schema` | |') },
      found: ['docs/where.md, "a soak": no file of this repository is named']
    },
    { what: 'a page without its table', files: { 'docs/where.md': '# Where\n' }, found: ['docs/where.md has no table'] }
  ])('is not: $what', async ({ files, found }) => {
    expect(await withTree({ ...sound, ...files }, pathProblems)).toEqual(found)
  })
})
