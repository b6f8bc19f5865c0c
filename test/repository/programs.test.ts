import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { programProblems, staleProgramDocs } from '../../scripts/programs.mjs'
import { withTree } from './tree.ts'

const LIST = {
  present: [
    { name: 'Debian', programs: ['apt-get'] },
    { name: 'Node', oldest: '20.19', programs: ['node'] },
    { name: 'Go', oldest: '1.25.0', programs: ['go'] }
  ],
  installed: [
    {
      name: 'tea',
      from: 'go',
      module: 'example.com/tea',
      packages: ['example.com/tea/cmd/pot'],
      neededBy: ['tests'],
      for: 'brews'
    },
    { name: 'cup', from: 'pypi', programs: ['cup'], neededBy: ['rehearsal'], for: 'holds' },
    { name: 'spoon', from: 'debian', programs: ['spoon'], neededBy: ['buildx'], for: 'stirs' }
  ]
}

const TREE = {
  'tools/programs.json': LIST,
  'tools/tea/go.mod':
    'module x\n\ngo 1.25.0\n\ntool example.com/tea/cmd/pot\n\nrequire (\n\texample.com/tea v1.2.3 // indirect\n)\n',
  'tools/python/requirements.txt': 'cup==4.5 \\\n    --hash=sha256:00\n',
  'package.json': { engines: { node: '>=20.19' } },
  'README.md': '<!-- present -->\n<!-- /present -->\n',
  'CONTRIBUTING.md': '<!-- present -->\n<!-- /present -->\n',
  'docs/programs.md': '<!-- present -->\n<!-- /present -->\n<!-- programs -->\n<!-- /programs -->\n'
}

const problems = async (changes: Readonly<Record<string, string | object>>) => {
  const written = await withTree(TREE, root => staleProgramDocs(root))
  const docs = Object.fromEntries(written.map(({ file, text }) => [file, text]))
  return withTree({ ...TREE, ...docs, ...changes }, programProblems)
}

describe('what must be there', () => {
  it('is written into the docs as the list has it, with versions from the pins', async () => {
    const written = await withTree(TREE, root => staleProgramDocs(root))

    expect(written.map(({ file }) => file)).toEqual(['README.md', 'CONTRIBUTING.md', 'docs/programs.md'])
    expect(written[0]?.text).toContain('You need Debian with Node 20.19 or newer, and Go 1.25.0 or newer.')
    expect(written[2]?.text).toContain('| `pot` | Go: example.com/tea 1.2.3 | brews | `npm test` |')
    expect(written[2]?.text).toContain('| `cup` | PyPI: cup 4.5 | holds | `npm run rehearse` |')
  })

  it('has nothing to say of a list that is complete', async () => {
    expect(await problems({})).toEqual([])
  })

  it('is read by set-up from there', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
    const { present } = JSON.parse(readFileSync('tools/programs.json', 'utf8'))

    expect(engines.node).toBe(`>=${present.find(({ name }: { readonly name: string }) => name === 'Node').oldest}`)
  })
})

describe('a list of programs', () => {
  it.each([
    [
      'docs say something else',
      { 'README.md': '<!-- present -->\nNothing.\n<!-- /present -->\n' },
      'README.md is not current'
    ],
    ['a program is not pinned', { 'tools/python/requirements.txt': '' }, 'tools/programs.json: cup is not pinned'],
    [
      'a Go module is not in it',
      { 'tools/bun/go.mod': 'module y\n' },
      'tools/bun/go.mod: tools/programs.json names no Go program bun'
    ],
    [
      'a Go program is not in its module',
      { 'tools/tea/go.mod': 'module x\n\ngo 1.25.0\n\nrequire example.com/tea v1.2.3\n' },
      'tools/tea/go.mod: no tool example.com/tea/cmd/pot'
    ],
    [
      'a module needs a newer Go',
      { 'tools/tea/go.mod': TREE['tools/tea/go.mod'].replace('go 1.25.0', 'go 1.26') },
      'tools/tea/go.mod needs Go 1.26, and tools/programs.json says that 1.25.0 will do'
    ],
    [
      'npm is told another Node',
      { 'package.json': { engines: { node: '>=18' } } },
      'package.json: engines.node is >=18, and tools/programs.json says 20.19'
    ]
  ])('is refused when %s', async (_when, changes, problem) => {
    expect(await problems(changes)).toContain(problem)
  })
})

describe('who goes round the search path', () => {
  it.each([
    "run('/usr/bin/tea', [])",
    "run('/usr/local/bin/tea', [])",
    "const env = { PATH: '/usr/bin:/bin' }",
    "pathWith({}, '/bin')",
    'PATH: `${folder}:/sbin`'
  ])('is named: %s', async line => {
    expect(await problems({ 'test/tea.test.ts': `first\n${line}\n` })).toEqual([
      'test/tea.test.ts:2 names a folder of programs: start them by name, or by what ensureTools says'
    ])
  })

  it.each(["'#!/bin/sh'", '#!/usr/bin/env node', "'/bin/sh'", "join(work, 'bin/tea')", "'services/api/usr/bin'"])(
    'is not who writes %s',
    async line => {
      expect(await problems({ 'test/tea.test.ts': `${line}\n` })).toEqual([])
    }
  )
})
