import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { takeMaps } from '../../scripts/bundle.mjs'
import { linesRunInBundles } from '../../scripts/bundle-coverage.mjs'
import { coverageOf, coverageTable } from '../../scripts/coverage.mjs'
import { inRepository } from '../harness/index.ts'
import { withTree } from './tree.ts'

describe('the coverage of a room', () => {
  /** A file whose statements begin on these lines and were run as often. */
  const file = (path: string, runs: Readonly<Record<number, number>>) => ({
    path,
    statementMap: Object.fromEntries(Object.keys(runs).map((line, n) => [n, { start: { line: Number(line) } }])),
    s: Object.fromEntries(Object.values(runs).map((count, n) => [n, count]))
  })
  const ledger = (runs: Readonly<Record<number, number>>, inBundles: readonly number[] = []) =>
    coverageOf({
      rooms: ['packages/ledger', 'packages/cli'],
      files: [file('packages/ledger/src/append.ts', runs)],
      ran: new Map([['packages/ledger/src/append.ts', new Set(inBundles)]])
    })

  it('is the share of lines that ran in the test runner or in a bundle', () => {
    expect(ledger({ 1: 3, 2: 0, 7: 0 }, [2])).toEqual([
      {
        path: 'packages/ledger',
        lines: 3,
        covered: 2,
        percent: 66.66,
        least: 100,
        missing: [{ path: 'packages/ledger/src/append.ts', lines: [7] }]
      },
      { path: 'packages/cli', lines: 0, covered: 0, percent: 100, least: 95, missing: [] }
    ])
  })

  it('is never rounded up to a threshold', () => {
    const lines = Object.fromEntries(Array.from({ length: 30_000 }, (_, line) => [line + 1, line === 5 ? 0 : 1]))

    expect(ledger(lines)[0]?.percent).toBe(99.99)
    expect(coverageTable(ledger(lines))).toEqual([
      'Lines that tests have run:',
      'FAILED  packages/ledger   99.99 %  29999 of 30000, at least 100 %',
      'ok      packages/cli     100.00 %  0 of 0, at least 95 %'
    ])
  })
})

describe('a bundle that ran', () => {
  const sources = {
    'actions/demo/package.json': { name: '@sluice/demo', type: 'module' },
    'actions/demo/src/main.ts': `import { type Answer, choose } from './choose.ts'

interface Unused {
  readonly text: string
}

const answer: Answer = choose(process.argv[2] === 'yes')
console.log(answer satisfies Unused['text'])
`,
    'actions/demo/src/choose.ts': `export type Answer = 'yes' | 'no'

/** Chooses. */
export function choose(yes: boolean): Answer {
  if (yes) {
    return 'yes'
  }
  return 'no'
}

export const never = (): Answer => {
  const unused: Answer = 'no'
  return unused
}
`,
    'tsconfig.coverage.json': readFileSync(inRepository('tsconfig.coverage.json'), 'utf8').replace(
      './tsconfig.base.json',
      inRepository('tsconfig.base.json')
    )
  }

  it('tells the lines of the sources that it is made of, and ships as if it were made without maps', async () => {
    const { plain, shipped, lines } = await withTree(sources, async root => {
      symlinkSync(inRepository('node_modules'), join(root, 'node_modules'))
      const [bundles, maps, reports, work] = ['dist/shared', 'maps/shared', 'v8', 'work'].map(name => join(root, name))
      const node = (...args: readonly string[]) =>
        execFileSync(process.execPath, args, { cwd: root, env: { ...process.env, NODE_V8_COVERAGE: '' } })
      const tsc = inRepository('node_modules/typescript/bin/tsc')
      node(tsc, '-p', 'tsconfig.coverage.json', '--sourceMap', 'false', '--outDir', 'out')
      execFileSync('mv', ['out/actions/demo/src', 'actions/demo/lib'], { cwd: root })
      const build = (...options: readonly string[]) =>
        node(
          inRepository('node_modules/@vercel/ncc/dist/ncc/cli.js'),
          'build',
          'actions/demo/lib/main.js',
          '--no-cache',
          '--quiet',
          '-o',
          ...options
        )
      build('plain')
      build('dist/shared', '--source-map', '--no-source-map-register')
      takeMaps(bundles ?? '', maps ?? '')
      mkdirSync(work ?? '')
      for (const word of ['yes', 'what'])
        execFileSync(process.execPath, ['dist/shared/index.js', word], {
          cwd: root,
          env: { NODE_V8_COVERAGE: reports }
        })
      const found = await linesRunInBundles({
        root,
        reports: reports ?? '',
        maps: join(root, 'maps'),
        work: work ?? ''
      })
      rmSync(join(root, 'node_modules'))
      return {
        plain: readFileSync(join(root, 'plain/index.js'), 'utf8'),
        shipped: readFileSync(join(root, 'dist/shared/index.js'), 'utf8'),
        lines: Object.fromEntries([...found].map(([path, set]) => [path, [...set].sort((a, b) => a - b)]))
      }
    })

    expect(shipped).toBe(plain)
    expect(lines['actions/demo/src/main.ts']).toEqual(expect.arrayContaining([7, 8]))
    expect(lines['actions/demo/src/choose.ts']).toEqual(expect.arrayContaining([5, 6, 8]))
    expect(lines['actions/demo/src/choose.ts']).not.toContain(12)
    expect(lines['actions/demo/src/choose.ts']).not.toContain(13)
  })
})
