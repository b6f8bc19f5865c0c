import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { type LedgerEvent, type LedgerRecord, sha256 } from '@sluice/core'
import { IssuerKeys } from '../src/issuer-keys.ts'
import { encodeRecord } from '../src/record.ts'
import { encodeToken } from '../src/token.ts'
import { audienceOf, findTokenProblem, readVouching, type TokenRules } from '../src/token-problem.ts'
import { archiveOf, claimsOf, compact, hmacWith, recordOf, TIME, testIssuer, vouchFor } from './test-issuer.ts'

const issuer = testIssuer()
const other = testIssuer('key-2')
const SLUICE = { repository: 'octo-org/sluice', commits: ['5'.repeat(40)] }
const RULES: TokenRules = { sluice: SLUICE }

/** What checking a record with the file beside it finds. */
function problemOf(
  record: LedgerRecord,
  token: Uint8Array | undefined,
  rules: TokenRules = RULES,
  keys = archiveOf(issuer)
): string | undefined {
  return findTokenProblem({ record, hash: encodeRecord(record).hash, token, keys }, rules)
}

/** What checking a record finds when GitHub says something else of its job. */
function problemWith(changes: object, rules: TokenRules = RULES, record = recordOf()): string | undefined {
  return problemOf(record, vouchFor(issuer, record, changes), rules)
}

describe('a record that GitHub vouches for', () => {
  it('counts, and tells with which key', () => {
    const record = recordOf()
    const { hash } = encodeRecord(record)

    const read = readVouching({ record, hash, keys: archiveOf(other, issuer) }, vouchFor(issuer, record), RULES)

    expect(read).toMatchObject({ ok: true, key: issuer.thumbprint, claims: { job_workflow_sha: '5'.repeat(40) } })
    expect(problemOf(record, vouchFor(issuer, record))).toBeUndefined()
  })

  it('counts years later', () => {
    const record = recordOf({ time: '2019-01-01T00:00:00.000Z' })

    expect(problemOf(record, vouchFor(issuer, record))).toBeUndefined()
  })

  it('must have a token, unless the rules say otherwise', () => {
    expect(problemOf(recordOf(), undefined)).toBe('GitHub does not vouch for it: there is no token beside it')
    expect(problemOf(recordOf(), undefined, { unvouched: true })).toBeUndefined()
  })

  it('is compared with a token that need not be there', () => {
    expect(problemWith({ run_id: '1002' }, { unvouched: true })).toMatch(/^GitHub says run_id "1002"/)
  })

  it('is of an audience that nobody else takes', () => {
    expect(audienceOf(sha256('record'))).toMatch(/^sluice:[0-9a-f]{64}$/)
  })
})

describe('a token that says otherwise than its record', () => {
  it.each([
    ['repository_id', '654321', 'run.repository "123456"'],
    ['run_id', '1002', 'run.id "1001"'],
    ['run_attempt', '2', 'run.attempt "1"'],
    ['ref', 'refs/heads/feature', 'run.ref "refs/heads/main"'],
    [
      'workflow_ref',
      'octo-org/storefront/.github/workflows/other.yml@refs/heads/main',
      'run.workflow "octo-org/storefront/.github/workflows/delivery.yml@refs/heads/main"'
    ],
    ['workflow_sha', '2'.repeat(40), `run.workflowSha "${'1'.repeat(40)}"`],
    ['runner_environment', 'self-hosted', 'run.runner "github-hosted"'],
    ['actor_id', '8', 'actor.id "7"']
  ])('in %s is refused', (claim, value, said) => {
    expect(problemWith({ [claim]: value })).toBe(`GitHub says ${claim} "${value}", but the record says ${said}`)
  })

  it.each([
    ['the first actor', 2, { actor_id: '7', actor: 'someone' }, true],
    ['who started it again', 2, { actor_id: '8', actor: 'rerunner' }, true],
    ['a third one', 2, { actor_id: '9', actor: 'mallory' }, false],
    ['no one by login', 2, { actor_id: '8', actor: undefined }, false],
    ['who starts it again later', 1, { actor_id: '8', actor: 'rerunner' }, false]
  ])('in whom it names, %s, in attempt %i, is judged by that', (_, attempt, claims, isTaken) => {
    const { run } = recordOf()
    const problem = (triggeringActor?: string): string | undefined => {
      const ran = { ...run, attempt, ...(triggeringActor === undefined ? {} : { triggeringActor }) }
      return problemWith(claims, RULES, recordOf({ run: ran }))
    }

    expect(problem('rerunner') === undefined).toBe(isTaken)
    expect(problem() === undefined).toBe(claims.actor_id === '7')
    if (!isTaken) expect(problem('rerunner')).toMatch(/^GitHub says actor_id "[89]", but the record says actor.id "7"$/)
  })

  it('is refused beside another record, of the same job even', () => {
    const first = recordOf()
    const second = recordOf({ sequence: 2, previous: encodeRecord(first).hash })

    expect(problemOf(second, vouchFor(issuer, first))).toBe(
      `its token speaks for ${audienceOf(encodeRecord(first).hash)}, but the record is ${audienceOf(encodeRecord(second).hash)}`
    )
  })

  it.each(['sts.amazonaws.com', 'https://github.com/octo-org', 'sluice:'])('is refused when it is for %s', aud => {
    expect(problemWith({ aud })).toMatch(new RegExp(`^its token speaks for ${aud}, but`))
  })

  it('is refused from another issuer', () => {
    expect(problemWith({ iss: 'https://gitlab.com' })).toBe(
      'its token was issued by https://gitlab.com, not by https://token.actions.githubusercontent.com'
    )
  })

  it('is taken from the issuer that the rules name, and then from no other', () => {
    const own = { issuer: 'https://git.shop.example/_services/token' }

    expect(problemWith({ iss: own.issuer }, own)).toBeUndefined()
    expect(problemWith({}, own)).toMatch(
      /^its token was issued by https:\/\/token\.actions\.githubusercontent\.com, not/
    )
  })
})

