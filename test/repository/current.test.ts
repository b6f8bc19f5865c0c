import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { differences } from '../../scripts/bundle.mjs'
import { count } from '../../scripts/jest.mjs'
import { staleReadmes } from '../../scripts/readmes.mjs'
import { packagesAreCurrent, setUp } from '../../scripts/setup.mjs'
import { PROGRAMS, readJson, repositoryRoot } from '../../scripts/workspaces.mjs'
import { withTree } from './tree.ts'

describe('installed npm packages', () => {
  const locked = {
    '': { name: 'sluice' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/elsewhere': { version: '1.0.0', os: ['win32'], optional: true }
  }
  const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } }
  const current = (packages: object | undefined) =>
    withTree(
      {
        'package-lock.json': { packages: locked },
        ...(packages === undefined ? {} : { 'node_modules/.package-lock.json': { packages } })
      },
      packagesAreCurrent
    )

  it('are current when they are what package-lock.json says', async () => {
    expect(await current(installed)).toBe(true)
  })

  it.each([
    ['none is there, or an installation was interrupted', undefined],
    ['one is missing', {}],
    ['one has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b' } }],
    ['one is left over', { ...installed, 'node_modules/b': { version: '1.0.0' } }]
  ])('are not current when %s', async (_when, packages) => {
    expect(await current(packages)).toBe(false)
  })
})

describe('a plain set-up', () => {
  const project = { compilerOptions: { rootDir: 'src', outDir: 'lib', types: [] }, include: ['src'] }

  it('compiles the rehearsal and the command, which the README names', async () => {
    const files = {
      'lab/rehearsal/tsconfig.json': project,
      'lab/rehearsal/src/main.ts': 'export {}',
      'packages/cli/tsconfig.json': project,
      'packages/cli/src/main.ts': 'export {}',
      'package.json': { type: 'module' },
      'package-lock.json': { packages: {} },
      'node_modules/.package-lock.json': { packages: {} },
      [PROGRAMS]: readJson(join(repositoryRoot, PROGRAMS))
    }
    const built = ['lab/rehearsal/lib/main.js', 'packages/cli/lib/main.js']

    const found = await withTree(files, async root => {
      for (const compiler of ['typescript', '@typescript'])
        symlinkSync(join(repositoryRoot, 'node_modules', compiler), join(root, 'node_modules', compiler))
      expect(await setUp({ root })).toBe(true)
      return built.filter(file => existsSync(join(root, file)))
    })

    expect(found).toEqual(built)
  })
})

describe('the count of tests', () => {
  const report = { success: true, numTotalTests: 3, numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }

  it('is that of the test runner', () => {
    expect(count(report, 0)).toEqual({ passed: 3, failed: 0 })
  })

  it.each([
    ['a failed test', { success: false, numPassedTests: 2, numFailedTests: 1 }, 1, { passed: 2, failed: 1 }],
    ['a test that did not run', { numPassedTests: 2 }, 0, { passed: 2, failed: 1 }],
    ['a file that cannot be loaded', { success: false, numRuntimeErrorTestSuites: 1 }, 1, { passed: 3, failed: 1 }],
    ['an exit code that no test explains', {}, 1, { passed: 3, failed: 1 }],
    ['a run without tests', { numTotalTests: 0, numPassedTests: 0 }, 0, { passed: 0, failed: 1 }]
  ])('has %s fail', (_what, change, code, expected) => {
    expect(count({ ...report, ...change }, code)).toEqual(expected)
  })
})

describe('committed bundles', () => {
  it('are compared file by file and byte by byte', async () => {
    const found = await withTree({ 'dist/index.js': 'a', 'dist/1.index.js': 'c' }, root => {
      mkdirSync(join(root, 'fresh'))
      writeFileSync(join(root, 'fresh/index.js'), 'b')
      writeFileSync(join(root, 'fresh/2.index.js'), 'c')
      return differences('demo', join(root, 'fresh'), join(root, 'dist'))
    })

    expect(found).toEqual([
      'dist/demo/2.index.js is missing',
      'dist/demo/index.js is not current',
      'dist/demo/1.index.js is not built any more'
    ])
  })
})

describe('the README of an action', () => {
  const files = {
    'actions/demo/action.yml':
      'inputs:\n  mode: { description: One|two, required: true }\n  config: { description: Path, default: delivery.yml }\n',
    'actions/demo/README.md':
      '# demo\n<!-- inputs -->\nold\n<!-- /inputs -->\ntext\n<!-- outputs --><!-- /outputs -->\n'
  }
  const wanted = `# demo
<!-- inputs -->

| input | what it is | required | default |
| --- | --- | --- | --- |
| \`mode\` | One\\|two | yes |  |
| \`config\` | Path | no | \`delivery.yml\` |

<!-- /inputs -->
text
<!-- outputs -->

None.

<!-- /outputs -->
`

  it('gets its tables from action.yml, and is current afterwards', async () => {
    expect(await withTree(files, staleReadmes)).toEqual([{ file: 'actions/demo/README.md', text: wanted }])
    expect(await withTree({ ...files, 'actions/demo/README.md': wanted }, staleReadmes)).toEqual([])
  })

  it('must have a place for them', async () => {
    const missing = withTree({ ...files, 'actions/demo/README.md': '# demo\n' }, staleReadmes)

    await expect(missing).rejects.toThrow('actions/demo/README.md has no block <!-- inputs -->')
  })
})
