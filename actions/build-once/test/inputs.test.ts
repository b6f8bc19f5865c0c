import { describe, expect, it } from '@jest/globals'
import { givenInputs } from '@sluice-lab/memory'
import { INPUT_NAMES, readInputs } from '../src/inputs.ts'

describe('what build-once is asked to do', () => {
  it('is read from the inputs of action.yml alone', () => {
    expect(INPUT_NAMES).toEqual([
      'mode',
      'config',
      'github-token',
      'role-to-assume',
      'unit',
      'builder',
      'layout',
      'secrets'
    ])
  })

  it.each<[Readonly<Record<string, string>>, object]>([
    [{ mode: 'resolve', unit: 'api' }, { mode: 'resolve' }],
    [{ mode: 'release' }, { mode: 'release' }],
    [
      { mode: 'build', unit: 'api', builder: 'auto' },
      { mode: 'build', unit: 'api', builder: 'auto', layout: undefined, secrets: new Map() }
    ],
    [
      { mode: 'build', unit: 'api', builder: 'buildx', layout: '/layout', secrets: 'TOKEN=x' },
      { mode: 'build', unit: 'api', builder: 'buildx', layout: '/layout', secrets: new Map([['TOKEN', 'x']]) }
    ]
  ])('is read from %j', (inputs, expected) => {
    expect(readInputs(givenInputs(INPUT_NAMES, inputs))).toEqual(expected)
  })

  it.each<[Readonly<Record<string, string>>, string]>([
    [{}, 'Input mode is missing.'],
    [{ mode: 'destroy' }, 'Input mode is "destroy". Allowed: resolve, build, release.'],
    [{ mode: 'build' }, 'Mode build needs the input unit: the name of a unit in delivery.yml.'],
    [
      { mode: 'build', unit: 'api', builder: 'make' },
      'Input builder is "make". Allowed: auto, buildkit, buildx, buildah.'
    ]
  ])('is refused with %j', (inputs, message) => {
    expect(() => readInputs(givenInputs(INPUT_NAMES, inputs))).toThrow(message)
  })
})
