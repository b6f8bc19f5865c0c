import { describe, expect, it } from '@jest/globals'
import { buildArguments, buildKitArguments } from '../../src/builder/build-args.ts'
import type { BuildRequest } from '../../src/builder/builder.ts'
import { recordedLog } from './recorded-log.ts'

function request(args: Readonly<Record<string, string>>): BuildRequest {
  return { context: '/checkout/api-1f2e', dockerfile: 'Dockerfile', args, platforms: [], log: recordedLog() }
}

const OWN = buildKitArguments(request({})).map(argument => argument.slice(0, argument.indexOf('=')))

describe('build arguments', () => {
  it('are those of the suite first, then those of the unit', () => {
    expect(buildKitArguments(request({ EDITION: 'a=b' }))).toEqual([
      'SOURCE_DATE_EPOCH=0',
      'BUILDKIT_CACHE_MOUNT_NS=api-1f2e',
      'EDITION=a=b'
    ])
  })

  it.each([...OWN, 'BUILDKIT_SYNTAX'])('of a unit cannot replace %s', name => {
    const args = { EDITION: 'tea', [name]: '1' }

    expect(() => buildKitArguments(request(args))).toThrow(`Build argument ${name} is reserved.`)
    expect(() => buildArguments(args)).toThrow(`Build argument ${name} is reserved.`)
  })

  it('of a unit may have a name that only resembles a reserved one', () => {
    expect(buildArguments({ MY_BUILDKIT_CACHE: '1', SOURCE_DATE: '2' })).toEqual([
      'MY_BUILDKIT_CACHE=1',
      'SOURCE_DATE=2'
    ])
  })
})
