import { afterEach, describe, expect, it } from '@jest/globals'
import { actionInputs } from '../src/index.ts'

const before = { ...process.env }

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
})

describe('an input', () => {
  it('is what the runner passes, without the space around it', () => {
    process.env['INPUT_GITHUB-TOKEN'] = '  token '

    const inputs = actionInputs(['github-token'])

    expect([inputs.required('github-token'), inputs.optional('github-token')]).toEqual(['token', 'token'])
  })

  it('that is empty or was not given is absent', () => {
    process.env['INPUT_UNIT'] = ''

    const inputs = actionInputs(['unit', 'layout'])

    expect([inputs.optional('unit'), inputs.optional('layout')]).toEqual([undefined, undefined])
    expect(() => inputs.required('unit')).toThrow('Input unit is missing. Set it under `with:`.')
  })

  it('is one of those that are allowed', () => {
    process.env['INPUT_MODE'] = 'plan'

    const inputs = actionInputs(['mode'])

    expect(inputs.oneOf('mode', ['plan', 'apply'])).toBe('plan')
    expect(() => inputs.oneOf('mode', ['check'])).toThrow('Input mode is "plan". Allowed: check.')
  })

  it('that the action does not list cannot be asked for, and is absent to who asks all the same', () => {
    process.env['INPUT_UNIT'] = 'api'
    const inputs = actionInputs(['mode'])

    // @ts-expect-error: the compiler refuses what this line shows.
    expect(inputs.optional('unit')).toBeUndefined()
  })
})
