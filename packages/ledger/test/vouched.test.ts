import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, GITHUB_ISSUER, ManualClock, type RecordDraft } from '@sluice/core'
import {
  findVouchedRepository,
  outlineOf,
  type TokenRules,
  type TrustRules,
  treeOf,
  type Voucher,
  verifyLedger
} from '../src/index.ts'
import { encodeIssuerKey } from '../src/issuer-key.ts'
import { issuerKeysOf } from '../src/issuer-keys.ts'
import { issuerKeyPath, NEWEST_TOKEN_PATH, tokenPath } from '../src/paths.ts'
import { encodeToken } from '../src/token.ts'
import { audienceOf } from '../src/token-problem.ts'
import { append, draft, type LocalSigner, localSigner, RELEASE, trustIn } from './drafts.ts'
import { recordsOn, smuggle } from './forge.ts'
import { MemoryStore } from './memory-store.ts'
import { claimsOf, recordOf, type TestIssuer, testIssuer, vouchFor } from './test-issuer.ts'

const [github, later, forger] = [testIssuer('one'), testIssuer('two'), testIssuer('one')]
const signer: LocalSigner = localSigner('builds', 'integration', 'staging', 'production')
const RULES: TokenRules = { sluice: { repository: 'octo-org/sluice' } }

let store: MemoryStore
let clock: ManualClock

beforeEach(() => {
  store = new MemoryStore()
  clock = new ManualClock(Date.parse('2026-03-01T12:00:00Z'))
})

/** Lets an issuer vouch for what a job of an environment writes. */
function voucherOf(issuer: TestIssuer, environment?: string, changes: object = {}): Voucher {
  return {
    vouch: async hash => ({ token: tokenOf(issuer, hash, environment, changes), keys: [later.jwk, issuer.jwk] })
  }
}

function tokenOf(issuer: TestIssuer, hash: Digest, environment?: string, changes: object = {}): string {
  const time = new Date(clock.now()).toISOString()
  return issuer.token(claimsOf(recordOf({ time }), { aud: audienceOf(hash), environment, ...changes }))
}

/** Appends as a job does that asked for the keys that are published. */
async function write(
  drafts: readonly RecordDraft[],
  voucher: Voucher | 'nobody' = voucherOf(github),
  tokens: TokenRules = { ...RULES, published: issuerKeysOf([github.jwk, later.jwk]) }
): Promise<void> {
  const rules = { trust: await trustIn(signer), tokens }
  await append({
    ...{ store, signer, clock, drafts, rules, log: { info: () => undefined } },
    ...(voucher === 'nobody' ? {} : { voucher })
  })
  clock.advance(60_000)
}

async function verify(tokens: TokenRules = RULES, more: Partial<TrustRules> = {}) {
  return verifyLedger({ files: store.files, trust: await trustIn(signer), tokens, ...more })
}

const UNIT = { name: 'api', kind: 'image', digest: RELEASE.digest, fingerprint: RELEASE.digest }
const place = { environment: 'production', release: RELEASE }
const BUILT = [draft('built', { unit: UNIT }), draft('released', { release: RELEASE })]

