import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { givenInputs } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

const RELEASE = sha256('release')
const PLAN = sha256('plan')
const WHERE = { release: RELEASE, environment: 'staging' }

describe('what deploy-stack is asked to do', () => {
  it('is read from the inputs of action.yml alone', () => {
    expect(INPUT_NAMES).toEqual([
      'mode',
      'config',
      'github-token',
      'role-to-assume',
      'release',
      'environment',
      'plan-digest'
    ])
  })

  it.each([['plan'], ['discard']])('is to %s, which needs no plan', mode => {
    expect(readInputs(givenInputs(INPUT_NAMES, { ...WHERE, mode, 'plan-digest': 'ignored' }))).toEqual({
      ...WHERE,
      mode
    })
  })

  it('is to apply one plan, by its digest (promise 4)', () => {
    const inputs = givenInputs(INPUT_NAMES, { ...WHERE, mode: 'apply', 'plan-digest': PLAN })

    expect(readInputs(inputs)).toEqual({ ...WHERE, mode: 'apply', plan: PLAN })
  })

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ mode: 'destroy' }, 'Input mode is "destroy". Allowed: plan, apply, discard.'],
    [{ release: 'v1' }, 'Input release is "v1", which is not a digest'],
    [{ release: '' }, 'Input release is missing.'],
    [{ environment: '' }, 'Input environment is missing.'],
    [{ mode: 'apply' }, 'Input plan-digest is missing.'],
    [{ mode: 'apply', 'plan-digest': 'SHA256:0' }, 'Input plan-digest is "SHA256:0", which is not a digest'],
    [{ mode: 'apply', 'plan-digest': 'latest' }, 'Input plan-digest is "latest", which is not a digest']
  ])('is refused with %j', (changes, message) => {
    expect(() => readInputs(givenInputs(INPUT_NAMES, { ...WHERE, mode: 'plan', ...changes }))).toThrow(message)
  })
})
