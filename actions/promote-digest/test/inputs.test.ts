import { describe, expect, it } from '@jest/globals'
import { releaseId, sha256 } from '@sluice/core'
import { givenInputs } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

const RELEASE = sha256('release')
const CHECK = { mode: 'check', release: RELEASE, environment: 'staging', kind: 'release' }

describe('what promote-digest is asked to do', () => {
  it('is read from its inputs', () => {
    const inputs = givenInputs(INPUT_NAMES, {
      ...CHECK,
      kind: 'hotfix',
      reason: 'orders fail',
      'release-id': releaseId(RELEASE),
      after: `17@${sha256('record 17')}`
    })

    expect(readInputs(inputs)).toEqual({
      mode: 'check',
      release: RELEASE,
      environment: 'staging',
      kind: 'hotfix',
      reason: 'orders fail',
      after: { sequence: 17, hash: sha256('record 17') }
    })
    expect(readInputs(givenInputs(INPUT_NAMES, { ...CHECK, mode: 'promote' }))).toMatchObject({
      mode: 'promote',
      reason: undefined
    })
  })

  it('is read from the inputs of action.yml alone', () => {
    expect(INPUT_NAMES).toEqual([
      'mode',
      'config',
      'github-token',
      'role-to-assume',
      'after',
      'release',
      'release-id',
      'environment',
      'kind',
      'reason'
    ])
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['another mode', { mode: 'jump' }, 'Input mode is "jump". Allowed: check, promote.'],
    ['another kind', { kind: 'jump' }, 'Input kind is "jump".'],
    ['a tag for a release', { release: 'v1' }, 'Input release is "v1", which is not a digest'],
    ['no environment', { environment: '' }, 'Input environment is missing.'],
    [
      'an id that approvers would read of another release (promise 1)',
      { 'release-id': 'r-000000000000' },
      `Approvers would read r-000000000000, but release ${RELEASE} is ${releaseId(RELEASE)}. Pass release-id from the release job.`
    ],
    ['a rollback without a reason', { kind: 'rollback' }, 'A rollback requires the input reason, which is recorded.'],
    ['a hotfix without a reason', { kind: 'hotfix' }, 'A hotfix requires the input reason, which is recorded.']
  ])('is refused with %s', (_, changes, message) => {
    expect(() => readInputs(givenInputs(INPUT_NAMES, { ...CHECK, ...changes }))).toThrow(message)
  })
})
