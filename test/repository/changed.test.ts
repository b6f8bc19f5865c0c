import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { affectedTests, changedFiles, withinAMinute } from '../../scripts/changed.mjs'
import { withTree } from './tree.ts'

const manifest = (name: string) => ({ name: `@sluice/${name}` })

/** Two packages, an action and their tests. Only `greet` of core reaches the ledger, and only the ledger the action. */
const tree = {
  'packages/core/package.json': manifest('core'),
  'packages/core/src/index.ts': "export { greet } from './greet.ts'\nexport * from './part.ts'\n",
  'packages/core/src/greet.ts': "import { word } from './word.ts'\nexport const greet = () => word\n",
  'packages/core/src/word.ts': "export const word = 'hello'\n",
  'packages/core/src/part.ts': "export const part = () => 'bye'\nexport type Part = string\n",
  'packages/core/test/greet.test.ts': "import '../src/greet.ts'\n",
  'packages/core/test/part.test.ts': "import { part } from '../src/index.ts'\n",
  'packages/ledger/package.json': manifest('ledger'),
  'packages/ledger/src/index.ts': "import { greet, type Part } from '@sluice/core'\nexport const ledger = greet\n",
  'packages/ledger/test/ledger.test.ts': "import { ledger } from '../src/index.ts'\n",
  'packages/ledger/test/sample.test.ts':
    "import { readFileSync } from 'node:fs'\nreadFileSync('../../examples/shop/a.yml')\n",
  'actions/record/package.json': manifest('record'),
  'actions/record/action.yml': 'name: record\n',
  'actions/record/src/main.ts': "const { ledger } = await import('@sluice/ledger')\n",
  'actions/other/package.json': manifest('other'),
  'actions/other/action.yml': 'name: other\n',
  'actions/other/src/main.ts': "import { part } from '@sluice/core'\n",
  'test/actions/record.test.ts': '',
  'test/actions/other-turn.test.ts': '',
  'test/actions/interface.test.ts': '',
  'test/rehearsal/delivery.test.ts': "import '@sluice/ledger'\n"
}

const found = async (...changed: readonly string[]) =>
  (await withTree(tree, root => affectedTests(root, changed))).map(({ file, bundles }) => [file, ...bundles].join(' '))

describe('the tests that a change can break', () => {
  it('are those that import it, and those whose bundle holds it, the nearest first', async () => {
    expect(await found('packages/core/src/word.ts')).toEqual([
      'packages/core/test/greet.test.ts',
      'packages/ledger/test/ledger.test.ts',
      'test/rehearsal/delivery.test.ts',
      'test/actions/interface.test.ts record',
      'test/actions/record.test.ts record'
    ])
  })

  it('are not those that import something else through the same door, or its types alone', async () => {
    expect(await found('packages/core/src/part.ts')).toEqual([
      'packages/core/test/part.test.ts',
      'test/actions/interface.test.ts other',
      'test/actions/other-turn.test.ts other'
    ])
  })

  it('are those that name its folder, if it is no source', async () => {
    expect(await found('examples/shop/b.yml')).toEqual(['packages/ledger/test/sample.test.ts'])
  })

  it('are those of an action whose action.yml it is', async () => {
    expect(await found('actions/record/action.yml')).toEqual([
      'test/actions/interface.test.ts record',
      'test/actions/record.test.ts record'
    ])
  })

  it('are all, if it is what all run with', async () => {
    expect((await found('package-lock.json')).length).toBe(8)
  })

  it('are none, if no test knows of it', async () => {
    expect(await found('docs/glossary.md', 'actions/record/README.md')).toEqual([])
  })
})

describe('the choice among them', () => {
  const affected = (file: string, distance: number, bundles: readonly string[] = []) => ({ file, distance, bundles })

  it('takes the nearest as long as they fit into a minute, and names the others', () => {
    const near = affected('a.test.ts', 1)
    const slow = affected('b.test.ts', 2)
    const far = affected('c.test.ts', 3)

    expect(withinAMinute([near, slow, far], { 'a.test.ts': 30, 'b.test.ts': 70 })).toEqual({
      chosen: [near, far],
      left: [slow]
    })
  })

  it('takes a test that changed itself, however long it takes', () => {
    const itself = affected('a.test.ts', 0)

    expect(withinAMinute([itself], { 'a.test.ts': 300 }).chosen).toEqual([itself])
  })

  it('counts the time to build a bundle once', () => {
    const [first, second] = [affected('a.test.ts', 1, ['record']), affected('b.test.ts', 1, ['record'])]

    expect(withinAMinute([first, second], { 'a.test.ts': 34, 'b.test.ts': 34 }).left).toEqual([])
    expect(withinAMinute([first, second], { 'a.test.ts': 34, 'b.test.ts': 40 }).left).toEqual([second])
  })

  it('leaves whole deliveries to npm test, also those that changed', () => {
    const delivery = affected('test/rehearsal/delivery.test.ts', 0)

    expect(withinAMinute([delivery], {})).toEqual({ chosen: [], left: [delivery] })
  })
})

describe('what changed since main', () => {
  const files = { 'kept.ts': 'a', 'edited.ts': 'a', 'moved.ts': 'a', 'committed.ts': 'a', '.gitignore': 'lib/\n' }
  const git = (root: string) => (line: string) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...line.split(' ')])

  it('is what was committed on this branch, edited, removed or added since, and nothing of what main got meanwhile', async () => {
    const changed = await withTree(files, async root => {
      const run = git(root)
      for (const line of [
        'init --quiet --initial-branch=main',
        'add --all',
        'commit --quiet -m first',
        'switch --quiet -c topic'
      ])
        run(line)
      writeFileSync(join(root, 'committed.ts'), 'b')
      for (const line of ['commit --quiet -am second', 'switch --quiet main']) run(line)
      writeFileSync(join(root, 'kept.ts'), 'b')
      for (const line of ['commit --quiet -am third', 'switch --quiet topic', 'mv moved.ts there.ts']) run(line)
      writeFileSync(join(root, 'edited.ts'), 'b')
      writeFileSync(join(root, 'name with ünïcode.ts'), 'b')
      return changedFiles(root)
    })

    expect(changed).toEqual(['committed.ts', 'edited.ts', 'moved.ts', 'name with ünïcode.ts', 'there.ts'])
  })

  it('is on main itself what origin/main does not have', async () => {
    const changed = await withTree(files, async root => {
      const run = git(root)
      for (const line of [
        'init --quiet --initial-branch=main',
        'add --all',
        'commit --quiet -m first',
        'update-ref refs/remotes/origin/main HEAD'
      ])
        run(line)
      rmSync(join(root, 'committed.ts'))
      run('commit --quiet -am second')
      return changedFiles(root)
    })

    expect(changed).toEqual(['committed.ts'])
  })

  it('cannot be told without a main', async () => {
    const changed = withTree(files, async root => {
      git(root)('init --quiet --initial-branch=topic')
      return changedFiles(root)
    })

    await expect(changed).rejects.toThrow('There is no main and no origin/main to compare with. Fetch it: git fetch')
  })
})
