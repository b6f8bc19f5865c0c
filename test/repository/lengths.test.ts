import { describe, expect, it } from '@jest/globals'
import { circleProblems } from '../../scripts/circles.mjs'
import { lengthProblems, lengthProblemsOf } from '../../scripts/lengths.mjs'
import { repositoryRoot } from '../../scripts/workspaces.mjs'
import { withTree } from './tree.ts'

const statements = (count: number): string => 'work()\n'.repeat(count)

describe('the lengths of sources', () => {
  it('are kept here', () => {
    expect(lengthProblems(repositoryRoot)).toEqual([])
  })

  it.each<[string, string, readonly string[]]>([
    ['a file of 250 lines', statements(250), []],
    ['a file of 251 lines', statements(251), ['a.ts has 251 lines; 250 are allowed: split it by its nouns']],
    ['a longer file that says why', `// long: a table\n${statements(250)}`, []],
    [
      'a longer file whose reason is empty',
      `// long: \n${statements(250)}`,
      ['a.ts has 251 lines; 250 are allowed: split it by its nouns']
    ],
    ['a function of 50 lines', `function f() {\n${statements(48)}}\n`, []],
    [
      'a function of 51 lines, behind a comment and letters of several bytes',
      `#!/usr/bin/env node\n// — ü —\n\nexport function f() {\n${statements(49)}}\n`,
      ['a.ts:4 f has 51 lines; 50 are allowed: split it by its steps']
    ],
    ['a longer function that says why', `// long: a state machine\nfunction f() {\n${statements(49)}}\n`, []],
    [
      'a longer method',
      `class C {\n  m() {\n${statements(49)}  }\n}\n`,
      ['a.ts:2 m has 51 lines; 50 are allowed: split it by its steps']
    ],
    [
      'a longer function without a name',
      `run(async () => {\n${statements(49)}})\n`,
      ['a.ts:1 a function has 51 lines; 50 are allowed: split it by its steps']
    ],
    [
      'functions with names inside another one, each short',
      `function f() {\n  const g = () => {\n${statements(40)}  }\n  return {\n    h() {\n${statements(40)}    }\n  }\n}\n`,
      []
    ],
    [
      'callbacks inside a function, which count as its own lines',
      `function f() {\n  run(() => {\n${statements(40)}  })\n${statements(10)}}\n`,
      ['a.ts:1 f has 54 lines; 50 are allowed: split it by its steps']
    ]
  ])('%s', (_, source, problems) => {
    expect(lengthProblemsOf('a.ts', source)).toEqual(problems)
  })
})

describe('circles of imports', () => {
  const files = {
    'packages/core/package.json': { name: '@sluice/core' },
    'packages/core/src/a.ts': "import './b.ts'\n",
    'packages/core/src/b.ts': "import type { C } from './deep/c.ts'\n",
    'packages/core/src/deep/c.ts': 'export type C = number\n'
  }

  it('are not here', () => {
    expect(circleProblems(repositoryRoot)).toEqual([])
  })

  it('are not seen where there are none', async () => {
    expect(await withTree(files, circleProblems)).toEqual([])
  })

  it.each<[string, string, readonly string[]]>([
    [
      'of three modules, through a type',
      "export type C = import('../a.ts').A\n",
      [
        'packages/core/src/a.ts -> packages/core/src/b.ts -> packages/core/src/deep/c.ts -> packages/core/src/a.ts is a circle'
      ]
    ],
    [
      'of a module with itself',
      "export * from './c.ts'\n",
      ['packages/core/src/deep/c.ts -> packages/core/src/deep/c.ts is a circle']
    ]
  ])('are found: %s', async (_, source, problems) => {
    expect(await withTree({ ...files, 'packages/core/src/deep/c.ts': source }, circleProblems)).toEqual(problems)
  })
})
