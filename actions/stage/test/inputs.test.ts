import { describe, expect, it } from '@jest/globals'
import { releaseId, sha256 } from '@sluice/core'
import { givenInputs } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

const RELEASE = sha256('release')
const WHERE = { release: RELEASE, environment: 'staging' }
const SHOWN = { ...WHERE, 'release-id': releaseId(RELEASE) }

const read = (given: Readonly<Record<string, string>>): ReturnType<typeof readInputs> =>
  readInputs(givenInputs(INPUT_NAMES, given))

describe('what a job of a stage is asked to do', () => {
  it('is to plan the release that approvers are shown', () => {
    expect(read({ ...SHOWN, mode: 'plan', 'plan-digest': 'ignored' })).toEqual({ ...WHERE, mode: 'plan' })
  })

  it.each([
    ['a plan that was recorded before', { 'plan-digest': sha256('plan') }, sha256('plan')],
    ['what it plans first', {}, undefined]
  ])('is to deploy %s', (_, given, plan) => {
    expect(read({ ...SHOWN, ...given, mode: 'deploy' })).toEqual({ ...WHERE, mode: 'deploy', plan })
  })

  it('is to record how the jobs before it ended, whatever approvers were shown', () => {
    const outcome = JSON.stringify({ deploy: { result: 'success', outputs: { touched: 'true' } } })

    expect(read({ ...WHERE, mode: 'record', outcome, 'release-id': 'r-another' })).toEqual({
      ...WHERE,
      mode: 'record',
      jobs: { deploy: { result: 'success', outputs: { touched: 'true' } } }
    })
  })

  it('begins where the job before it left the ledger', () => {
    expect(read({ ...SHOWN, mode: 'plan', after: `7@${RELEASE}` })).toMatchObject({
      after: { sequence: 7, hash: RELEASE }
    })
  })

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ mode: 'destroy' }, 'Input mode is "destroy". Allowed: plan, deploy, record.'],
    [{ mode: 'record' }, 'Input outcome is missing.'],
    [{ mode: 'deploy', 'plan-digest': 'p' }, 'Input plan-digest is "p", which is not a digest'],
    [{ mode: 'plan', after: 'here' }, 'Input after'],
    [{ mode: 'plan', 'release-id': releaseId(sha256('another')) }, 'release-id'],
    [{ mode: 'deploy', 'release-id': releaseId(sha256('another')) }, 'release-id']
  ])('is refused with %j', (given, reason) => {
    expect(() => read({ ...SHOWN, ...given })).toThrow(reason)
  })
})