describe('a ledger that GitHub vouches for', () => {
  it('has a token beside each record, and the key that signed them', async () => {
    await write(BUILT)
    await write([draft('started', place)], voucherOf(github, 'production'))

    expect([...store.files.keys()].filter(path => /jwt$|^issuer/.test(path)).toSorted()).toEqual(
      [issuerKeyPath(github.thumbprint), NEWEST_TOKEN_PATH, tokenPath(1), tokenPath(2), tokenPath(3)].toSorted()
    )
    expect(store.files.get(issuerKeyPath(github.thumbprint))).toEqual(encodeIssuerKey(github.jwk))
    expect(store.files.get(NEWEST_TOKEN_PATH)).toEqual(store.files.get(tokenPath(3)))
    expect(await verify()).toMatchObject({
      records: 3,
      vouched: 3,
      problems: [],
      unconfirmed: [{ key: github.thumbprint, first: 1, last: 3 }]
    })
  })

  it('does not need a signature of anybody else', async () => {
    const rules = { trust: [], advisory: true, tokens: { ...RULES, published: issuerKeysOf([github.jwk]) } }
    await append({ store, clock, drafts: BUILT, rules, voucher: voucherOf(github), log: { info: () => undefined } })

    expect(await verify(RULES, { trust: [], advisory: true })).toMatchObject({ vouched: 2, signed: 0, problems: [] })
  })

  it.each([
    ['behind no gate', voucherOf(github), 'the job named no environment'],
    ['of another environment', voucherOf(github, 'staging'), 'a job of environment staging wrote it'],
    ['of another run', voucherOf(github, 'production', { run_id: '7' }), 'GitHub says run_id "7"'],
    [
      'of another workflow',
      voucherOf(github, 'production', { job_workflow_ref: 'a/b/.github/workflows/c.yml@d' }),
      'the workflow a/b'
    ]
  ])('takes no record from a job %s', async (_, voucher, problem) => {
    const refused = write([draft('started', place)], voucher)

    await expect(refused).rejects.toThrow(/^Record 1 \(started\) cannot be written: .* Nothing was written\./)
    await expect(refused).rejects.toThrow(problem)
    expect([...store.files.keys()]).toEqual(['HEAD.json'])
  })

  it('takes no token that the published keys do not verify', async () => {
    const voucher: Voucher = { vouch: async hash => ({ token: tokenOf(forger, hash), keys: [github.jwk] }) }

    await expect(write(BUILT, voucher)).rejects.toThrow("not signed by any key that is known to be the issuer's")
  })
})

describe('a stolen ledger key', () => {
  beforeEach(async () => write(BUILT))
  const smuggled = draft('started', place)

  it('forges nothing: the next delivery stops at a record without a token', async () => {
    await smuggleWith(undefined)

    await expect(write([draft('planned', { ...place, plan: RELEASE.digest })])).rejects.toThrow(
      /^Ledger record 3 cannot be trusted: GitHub does not vouch for it: there is no token beside it/
    )
    expect((await verify()).problems).toContainEqual({
      path: 'records/0/3.json',
      sequence: 3,
      problem: 'GitHub does not vouch for it: there is no token beside it'
    })
  })

  it('forges nothing with a token of another record', async () => {
    await smuggleWith(store.files.get(tokenPath(2)))

    await expect(write([draft('planned', { ...place, plan: RELEASE.digest })])).rejects.toThrow(
      'its token speaks for sluice:'
    )
    expect((await verify()).problems).toContainEqual(expect.objectContaining({ path: tokenPath(3), sequence: 3 }))
  })

  it('forges nothing with a key of its own in the archive: the next delivery stops', async () => {
    await smuggleWith(undefined, forger)

    await expect(write([draft('planned', { ...place, plan: RELEASE.digest })])).rejects.toThrow(
      "its token was not signed by any key that is known to be the issuer's"
    )
  })

  it('with a key of its own in the archive is found by who asks the issuer, or knows its keys; offline it is only told', async () => {
    await smuggleWith(undefined, forger)
    const doubt = { path: issuerKeyPath(forger.thumbprint), sequence: 3, problem: expect.stringContaining('record 3') }

    expect((await verify({ ...RULES, published: issuerKeysOf([github.jwk]) })).problems).toEqual([doubt])
    expect((await verify({ ...RULES, known: [github.thumbprint] })).problems).toEqual([doubt])
    expect(await verify()).toMatchObject({
      problems: [],
      unconfirmed: [{ key: github.thumbprint }, { key: forger.thumbprint, first: 3, last: 3 }]
    })
  })

  /** Puts a signed record on the ledger, as who stole the key and may push can; with a token, or one signed by a key of their own. */
  async function smuggleWith(token: Uint8Array | undefined, issuer?: TestIssuer): Promise<void> {
    const kept = [1, 2].map(sequence => [tokenPath(sequence), store.files.get(tokenPath(sequence))] as const)
    await smuggle(store, signer, smuggled, clock.now())
    for (const [path, bytes] of kept) store.tamper(path, bytes)
    const record = recordsOn(store).at(-1)
    const forged = issuer === undefined || record === undefined ? token : vouchFor(issuer, record)
    store.tamper(tokenPath(3), forged)
    store.tamper(NEWEST_TOKEN_PATH, forged ?? new Uint8Array())
    if (issuer !== undefined) store.tamper(issuerKeyPath(issuer.thumbprint), encodeIssuerKey(issuer.jwk))
  }
})

