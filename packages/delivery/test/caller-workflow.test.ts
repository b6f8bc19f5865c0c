import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import type { Question } from '@sluice/core'
import { callsSluiceOnce, readCaller } from '../src/index.ts'

const SLUICE = 'owner/sluice'
const COMMIT = 'f'.repeat(40)
const DELIVER = `uses: owner/sluice/.github/workflows/deliver.yml@${COMMIT}`
const once = (workflow: string, question: Question = 'deploy', repository = SLUICE): boolean =>
  callsSluiceOnce(workflow, { repository, commits: ['0'.repeat(40), COMMIT] }, question)
const jobs = (...lines: readonly string[]): string => `on: push\njobs:\n${lines.map(line => `  ${line}\n`).join('')}`

describe('a workflow that calls Sluice', () => {
  it('once is the one of the example', async () => {
    const workflow = await readFile('examples/storefront/.github/workflows/deliver.yml', 'utf8')

    expect(once(workflow, 'deploy', 'sluice-dev/sluice')).toBe(true)
    expect(once(workflow, 'deploy', 'another/sluice')).toBe(false)
  })

  it.each([
    ['beside jobs of its own', jobs('test: { runs-on: ubuntu-latest, steps: [] }', `deliver: { ${DELIVER} }`)],
    ['by other letters', jobs(`deliver: { uses: Owner/Sluice/.github/workflows/deliver.yml@${COMMIT} }`)],
    ['with the line ends of Windows', jobs(`deliver: { ${DELIVER} }`).replaceAll('\n', '\r\n')],
    ['for one environment', jobs(`stage: { uses: owner/sluice/.github/workflows/stage.yml@${COMMIT} }`)]
  ])('once does so %s', (_, workflow) => {
    expect(once(workflow)).toBe(true)
  })

  it.each(['adopt', 'repair'] as const)('once for one question does so for no other (%s)', question => {
    const workflow = jobs(`ask: { uses: owner/sluice/.github/workflows/${question}.yml@${COMMIT} }`)

    expect(['deploy', 'adopt', 'repair'].filter(it => once(workflow, it as Question))).toEqual([question])
  })

  it.each([
    ['by two jobs', jobs(`shop: { ${DELIVER} }`, `billing: { ${DELIVER} }`)],
    ['by a matrix', jobs(`deliver: { strategy: { matrix: { config: [a, b] } }, ${DELIVER} }`)],
    [
      'beside a workflow that may do so too',
      jobs(`shop: { ${DELIVER} }`, 'other: { uses: ./.github/workflows/x.yml }')
    ],
    ['by a workflow in between', jobs('deliver: { uses: ./.github/workflows/x.yml }')],
    [
      'at a commit that is not listed, as one of a fork',
      jobs(`deliver: { ${DELIVER.replace(COMMIT, 'e'.repeat(40))} }`)
    ],
    ['at a tag, which may be anything tomorrow', jobs(`deliver: { ${DELIVER.replace(COMMIT, 'v1')} }`)],
    ['at what looks like two commits', jobs(`deliver: { ${DELIVER}@${COMMIT} }`)],
    ['by another workflow of Sluice', jobs('adopt: { uses: owner/sluice/.github/workflows/adopt.yml@v1 }')],
    ['in no job', jobs('test: { runs-on: ubuntu-latest, steps: [] }')],
    ['in no list of jobs', 'jobs: none'],
    ['in a text that is no YAML', 'jobs: ['],
    ['with a job twice', jobs(`deliver: { ${DELIVER} }`, `deliver: { ${DELIVER} }`)],
    ['too deep to read', `jobs: ${'['.repeat(200)}`],
    ...['\r', '\u0085', '\u2028', '\u2029'].map(
      it =>
        [
          `with a comment that ends for GitHub at ${JSON.stringify(it)}`,
          jobs(`deliver: { ${DELIVER} }`, `# more:${it}  billing: { ${DELIVER} }`)
        ] as const
    ),
    ['by a version of YAML that it names', `%YAML 1.1\n---\n${jobs(`deliver: { ${DELIVER} }`)}`],
    ['by more aliases than are read', jobs('a: &a { x: 1 }', `b: [${Array(200).fill('*a').join(', ')}]`)]
  ])('%s may do so more than once', (_, workflow) => {
    expect(once(workflow)).toBe(false)
  })
})

describe('what a workflow says of its calls of Sluice', () => {
  it.each([
    ['a name', 'on: workflow_dispatch', true],
    ['a list', 'on: [push, workflow_dispatch]', true],
    ['a mapping', 'on: { push: { branches: [main] }, workflow_dispatch: }', true],
    ['a mapping without it', 'on: { push: { branches: [main] } }', false],
    ['the call of another workflow', 'on: workflow_call', true],
    ['nothing', 'name: deliver', false]
  ])('is whether it is started by hand, by %s', (_, on, isStartedByHand) => {
    expect(readCaller(`${on}\njobs: { deliver: { ${DELIVER} } }`, SLUICE)).toEqual({
      calls: [{ workflow: 'deliver.yml', pin: COMMIT, config: 'delivery.yml' }],
      isStartedByHand
    })
  })

  it('is which workflow each job calls with which delivery.yml, and nothing of other jobs', () => {
    const workflow = jobs(
      `shop: { ${DELIVER}, with: { config: shop/delivery.yml } }`,
      'repair: { uses: Owner/Sluice/.github/workflows/repair.yml@v1 }',
      'other: { uses: owner/other/.github/workflows/deliver.yml@v1 }',
      'test: { runs-on: ubuntu-latest, steps: [] }'
    )

    expect(readCaller(workflow, SLUICE).calls).toEqual([
      { workflow: 'deliver.yml', pin: COMMIT, config: 'shop/delivery.yml' },
      { workflow: 'repair.yml', pin: 'v1', config: 'delivery.yml' }
    ])
    expect(readCaller('jobs: [', SLUICE).calls).toEqual([])
  })

  it.each([
    ['a list', '{ config: [a.yml, b.yml] }', 'matrix.config', ['a.yml', 'b.yml']],
    [
      'more that are included',
      '{ config: [a.yml], include: [{ config: b.yml }] }',
      'matrix.config',
      ['a.yml', 'b.yml']
    ],
    ['what is included alone', '{ include: [{ of: a.yml, as: x }, { as: y }] }', 'matrix.of', ['a.yml']],
    ['no such key', '{ config: [a.yml] }', 'matrix.other', ['${{ matrix.other }}']],
    ['a list that the run makes', '{ config: "${{ fromJSON(inputs.x) }}" }', 'matrix.config', ['${{ matrix.config }}']],
    ['an expression of another kind', '{ config: [a.yml] }', 'inputs.config', ['${{ inputs.config }}']]
  ])('delivers by each delivery.yml of a matrix, where it says %s', (_, matrix, key, configs) => {
    const job = `{ ${DELIVER}, strategy: { matrix: ${matrix} }, with: { config: "\${{ ${key} }}" } }`

    expect(readCaller(jobs(`deliver: ${job}`), SLUICE).calls.map(({ config }) => config)).toEqual(configs)
  })
})
