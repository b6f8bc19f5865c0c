import { describe, expect, it } from '@jest/globals'
import { decodeToken, encodeToken } from '../src/token.ts'
import { claimsOf, compact, recordOf, testIssuer } from './test-issuer.ts'

const issuer = testIssuer()
const GENUINE = issuer.token(claimsOf(recordOf()))

/** The problem that reading some text as a token's file finds. */
function problemOf(text: string): string | undefined {
  const decoded = decodeToken(Buffer.from(text, 'latin1'))
  return decoded.ok ? undefined : decoded.problem
}

/** A token with a part in another spelling. */
function respelled(index: number, change: (part: string) => string): string {
  return `${GENUINE.split('.')
    .map((part, n) => (n === index ? change(part) : part))
    .join('.')}\n`
}

const unsigned = (): Uint8Array => Buffer.from('x')

describe('the file of a token', () => {
  it('gives back key, claims and what was signed', () => {
    const decoded = decodeToken(encodeToken(GENUINE))

    expect(decoded).toMatchObject({
      ok: true,
      token: { keyId: 'key-1', claims: { run_id: '1001', environment: 'production' } }
    })
    expect(decoded.ok && Buffer.from(decoded.token.signed).toString()).toBe(GENUINE.slice(0, GENUINE.lastIndexOf('.')))
    expect(decoded.ok && decoded.token.signature).toHaveLength(256)
  })

  it('is read where it lies in a larger buffer', () => {
    const file = encodeToken(GENUINE)
    const larger = Buffer.concat([Buffer.from('before'), file, Buffer.from('after')])

    expect(decodeToken(larger.subarray(6, 6 + file.length))).toMatchObject({ ok: true, token: { keyId: 'key-1' } })
  })

  it.each([
    ['nothing', '', 'it has not three parts'],
    ['two parts', `${GENUINE.slice(0, GENUINE.lastIndexOf('.'))}\n`, 'it has not three parts'],
    ['four parts', `${GENUINE}.QQ\n`, 'it has not three parts'],
    ['no end of line', GENUINE, 'it does not end with its line'],
    ['a second line', `${GENUINE}\n\n`, 'one of its parts is not base64url in its one form'],
    ['a line break of another kind', `${GENUINE}\r\n`, 'one of its parts is not base64url in its one form'],
    ['a space', ` ${GENUINE}\n`, 'one of its parts is not base64url in its one form'],
    [
      'an empty signature',
      `${GENUINE.slice(0, GENUINE.lastIndexOf('.') + 1)}\n`,
      'one of its parts is not base64url in its one form'
    ],
    ['padding', respelled(2, part => `${part}==`), 'one of its parts is not base64url in its one form'],
    [
      'spare bits',
      respelled(2, part => `${part.slice(0, -1)}${nextLetter(part.at(-1) ?? '')}`),
      'one of its parts is not base64url in its one form'
    ],
    [
      'the letters of plain base64',
      respelled(1, part => `${part}+/`),
      'one of its parts is not base64url in its one form'
    ],
    [
      'letters outside of ASCII',
      respelled(1, part => `${part}\u00e9`),
      'one of its parts is not base64url in its one form'
    ]
  ])('with %s is refused', (_, text, problem) => {
    expect(problemOf(text)).toBe(problem)
  })

  it('of more bytes than any token has is refused unread', () => {
    const claims = { ...claimsOf(recordOf()), repo_property_much: 'x'.repeat(16_000) }

    expect(problemOf(`${issuer.token(claims)}\n`)).toMatch(/^it has \d+ bytes, more than any token \(16384\)$/)
  })

  it('may have properties of the repository', () => {
    expect(problemOf(`${issuer.token({ ...claimsOf(recordOf()), repo_property_team: 'payments' })}\n`)).toBeUndefined()
  })
})

describe('the header of a token', () => {
  it.each([
    [{ alg: 'none', kid: 'key-1' }, 'its algorithm is "none", not RS256'],
    [{ alg: 'HS256', kid: 'key-1' }, 'its algorithm is "HS256", not RS256'],
    [{ alg: 'ES256', kid: 'key-1' }, 'its algorithm is "ES256", not RS256'],
    [{ alg: 'PS256', kid: 'key-1' }, 'its algorithm is "PS256", not RS256'],
    [{ alg: 'RS512', kid: 'key-1' }, 'its algorithm is "RS512", not RS256'],
    [{ alg: ['RS256'], kid: 'key-1' }, 'its algorithm is ["RS256"], not RS256'],
    [{ kid: 'key-1' }, 'its algorithm is undefined, not RS256'],
    [{ alg: 'RS256' }, 'its header names no key'],
    [{ alg: 'RS256', kid: '' }, 'its header names no key'],
    [{ alg: 'RS256', kid: 1 }, 'its header names no key'],
    [{ alg: 'RS256', kid: 'key-1', crit: [] }, 'its header asks for extensions'],
    [{ alg: 'RS256', kid: 'key-1', b64: false }, 'its header asks for extensions'],
    [{ alg: 'RS256', kid: 'key-1', typ: 'at+jwt' }, 'its header says that it is something else than a JWT'],
    [['RS256'], 'its header is not an object'],
    [null, 'its header is not an object']
  ])('%j is refused', (header, problem) => {
    expect(problemOf(`${compact(header, claimsOf(recordOf()), unsigned)}\n`)).toBe(problem)
  })

  it('that is no JSON is refused', () => {
    expect(problemOf(respelled(0, () => Buffer.from('{').toString('base64url')))).toBe('its header is not an object')
  })
})

describe('the claims of a token', () => {
  it.each([
    ['iss', undefined],
    ['aud', ['sluice:a', 'sts.amazonaws.com']],
    ['iat', '1772366400'],
    ['iat', 1.5],
    ['exp', -1],
    ['nbf', null],
    ['run_id', 1001],
    ['run_attempt', 1],
    ['repository_id', ''],
    ['job_workflow_sha', undefined],
    ['environment', null],
    ['environment', '']
  ])('without a proper %s (%j) are refused', (claim, value) => {
    const claims = { ...claimsOf(recordOf()), [claim]: value }

    expect(problemOf(`${issuer.token(claims)}\n`)).toBe(`its claim "${claim}" is missing or malformed`)
  })

  it.each([[[]], [null], ['claims']])('that are %j are refused', claims => {
    expect(problemOf(`${compact({ alg: 'RS256', kid: 'k' }, claims, unsigned)}\n`)).toBe('its claims are not an object')
  })
})

/** Another last letter that decodes to the same bytes. */
function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters[letters.indexOf(letter) + 1] ?? ''
}
