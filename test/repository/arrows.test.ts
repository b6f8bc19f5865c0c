import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { ARROWS, arrowProblems } from '../../scripts/arrows.mjs'
import { staleProjects } from '../../scripts/projects.mjs'
import { inRepository } from '../harness/index.ts'
import { withTree } from './tree.ts'

const manifest = (name: string, dependencies: readonly string[] = []) => ({
  name: `@sluice/${name}`,
  dependencies: Object.fromEntries(dependencies.map(dependency => [dependency, '0.1.0']))
})

/** Two packages and an action that keep to the arrows; a test changes one thing. */
const sound = {
  'package.json': { devDependencies: { '@jest/globals': '1.0.0' } },
  'packages/core/package.json': manifest('core', ['canonicalize']),
  'packages/core/src/index.ts': "export { default } from 'canonicalize'\nimport 'node:fs'\n",
  'packages/ledger/package.json': manifest('ledger', ['@sluice/core']),
  'packages/ledger/src/index.ts': "import { x } from '@sluice/core'\nexport type Y = import('./other.ts').Y\n",
  'packages/ledger/src/other.ts': 'export type Y = number\n',
  'packages/ledger/test/ledger.test.ts': "import { it } from '@jest/globals'\nimport '../src/other.ts'\n",
  'packages/policy/package.json': manifest('policy', ['@sluice/core']),
  'packages/policy/src/index.ts': "import '@sluice/core'\n",
  'actions/record/package.json': manifest('record', ['@sluice/core', '@sluice/policy']),
  'actions/record/src/main.ts': "import '@sluice/core'\nconst policy = await import('@sluice/policy')\n"
}

describe('the arrows between packages', () => {
  it('finds nothing in a repository that keeps to them', async () => {
    const problems = await withTree(sound, arrowProblems)

    expect(problems).toEqual([])
  })

  it.each([
    {
      what: 'an import against an arrow',
      files: {
        'packages/core/package.json': manifest('core', ['canonicalize', '@sluice/ledger']),
        'packages/core/src/more.ts': "export * from '@sluice/ledger'\n"
      },
      found: [
        'packages/core/src/more.ts imports @sluice/ledger, which core may not; it may import no other package',
        'packages/core/package.json depends on @sluice/ledger, against the arrows'
      ]
    },
    {
      what: 'an action that imports an action',
      files: {
        'actions/other/package.json': manifest('other', ['@sluice/record']),
        'actions/other/src/main.ts': "import '@sluice/record'\n"
      },
      found: [
        expect.stringContaining('actions/other/src/main.ts imports @sluice/record, which actions may not'),
        'actions/other/package.json depends on @sluice/record, against the arrows'
      ]
    },
    {
      what: 'an arrow along which nothing is imported',
      files: {
        'actions/record/package.json': manifest('record', ['@sluice/core']),
        'actions/record/src/main.ts': "import '@sluice/core'\n"
      },
      found: ['scripts/arrows.mjs lets actions import @sluice/policy, and nothing does: take the arrow out']
    },
    {
      what: 'an import past a door',
      files: { 'packages/ledger/src/other.ts': "export type { Y } from '@sluice/core/lib/y.js'\n" },
      found: ['packages/ledger/src/other.ts imports @sluice/core/lib/y.js, past the door of that package']
    },
    {
      what: 'a path that leaves the package',
      files: { 'packages/ledger/src/other.ts': "export type { Y } from '../../core/src/index.ts'\n" },
      found: [
        'packages/ledger/src/other.ts reaches out of its package with ../../core/src/index.ts: import the door of the other package'
      ]
    },
    {
      what: 'a dependency that package.json does not list',
      files: { 'packages/ledger/src/other.ts': "import { parse } from 'yaml'\nexport type Y = typeof parse\n" },
      found: ['packages/ledger/package.json does not list yaml under dependencies']
    },
    {
      what: 'a dependency of a test that package.json does not list',
      files: { 'packages/ledger/test/more.test.ts': "import '@sluice-lab/servers'\n" },
      found: ['packages/ledger/package.json does not list @sluice-lab/servers under devDependencies']
    },
    {
      what: 'a dependency that nothing imports',
      files: { 'packages/ledger/package.json': manifest('ledger', ['@sluice/core', 'yaml']) },
      found: ['packages/ledger/package.json lists yaml under dependencies, but no source imports it']
    },
    {
      what: 'a package that has no arrows yet',
      files: { 'packages/novel/package.json': manifest('novel') },
      found: ['packages/novel: scripts/arrows.mjs does not say what this package may import']
    }
  ])('finds $what', async ({ files, found }) => {
    const problems = await withTree({ ...sound, ...files }, arrowProblems)

    expect(problems).toEqual(found)
  })
})

describe('the diagram of the architecture', () => {
  it('draws no arrow that may not be imported along, and leads to all that may', async () => {
    const page = await readFile(inRepository('docs', 'architecture.md'), 'utf8')
    const diagram = /```mermaid\nflowchart LR\n([\s\S]*?)```/.exec(page)?.[1] ?? ''

    const drawn = [...diagram.matchAll(/^ +([a-z]+)(?:\[.*\])? --> ([a-z]+)$/gm)].map(
      ([, from = '', to = '']) => [from, to] as const
    )
    const reached = (from: string): readonly string[] =>
      drawn.filter(([start]) => start === from).flatMap(([, to]) => [to, ...reached(to)])

    const arrows = Object.entries<readonly string[]>(ARROWS)
    expect(drawn.filter(([from, to]) => !arrows.some(([room, may]) => room === from && may.includes(to)))).toEqual([])
    expect(
      arrows.flatMap(([room, may]) => may.filter(to => !reached(room).includes(to)).map(to => [room, to]))
    ).toEqual([])
  })
})

describe('the references of TypeScript projects', () => {
  const projects = {
    'packages/core/package.json': manifest('core'),
    'packages/core/tsconfig.json': {},
    'packages/ledger/package.json': manifest('ledger', ['@sluice/core', 'yaml']),
    'packages/ledger/tsconfig.json': { references: [{ path: '../core' }] },
    'tsconfig.projects.json': { files: [], references: [{ path: 'packages/core' }, { path: 'packages/ledger' }] }
  }
  const stale = (root: string) => staleProjects(root).map(({ file }) => file)

  it('are current when they equal the dependencies', async () => {
    expect(await withTree(projects, stale)).toEqual([])
  })

  it('are stale when a workspace or a dependency is missing', async () => {
    const files = {
      ...projects,
      'packages/ledger/tsconfig.json': {},
      'packages/policy/package.json': manifest('policy'),
      'packages/policy/tsconfig.json': {}
    }

    expect(await withTree(files, stale)).toEqual(['tsconfig.projects.json', 'packages/ledger/tsconfig.json'])
  })
})