describe('the time of a token', () => {
  const issued = Date.parse(TIME) / 1000

  it.each([-300, 0, 300])('may be %d seconds from the record', offset => {
    const iat = issued + offset

    expect(problemWith({ nbf: iat - 600, iat, exp: iat + 300 })).toBeUndefined()
  })

  it.each([-301, 301, 86_400])('may not be %d seconds from it: the record would be dated back or ahead', offset => {
    const iat = issued + offset

    expect(problemWith({ nbf: iat - 600, iat, exp: iat + 300 })).toMatch(
      /^its token was issued at \S+, but the record says 2026-03-01T12:00:00\.000Z$/
    )
  })

  it.each([
    { nbf: issued + 1, iat: issued, exp: issued + 300 },
    { nbf: issued, iat: issued, exp: issued }
  ])('is one when it holds: %j', times => {
    expect(problemWith(times)).toBe('its token was issued at a time when it did not hold')
  })
})

describe('the job that wrote a record', () => {
  const of = (event: LedgerEvent, environment: string | undefined): LedgerRecord => {
    const { environment: _, ...rest } = recordOf()
    return { ...rest, event, ...(environment === undefined ? {} : { environment }) } as LedgerRecord
  }

  it.each(['started', 'deployed'] as const)('of %s is behind the gate', event => {
    expect(problemWith({ environment: undefined }, RULES, of(event, 'production'))).toBe(
      `${event} is told by a job behind the gate of production, but GitHub says that the job named no environment`
    )
  })

  it.each(['planned', 'accepted', 'rejected', 'superseded'] as const)(
    'of %s may be before the gate, or behind it',
    event => {
      expect(problemWith({ environment: undefined }, RULES, of(event, 'production'))).toBeUndefined()
      expect(problemWith({ environment: 'production' }, RULES, of(event, 'production'))).toBeUndefined()
    }
  )

  it.each(['started', 'deployed', 'planned', 'accepted'] as const)('of %s speaks for no other environment', event => {
    expect(problemWith({ environment: 'integration' }, RULES, of(event, 'production'))).toBe(
      'GitHub says that a job of environment integration wrote it, but it is about production'
    )
  })

  it.each(['built', 'tested', 'released'] as const)('of %s is behind no gate', event => {
    expect(problemWith({ environment: undefined }, RULES, of(event, undefined))).toBeUndefined()
    expect(problemWith({ environment: 'integration' }, RULES, of(event, undefined))).toBe(
      `GitHub says that a job of environment integration wrote it, but ${event} belongs to none`
    )
  })

  it('may spell the environment as GitHub does', () => {
    expect(problemWith({ environment: 'Production' })).toBeUndefined()
  })
})

