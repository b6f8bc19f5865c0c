import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { givenInputs } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

const GIVEN = { environment: 'staging', commit: '1'.repeat(40), release: sha256('release') }

describe('what accept-release is asked to check', () => {
  it('is read from its inputs, which are those of action.yml', () => {
    expect(readInputs(givenInputs(INPUT_NAMES, GIVEN))).toEqual({ ...GIVEN, config: 'delivery.yml', url: undefined })
    expect(INPUT_NAMES).toEqual(['config', 'environment', 'commit', 'release', 'environment-url'])
  })

  it.each(['https://shop.example/path', 'http://127.0.0.1:8080'])('may be at %s', url => {
    const inputs = givenInputs(INPUT_NAMES, { ...GIVEN, config: 'other.yml', 'environment-url': url })

    expect(readInputs(inputs)).toEqual({ ...GIVEN, config: 'other.yml', url })
  })

  it.each([
    ['environment', '', 'Input environment is missing.'],
    ['commit', '', 'Input commit is missing.'],
    ['commit', 'main', 'Input commit is "main". Give the 40 hex digits of a commit.'],
    ['commit', `${'1'.repeat(41)}`, 'Give the 40 hex digits of a commit.'],
    ['commit', `x${'1'.repeat(40)}`, 'Give the 40 hex digits of a commit.'],
    ['release', 'v1', 'Input release is "v1", which is not a digest'],
    [
      'environment-url',
      'file:///etc',
      'Input environment-url is "file:///etc". Give a URL that begins with https:// or http://.'
    ],
    ['environment-url', 'shop', 'Input environment-url is "shop". Give a URL']
  ])('is refused with the %s %j', (name, value, message) => {
    expect(() => readInputs(givenInputs(INPUT_NAMES, { ...GIVEN, [name]: value }))).toThrow(message)
  })
})
