import { describe, expect, it } from '@jest/globals'
import { toolkitContext } from '@sluice-lab/samples'
import { type RunContext, readRunContext, runUrl, type ToolkitContext } from '../src/index.ts'

const env = {
  GITHUB_REPOSITORY: 'octo-org/storefront',
  GITHUB_REPOSITORY_ID: '123456',
  GITHUB_RUN_ID: '1001',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_JOB: 'deploy',
  GITHUB_ACTOR: 'author',
  GITHUB_ACTOR_ID: '7',
  GITHUB_SHA: '1'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_WORKFLOW_REF: 'octo-org/storefront/.github/workflows/deliver.yml@refs/heads/main',
  GITHUB_WORKFLOW_SHA: '2'.repeat(40),
  GITHUB_SERVER_URL: 'https://git.shop.example',
  GITHUB_WORKSPACE: '/runner/storefront',
  RUNNER_TEMP: '/runner/_temp',
  RUNNER_ENVIRONMENT: 'github-hosted'
}

function read(variables: NodeJS.ProcessEnv, payload: ToolkitContext['payload'] = {}): RunContext {
  return readRunContext(toolkitContext(variables, payload), variables)
}

describe("a run's facts", () => {
  it('are those of the environment', () => {
    expect(read(env)).toEqual({
      repository: 'octo-org/storefront',
      repositoryId: '123456',
      runId: '1001',
      attempt: 2,
      job: 'deploy',
      actor: { id: '7', login: 'author' },
      sha: '1'.repeat(40),
      ref: 'refs/heads/main',
      event: 'push',
      workflow: 'octo-org/storefront/.github/workflows/deliver.yml@refs/heads/main',
      workflowSha: '2'.repeat(40),
      runner: 'github-hosted',
      triggeringActor: 'author',
      serverUrl: 'https://git.shop.example',
      workspace: '/runner/storefront',
      temp: '/runner/_temp'
    })
  })

  it.each([
    ['the commit that `$/` stands for', '5'.repeat(40), { commit: '5'.repeat(40) }],
    ['the tag that an action was used by', 'v1', { ref: 'v1' }]
  ])('name the Sluice that ran, by %s', (_, ref, named) => {
    const runner = { GITHUB_ACTION_REPOSITORY: 'octo-org/sluice', GITHUB_ACTION_REF: ref }

    expect(read({ ...env, ...runner }).sluice).toEqual({ repository: 'octo-org/sluice', ...named })
  })

  it('name no Sluice where the runner does not tell, and nothing that an input says', () => {
    const runner = { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '5'.repeat(40), INPUT_SLUICE: 'evil/sluice' }

    expect(read({ ...env, ...runner }).sluice).toBeUndefined()
    expect(read({ ...env, GITHUB_ACTION_REPOSITORY: 'octo-org/sluice' }).sluice).toBeUndefined()
  })

  it.each([
    'GITHUB_REPOSITORY',
    'GITHUB_REPOSITORY_ID',
    'GITHUB_RUN_ID',
    'GITHUB_JOB',
    'GITHUB_ACTOR',
    'GITHUB_SHA',
    'GITHUB_REF',
    'GITHUB_EVENT_NAME',
    'GITHUB_WORKSPACE',
    'RUNNER_TEMP'
  ])('need %s', name => {
    expect(() => read({ ...env, [name]: undefined })).toThrow(`The variable ${name} is not set`)
    expect(() => read({ ...env, [name]: '' })).toThrow(`The variable ${name} is not set`)
  })

  it.each([
    ['the default branch', { default_branch: 'main' }, 'main'],
    ['none', {}, undefined],
    ['an empty one', { default_branch: '' }, undefined],
    ['something else', { default_branch: ['main'] }, undefined]
  ])('hold the default branch as the event tells it: %s', (_, repository, expected) => {
    const payload = { repository: { name: 'storefront', owner: { login: 'octo-org' }, ...repository } }

    expect(read(env, payload).defaultBranch).toBe(expected)
    expect(read(env).defaultBranch).toBeUndefined()
  })

  it('do without what older runners do not tell', () => {
    const { attempt, actor, workflow, workflowSha, runner, serverUrl } = read({
      ...env,
      GITHUB_RUN_ATTEMPT: undefined,
      GITHUB_ACTOR_ID: undefined,
      GITHUB_WORKFLOW_REF: undefined,
      GITHUB_WORKFLOW: 'deliver',
      GITHUB_WORKFLOW_SHA: undefined,
      RUNNER_ENVIRONMENT: undefined,
      RUNNER_NAME: 'runner 1',
      GITHUB_SERVER_URL: undefined
    })

    expect({ attempt, actor, workflow, workflowSha, runner, serverUrl }).toEqual({
      attempt: 1,
      actor: { id: '0', login: 'author' },
      workflow: 'deliver',
      workflowSha: '',
      runner: 'runner 1',
      serverUrl: 'https://github.com'
    })
    const bare = read({ ...env, GITHUB_WORKFLOW_REF: undefined, RUNNER_ENVIRONMENT: undefined })
    expect([bare.workflow, bare.runner]).toEqual(['', ''])
  })

  it('lead to the page of the run', () => {
    expect(runUrl(read(env))).toBe('https://git.shop.example/octo-org/storefront/actions/runs/1001')
  })
})