describe('the workflow that wrote a record', () => {
  it.each([
    ['octo-org/storefront/.github/workflows/stage.yml@refs/heads/main'],
    ['octo-org/sluice-fork/.github/workflows/stage.yml@refs/tags/v1'],
    ['evil/octo-org/sluice/.github/workflows/stage.yml@refs/tags/v1'],
    ['octo-org/sluice/examples/stage.yml@refs/tags/v1']
  ])('is one of Sluice, not %s', ref => {
    expect(problemWith({ job_workflow_ref: ref })).toBe(
      `GitHub says that the workflow ${ref} ran, which is not one of octo-org/sluice`
    )
  })

  it('is any of Sluice, also one that only withdraws', () => {
    const withdrawn = recordOf({ event: 'withdrawn', environment: 'production', detail: { reason: 'it loses orders' } })
    const claims = {
      environment: undefined,
      event_name: 'workflow_dispatch',
      job_workflow_ref: 'octo-org/sluice/.github/workflows/withdraw.yml@refs/tags/v1'
    }

    expect(problemOf(withdrawn, vouchFor(issuer, withdrawn, claims))).toBeUndefined()
  })

  it('is of a commit that may write', () => {
    expect(problemWith({ job_workflow_sha: '6'.repeat(40) })).toBe(
      `GitHub says that commit ${'6'.repeat(40)} of octo-org/sluice ran, which is none that may write`
    )
    expect(
      problemWith({ job_workflow_sha: '6'.repeat(40) }, { sluice: { repository: 'octo-org/sluice' } })
    ).toBeUndefined()
  })

  it.each([
    [{ repository: 'octo-org/sluice', commit: '6'.repeat(40) }, `commit ${'6'.repeat(40)} of octo-org/sluice`],
    [{ repository: 'evil/sluice', commit: '5'.repeat(40) }, `commit ${'5'.repeat(40)} of evil/sluice`],
    [{ repository: 'evil/sluice', ref: 'v1' }, `commit ${'5'.repeat(40)} of evil/sluice`]
  ])('is the one that the record names, not %j', (sluice, said) => {
    const { run } = recordOf()

    expect(problemWith({}, RULES, recordOf({ run: { ...run, sluice } }))).toBe(
      `GitHub says that commit ${'5'.repeat(40)} of octo-org/sluice ran, but the record says ${said}`
    )
  })

  it.each([
    [{ repository: 'octo-org/sluice', commit: '5'.repeat(40) }],
    [{ repository: 'Octo-Org/Sluice', ref: 'v1' }]
  ])('may be told by the record, too: %j', sluice => {
    const { run } = recordOf()

    expect(problemWith({}, RULES, recordOf({ run: { ...run, sluice } }))).toBeUndefined()
  })

  it('is any where no Sluice is named', () => {
    expect(problemWith({ job_workflow_ref: 'a/b/.github/workflows/c.yml@refs/heads/main' }, {})).toBeUndefined()
  })
})

describe('a forged token', () => {
  const record = recordOf()
  const unknown = "its token was not signed by any key that is known to be the issuer's"

  it('signed with a key of the writer is refused, whatever key it names', () => {
    const forged = testIssuer('key-1')

    expect(problemOf(record, vouchFor(forged, record))).toBe(unknown)
    expect(problemOf(record, vouchFor(issuer, record), RULES, new IssuerKeys(new Map()))).toBe(unknown)
  })

  it('whose claims were changed after it was signed is refused', () => {
    const [header, , signature] = issuer.token(claimsOf(record, { run_id: '1' })).split('.')
    const [, claims] = issuer.token(claimsOf(record)).split('.')

    expect(problemOf(record, encodeToken(`${header}.${claims}.${signature}`))).toBe(unknown)
  })

  it('whose header was changed to name another key is refused', () => {
    const [, claims, signature] = issuer.token(claimsOf(record)).split('.')
    const [header] = other.token(claimsOf(record)).split('.')
    const both = archiveOf(issuer, other)
    // The archive has met both names before.
    expect([issuer, other].map(it => problemOf(record, vouchFor(it, record), RULES, both))).toEqual([
      undefined,
      undefined
    ])

    expect(problemOf(record, encodeToken(`${header}.${claims}.${signature}`), RULES, both)).toBe(unknown)
  })

  it.each([
    ['none', (): Uint8Array => Buffer.from('x')],
    ['HS256', hmacWith(issuer.publicKey.export({ type: 'spki', format: 'pem' }))],
    ['HS256', hmacWith(issuer.publicKey.export({ type: 'spki', format: 'der' }))],
    ['HS256', hmacWith(JSON.stringify(issuer.jwk))]
  ])('that chooses %s is refused', (alg, signer) => {
    const token = encodeToken(compact({ typ: 'JWT', alg, kid: 'key-1' }, claimsOf(record), signer))

    expect(problemOf(record, token)).toBe(`its token is malformed: its algorithm is "${alg}", not RS256`)
  })

  it.each([
    ['a MAC by the public key', hmacWith(issuer.publicKey.export({ type: 'spki', format: 'pem' }))],
    [
      'an ECDSA signature',
      (signed: Buffer) => sign('sha256', signed, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    ],
    [
      'a signature with another padding',
      (signed: Buffer) => sign('RSA-SHA256', signed, { key: issuer.privateKey, padding: 6 })
    ],
    ['a signature with another hash', (signed: Buffer) => sign('RSA-SHA512', signed, issuer.privateKey)]
  ])('that says RS256 and carries %s is refused', (_, signer) => {
    const token = encodeToken(compact({ typ: 'JWT', alg: 'RS256', kid: 'key-1' }, claimsOf(record), signer))

    expect(problemOf(record, token)).toBe(unknown)
  })

  it('that brings its own key is refused', () => {
    const forger = testIssuer('key-1')
    const header = { typ: 'JWT', alg: 'RS256', kid: 'key-1', jwk: forger.jwk, jku: 'https://evil.example/jwks' }

    expect(problemOf(record, encodeToken(forger.token(claimsOf(record), header)))).toBe(unknown)
  })
})
