import { afterEach, describe, expect, it } from '@jest/globals'
import { actionInputs } from '../src/index.ts'

const before = { ...process.env }

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
})

describe('an input', () => {
  it('is what the runner passes, without the space around it', () => {
    process.env['INPUT_GITHUB-TOKEN'] = '  token '

    expect(actionInputs().required('github-token')).toBe('token')
    expect(actionInputs().optional('github-token')).toBe('token')
  })

  it('that is empty or was not given is absent', () => {
    process.env['INPUT_UNIT'] = ''

    expect([actionInputs().optional('unit'), actionInputs().optional('layout')]).toEqual([undefined, undefined])
    expect(() => actionInputs().required('unit')).toThrow('Input unit is missing. Set it under `with:`.')
  })

  it('is one of those that are allowed', () => {
    process.env['INPUT_MODE'] = 'plan'

    expect(actionInputs().oneOf('mode', ['plan', 'apply'])).toBe('plan')
    expect(() => actionInputs().oneOf('mode', ['check'])).toThrow('Input mode is "plan". Allowed: check.')
  })
})
