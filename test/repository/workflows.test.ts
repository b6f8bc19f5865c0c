import { describe, expect, it } from '@jest/globals'
import { permissionProblems, permissionUnion } from '../../scripts/permissions.mjs'
import { workflowProblems } from '../../scripts/workflows.mjs'
import { withTree } from './tree.ts'

const action = `
inputs:
  release: { required: true }
  mode: { required: true, default: plan }
  reason: {}
outputs:
  digest: {}
`
const stage = `
on:
  workflow_call:
    inputs: { release: { required: true, type: string } }
    outputs: { verdict: { value: x } }
permissions: {}
jobs:
  deploy:
    permissions: { contents: write, id-token: write }
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - id: deploy
        uses: $/actions/deploy
        with: { release: "\${{ inputs.release }}" }
      - run: echo "\${{ steps.deploy.outputs.digest }}"
`
const deliver = `
on: { workflow_call: {} }
permissions: {}
jobs:
  release:
    permissions: { actions: read, contents: read }
    outputs: { digest: x }
    steps: [{ run: ls }]
  environment:
    needs: release
    permissions: { contents: write, id-token: write }
    uses: $/.github/workflows/stage.yml
    with: { release: "\${{ needs.release.outputs.digest }}" }
  after:
    needs: [environment]
    if: needs.environment.outputs.verdict == 'accepted'
    steps: [{ run: ls }]
`
const caller = `
on: push
permissions: {}
jobs:
  deliver:
    permissions: { actions: read, contents: write, id-token: write }
    uses: owner/sluice/.github/workflows/deliver.yml@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v0.1.0
`
const readme = `
<!-- permissions -->
\`\`\`yaml
permissions:
  actions: read # why
  contents: write
  id-token: write
\`\`\`
<!-- /permissions -->
`
const sound = {
  'actions/deploy/action.yml': action,
  '.github/workflows/stage.yml': stage,
  '.github/workflows/deliver.yml': deliver,
  'examples/storefront/.github/workflows/deliver.yml': caller,
  'README.md': readme
}

describe('workflows against the actions that they use', () => {
  it('finds nothing where both agree', async () => {
    expect(await withTree(sound, workflowProblems)).toEqual([])
  })

  it.each([
    [
      'an unknown input',
      stage.replace('with: { release:', 'with: { relaese: x, release:'),
      '$/actions/deploy has no input relaese'
    ],
    [
      'a missing input',
      stage.replace('{ release: "${{ inputs.release }}" }', '{ mode: apply }'),
      'needs the input release'
    ],
    ['an unknown output', stage.replace('outputs.digest', 'outputs.digset'), '$/actions/deploy has no output digset'],
    ['an unknown step', stage.replace('steps.deploy', 'steps.delpoy'), 'no step has the id delpoy'],
    ['an unknown action', stage.replace('$/actions/deploy', '$/actions/destroy'), '$/actions/destroy does not exist'],
    [
      'an unknown input of the workflow',
      stage.replace('inputs.release', 'inputs.relaese'),
      'the workflow has no input relaese'
    ],
    [
      'a tag instead of a commit',
      stage.replace(/checkout@\S+/, 'checkout@v6'),
      'actions/checkout@v6 is not pinned to a commit'
    ],
    ['a commit without its version', stage.replace('# v6.0.2', ''), 'write the version of actions/checkout@'],
    [
      'a foreign action',
      stage.replace('actions/checkout@', 'owner/other@'),
      'would run with the permissions of callers'
    ],
    [
      'permissions on top',
      stage.replace('permissions: {}', 'permissions: { contents: read }'),
      'write `permissions: {}` on top'
    ]
  ])('finds %s', async (_what, text, message) => {
    const problems = await withTree({ ...sound, '.github/workflows/stage.yml': text }, workflowProblems)

    expect(problems).toContainEqual(expect.stringContaining(message))
    expect(problems).toHaveLength(1)
  })

  it.each([
    [
      'an unknown input of a workflow',
      deliver.replace('with: { release:', 'with: { mode: x, release:'),
      'has no input mode'
    ],
    [
      'an output that no job before has',
      deliver.replace('outputs.verdict', 'outputs.vredict'),
      'has no output vredict'
    ],
    [
      'a job that is not waited for',
      deliver.replace('needs: [environment]', 'needs: [release]'),
      'environment is not among its needs'
    ]
  ])('finds %s', async (_what, text, message) => {
    const problems = await withTree({ ...sound, '.github/workflows/deliver.yml': text }, workflowProblems)

    expect(problems).toEqual([expect.stringContaining(message)])
  })
})

describe('the permissions that a caller must grant', () => {
  it('are those of all jobs together, and published so', async () => {
    const union = await withTree(sound, root => permissionUnion(root, '.github/workflows/deliver.yml'))

    expect(union).toEqual({ actions: 'read', contents: 'write', 'id-token': 'write' })
    expect(await withTree(sound, permissionProblems)).toEqual([])
  })

  it.each([
    ['README.md', readme.replace('write', 'read'), 'README.md grants contents: read, but contents: write is needed'],
    ['README.md', 'nothing', 'README.md has no block <!-- permissions --> … <!-- /permissions -->'],
    [
      'examples/storefront/.github/workflows/deliver.yml',
      caller.replace('id-token: write', 'packages: read, id-token: write'),
      'examples/storefront/.github/workflows/deliver.yml: job deliver grants packages: read, but packages: none is needed'
    ],
    [
      '.github/workflows/deliver.yml',
      deliver.replace('contents: write, id', 'contents: read, id'),
      '.github/workflows/deliver.yml: job environment grants contents: read, but contents: write is needed'
    ]
  ])('are compared with %s', async (file, text, message) => {
    expect(await withTree({ ...sound, [file]: text }, permissionProblems)).toEqual([message])
  })
})
