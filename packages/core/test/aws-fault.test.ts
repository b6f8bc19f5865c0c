import { describe, expect, it } from '@jest/globals'
import { awsFault, isThrottling, isTransient } from '../src/index.ts'

const KEYLESS =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"

/** An error as the SDK throws it. */
function answered(name: string, status: number, message = 'no'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } })
}

describe('an error of AWS', () => {
  it.each([
    ['throttling', answered('ThrottlingException', 400)],
    ['throttling by S3', answered('SlowDown', 503)],
    ['throttling in words', answered('ValidationError', 400, 'Rate exceeded')],
    ['throttling by status', answered('Whatever', 429)],
    ['a fault inside', answered('InternalFailure', 500)],
    ['another conditional write', answered('ConditionalRequestConflict', 409)],
    ['a call that AWS calls retryable', Object.assign(answered('IDPCommunicationError', 400), { $retryable: {} })],
    ['keys of GitHub that STS could not fetch', answered('InvalidIdentityTokenException', 400, KEYLESS)],
    [
      'a clock that was just corrected',
      Object.assign(new Error('skewed'), { $metadata: { httpStatusCode: 403, clockSkewCorrected: true } })
    ],
    ['no answer in time', Object.assign(new Error('late'), { name: 'TimeoutError' })],
    ['a connection that broke', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['a connection that the SDK cannot name', new Error('AWS SDK error wrapper for Error: socket hang up')],
    ['a name that does not resolve yet', Object.assign(new Error('dns'), { code: 'ENOTFOUND' })]
  ])('may pass: %s', (_, error) => {
    expect(isTransient(error)).toBe(true)
  })

  it.each([
    ['a refusal', answered('AccessDenied', 403)],
    ['what is not there', answered('NoSuchKey', 404)],
    ['a token that STS refuses', answered('InvalidIdentityTokenException', 400, 'Incorrect token audience')],
    ['a fault of another name in the same words', answered('AccessDenied', 403, KEYLESS)],
    ['a quota', answered('LimitExceededException', 400)],
    ['a full disk', Object.assign(new Error('full'), { code: 'ENOSPC' })],
    ['a refusal that says how the connection ended', answered('AccessDenied', 403, 'socket hang up')],
    ['no error at all', undefined]
  ])('does not pass: %s', (_, error) => {
    expect(isTransient(error)).toBe(false)
  })

  it('is throttling only when AWS was asked too often', () => {
    expect(isThrottling(answered('ThrottledException', 400))).toBe(true)
    expect(isThrottling(answered('InternalFailure', 500))).toBe(false)
  })

  it('is read by name where AWS answered, by code where the system did', () => {
    expect(awsFault(answered('NoSuchKey', 404, 'gone'))).toEqual({ code: 'NoSuchKey', reason: 'gone', status: 404 })
    expect(awsFault(Object.assign(new Error('x'), { code: 'EPIPE' }))).toEqual({
      code: 'EPIPE',
      reason: 'x',
      status: 0
    })
  })
})
