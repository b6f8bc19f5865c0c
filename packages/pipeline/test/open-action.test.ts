import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Inputs } from '@sluice/core'
import { toolkitContext } from '@sluice-lab/samples'
import { pipelineOfAction } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct, REPOSITORY, REPOSITORY_ID } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
  await hosted.commit({ 'other.yml': DELIVERY.replace('product: shop', 'product: bakery') })
})

afterAll(() => hosted.stop())

function inputs(given: Readonly<Record<string, string>>): Inputs<string> {
  return {
    optional: name => given[name],
    required: name => given[name] ?? '',
    oneOf: (_, [first]) => first as never
  }
}

describe('the delivery of an action', () => {
  it('comes from the variables of the job and the inputs that all actions share', async () => {
    const env = {
      GITHUB_API_URL: hosted.host.url,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_REPOSITORY_ID: String(REPOSITORY_ID),
      GITHUB_RUN_ID: '1',
      GITHUB_JOB: 'plan',
      GITHUB_ACTOR: 'author',
      GITHUB_SHA: '1'.repeat(40),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_WORKSPACE: hosted.work,
      RUNNER_TEMP: hosted.work
    }
    const token = hosted.host.createToken(REPOSITORY, { contents: 'read' })

    const own = await pipelineOfAction(inputs({ 'github-token': token }), toolkitContext(env), env)
    const other = await pipelineOfAction(
      inputs({ 'github-token': token, config: 'other.yml', 'role-to-assume': 'arn:aws:iam::111111111111:role/other' }),
      toolkitContext(env),
      env
    )

    expect([own.policy.product, other.policy.product, own.run.job]).toEqual(['shop', 'bakery', 'plan'])
    expect(own.session('push')).not.toBe(own.session('pull'))
    expect(other.session('push')).toBe(other.session('pull'))
  })

  it('needs a token', async () => {
    await expect(pipelineOfAction(inputs({}), toolkitContext({}), {})).rejects.toThrow(/is not set|No GitHub token/)
  })
})
