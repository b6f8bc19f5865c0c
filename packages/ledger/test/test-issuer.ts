import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Digest, GITHUB_ISSUER, type Jwk, type LedgerRecord, readJwks } from '@sluice/core'
import { keyObjectOf, thumbprintOf } from '../src/issuer-key.ts'
import { IssuerKeys } from '../src/issuer-keys.ts'
import { encodeRecord } from '../src/record.ts'
import { encodeToken } from '../src/token.ts'
import { audienceOf } from '../src/token-problem.ts'
import { draft } from './drafts.ts'

/** An issuer of tokens with a key of its own, as GitHub has. */
export interface TestIssuer {
  readonly jwk: Jwk
  readonly thumbprint: Digest
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  /** A token with these claims, whatever they are. */
  token(claims: object, header?: object): string
}

export function testIssuer(kid = 'key-1', bits = 2048): TestIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const [jwk] = readJwks({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid }] }) ?? []
  if (jwk === undefined) throw new Error('The key is not one that issuers have.')
  return {
    jwk,
    thumbprint: thumbprintOf(jwk),
    publicKey,
    privateKey,
    token: (claims, header = { typ: 'JWT', alg: 'RS256', kid }) =>
      compact(header, claims, signed => sign('RSA-SHA256', signed, privateKey))
  }
}

/** A token of some header and claims, signed in some way. */
export function compact(header: unknown, claims: unknown, signer: (signed: Buffer) => Uint8Array): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${Buffer.from(signer(Buffer.from(signed))).toString('base64url')}`
}

/** Signs as those do who take a public key for a shared secret. */
export function hmacWith(key: string | Uint8Array): (signed: Buffer) => Uint8Array {
  return signed => createHmac('sha256', key).update(signed).digest()
}

export const TIME = '2026-03-01T12:00:00.000Z'

/** A record as the deploy job of production writes it. */
export function recordOf(members: Partial<LedgerRecord> = {}): LedgerRecord {
  const made = {
    ...draft('started', { environment: 'production' }),
    version: 1,
    sequence: 1,
    time: TIME,
    ...members
  }
  return made as LedgerRecord
}

/** What GitHub says of the job that wrote a record, as it does in a token: with more claims than anybody looks at. */
export function claimsOf(record: LedgerRecord, changes: object = {}): object {
  const { run, actor, time } = record
  const issued = Math.floor(Date.parse(time) / 1000)
  return {
    iss: GITHUB_ISSUER,
    aud: audienceOf(encodeRecord(record).hash),
    sub: 'repo:octo-org@77/storefront@123456:environment:production',
    jti: 'c0ffee00-0000-4000-8000-000000000001',
    nbf: issued - 600,
    iat: issued,
    exp: issued + 300,
    repository: 'octo-org/storefront',
    repository_id: run.repository,
    repository_owner: 'octo-org',
    repository_visibility: 'private',
    run_id: run.id,
    run_number: '12',
    run_attempt: String(run.attempt),
    ref: run.ref,
    actor: actor.login,
    actor_id: actor.id,
    event_name: 'push',
    workflow: 'delivery',
    workflow_ref: run.workflow,
    workflow_sha: run.workflowSha,
    job_workflow_ref: 'octo-org/sluice/.github/workflows/stage.yml@refs/tags/v1',
    job_workflow_sha: '5'.repeat(40),
    runner_environment: run.runner,
    environment: 'production',
    ...changes
  }
}

/** The file of a token beside a record. */
export function vouchFor(issuer: TestIssuer, record: LedgerRecord, changes: object = {}): Uint8Array {
  return encodeToken(issuer.token(claimsOf(record, changes)))
}

/** The archive with the keys of some issuers. */
export function archiveOf(...issuers: readonly TestIssuer[]): IssuerKeys {
  const keys = issuers.map(({ jwk, thumbprint }) => [thumbprint, keyObjectOf(jwk)] as const)
  return new IssuerKeys(new Map(keys.flatMap(([thumbprint, key]) => (key === undefined ? [] : [[thumbprint, key]]))))
}