describe('the keys of the issuer', () => {
  it('may change: what an older one vouched for stays', async () => {
    await write(BUILT)
    await write([draft('started', place)], voucherOf(later, 'production'))

    expect(await verify({ ...RULES, published: issuerKeysOf([later.jwk]) })).toMatchObject({ vouched: 3, problems: [] })
  })

  it('that are gone before anything followed stop a delivery, unless somebody saw them', async () => {
    await write(BUILT)
    const gone: TokenRules = { ...RULES, published: issuerKeysOf([later.jwk]) }
    const next = (tokens: TokenRules) => write([draft('started', place)], voucherOf(later, 'production'), tokens)

    await expect(next(gone)).rejects.toThrow("not signed by any key that is known to be the issuer's")
    await next({ ...gone, known: [github.thumbprint] })

    expect(recordsOn(store)).toHaveLength(3)
  })

  it('are looked at by who takes records without a token, too', async () => {
    const lax = { unvouched: true, published: issuerKeysOf([github.jwk]) }
    await write(BUILT, 'nobody', lax)
    expect(store.files.get(NEWEST_TOKEN_PATH)).toHaveLength(0)

    await write([draft('started', place)], voucherOf(github, 'production'), lax)

    expect(await verify(lax)).toMatchObject({ records: 3, vouched: 1, problems: [] })
    expect((await verify()).problems).toHaveLength(2)
  })
})

describe('the repository that a ledger belongs to', () => {
  it('is the one that GitHub names, as it was last called', async () => {
    await write(BUILT)
    await write([draft('started', place)], voucherOf(github, 'production', { repository: 'octo-org/shop' }))

    expect(await findVouchedRepository(await outlineOf(treeOf(store.files)), RULES)).toEqual({
      id: '123456',
      name: 'octo-org/shop'
    })
  })

  it('is not told by a token that says otherwise than its record, nor by a ledger without tokens', async () => {
    await write(BUILT)
    store.tamper(tokenPath(1), store.files.get(tokenPath(2)))
    store.tamper(tokenPath(2), undefined)

    expect(await findVouchedRepository(await outlineOf(treeOf(store.files)), RULES)).toBeUndefined()
  })
})

describe('the files of tokens', () => {
  beforeEach(async () => write(BUILT))

  it.each([
    ['a token is changed', () => store.tamper(tokenPath(1), store.files.get(tokenPath(2))), tokenPath(1)],
    ['a token is damaged', () => store.tamper(tokenPath(1), encodeToken('a.b.c')), tokenPath(1)],
    ['a token is missing', () => store.tamper(tokenPath(1), undefined), 'records/0/1.json'],
    ['a token has no record', () => store.tamper(tokenPath(9), store.files.get(tokenPath(2))), tokenPath(9)],
    [
      'the copy of the newest is another',
      () => store.tamper(NEWEST_TOKEN_PATH, store.files.get(tokenPath(1))),
      NEWEST_TOKEN_PATH
    ],
    ['the copy of the newest is missing', () => store.tamper(NEWEST_TOKEN_PATH, undefined), NEWEST_TOKEN_PATH],
    [
      'a key signed nothing',
      () => store.tamper(issuerKeyPath(later.thumbprint), encodeIssuerKey(later.jwk)),
      issuerKeyPath(later.thumbprint)
    ],
    [
      'a key is another',
      () => store.tamper(issuerKeyPath(later.thumbprint), encodeIssuerKey(github.jwk)),
      issuerKeyPath(later.thumbprint)
    ],
    ['a key is missing', () => store.tamper(issuerKeyPath(github.thumbprint), undefined), tokenPath(1)],
    [
      'a path is spelled otherwise',
      () => store.tamper('records/1/1.jwt', store.files.get(tokenPath(1))),
      'records/1/1.jwt'
    ]
  ])('are not right when %s', async (_, tamper, path) => {
    tamper()

    expect((await verify()).problems.map(problem => problem.path)).toContain(path)
  })

  it('are not right when another issuer gave the tokens', async () => {
    const { problems } = await verify({ issuer: 'https://git.shop.example/_services/token' })

    expect(problems.map(({ problem }) => problem)).toEqual(
      [1, 2].map(() => `its token was issued by ${GITHUB_ISSUER}, not by https://git.shop.example/_services/token`)
    )
  })
})
