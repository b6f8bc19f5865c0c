import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { buildFailed } from '../../src/builder/build-failure.ts'

const BUILD = { builder: 'buildkit at tcp://tea', dockerfile: '/tmp/context/tea/Dockerfile' }

describe('a build that fails', () => {
  it('is told by its folder and Dockerfile, by its builder, and by its last error, whatever was said after that', () => {
    const error = buildFailed(BUILD, ['error: one', '  ERROR: no tea left ', 'bye'])

    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toBe(
      'tea/Dockerfile failed in buildkit at tcp://tea: ERROR: no tea left. Its output is in the log above.'
    )
  })

  it('is told by its last line where none is an error, and with its target', () => {
    expect(buildFailed({ ...BUILD, target: 'test' }, ['one', 'two']).message).toBe(
      'tea/Dockerfile, target test, failed in buildkit at tcp://tea: two. Its output is in the log above.'
    )
  })

  it('is told to have said nothing', () => {
    expect(buildFailed(BUILD, []).message).toContain('tcp://tea: no output. ')
  })
})
