import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { filesAtStart, LIMITS, tooLarge, weightProblems } from '../../scripts/weight.mjs'
import { inRepository } from '../harness/index.ts'
import { withTree } from './tree.ts'

/** A repository with one action, whose entry loads a chunk at once and another one later. */
const TREE = {
  'actions/demo/action.yml': 'name: demo\n',
  'dist/demo/index.js': "import '../shared/now.js'\nif (process.argv.length > 9) await import('../shared/later.js')\n",
  'dist/shared/now.js': "console.log('now')\n",
  'dist/shared/later.js': `// ${randomBytes(LIMITS.start).toString('base64')}\n`,
  'package.json': { type: 'module' }
}

/** Commits all that is there. */
function commit(root: string): void {
  symlinkSync(inRepository('node_modules'), join(root, 'node_modules'))
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: root,
      stdio: 'ignore'
    })
  git('init')
  git('add', '.')
  git('commit', '-m', 'all')
}

describe('the size of an action', () => {
  it('is that of the files that it loads when it starts', async () => {
    const files = await withTree(TREE, async root => {
      symlinkSync(inRepository('node_modules'), join(root, 'node_modules'))
      return (await filesAtStart(root, 'demo')).map(file => file.slice(root.length + 1))
    })

    expect(files).toEqual(['dist/demo/index.js', 'dist/shared/now.js'])
  })

  it('does not count what loads later, and is too large above its limit', async () => {
    const [small, large] = await withTree(TREE, async root => {
      commit(root)
      const before = await weightProblems(root)
      writeFileSync(join(root, 'dist/shared/now.js'), `// ${randomBytes(LIMITS.start).toString('base64')}\n`)
      return [before, await weightProblems(root)]
    })

    expect(small).toEqual([])
    expect(large).toEqual([
      expect.stringMatching(/^dist\/demo, what it loads at its start: \d+ KB compressed, at most 450 KB$/)
    ])
  })
})

describe('the archive of the repository', () => {
  it('has a limit, too', async () => {
    const found = await withTree(TREE, async root => {
      mkdirSync(join(root, 'docs'))
      writeFileSync(join(root, 'docs/film.bin'), randomBytes(LIMITS.archive))
      commit(root)
      return weightProblems(root)
    })

    expect(found).toEqual([
      expect.stringMatching(/^the archive of the repository: 4\d\d\d KB compressed, at most 4000 KB$/)
    ])
  })
})

describe('what is too large', () => {
  it('never looks as if it were not', () => {
    expect(tooLarge([{ what: 'x', bytes: 450_001, limit: 450_000 }])).toEqual(['x: 451 KB compressed, at most 450 KB'])
    expect(tooLarge([{ what: 'x', bytes: 450_000, limit: 450_000 }])).toEqual([])
  })
})
