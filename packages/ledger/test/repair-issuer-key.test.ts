import { beforeEach, describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft } from '@sluice/core'
import { type AnchorStore, repairLedger, type TokenRules, type Voucher } from '../src/index.ts'
import { issuerKeysOf } from '../src/issuer-keys.ts'
import { audienceOf } from '../src/token-problem.ts'
import { append, draft, localSigner, OWNER, ofRun, RELEASE, trustIn } from './drafts.ts'
import { recordsOn } from './forge.ts'
import { MemoryAnchors } from './memory-anchors.ts'
import { MemoryStore } from './memory-store.ts'
import { claimsOf, recordOf, type TestIssuer, testIssuer } from './test-issuer.ts'

const [first, second, third] = [testIssuer('one'), testIssuer('two'), testIssuer('three')]
const signer = localSigner('builds', 'staging')
const log = { info: () => undefined }

let store: MemoryStore
let clock: ManualClock

beforeEach(async () => {
  store = new MemoryStore()
  clock = new ManualClock(Date.parse('2026-03-01T12:00:00Z'))
  await write(draft('released', { release: RELEASE }), first)
  await write(withdrawn('1002'), second)
})

function withdrawn(run: string): RecordDraft {
  const about = { environment: 'staging', release: RELEASE, detail: { reason: 'orders fail' } }
  return ofRun(run, draft('withdrawn', about as Parameters<typeof draft>[1]))
}

function voucherOf(issuer: TestIssuer, run: string): Voucher {
  const claims = { environment: undefined, run_id: run }
  return {
    vouch: async hash => {
      const record = recordOf({ time: new Date(clock.now()).toISOString() })
      return { token: issuer.token(claimsOf(record, { ...claims, aud: audienceOf(hash) })), keys: [issuer.jwk] }
    }
  }
}

const publishes = (...issuers: readonly TestIssuer[]): TokenRules => ({
  published: issuerKeysOf(issuers.map(({ jwk }) => jwk))
})

async function write(it: RecordDraft, issuer: TestIssuer): Promise<void> {
  const rules = { trust: await trustIn(signer), tokens: publishes(first, second) }
  await append({ store, signer, clock, drafts: [it], rules, log, voucher: voucherOf(issuer, it.run.id) })
  clock.advance(60_000)
}

/** Repairs staging once the issuer has replaced the keys that it had. */
async function repair(anchors?: AnchorStore): Promise<unknown> {
  const { event: _, detail: __, release: ___, ...about } = withdrawn('1003')
  return repairLedger({
    ...{
      store,
      files: store.files,
      reach: recordsOn(store).length,
      oid: (await store.head())?.oid ?? '',
      owner: OWNER,
      about
    },
    ...{ rules: { trust: await trustIn(signer), tokens: publishes(third) }, reason: 'GitHub does not publish its key' },
    ...{ signer: () => signer, voucher: voucherOf(third, '1003'), sections: ['environments/staging'], clock, log },
    ...(anchors && { anchors })
  })
}

describe('a withdrawal whose key the issuer has replaced since', () => {
  it('is not left out of a ledger that nothing anchors, since nobody can tell it from a forged one', async () => {
    await expect(repair()).rejects.toThrow(
      /^Of record 2, nothing but the key of its token tells that it may not be valid, .* ledger\.issuerKeys/
    )
    expect(recordsOn(store).map(({ event }) => event)).toEqual(['released', 'withdrawn'])
  })

  it('is left out where anchors tell how far the ledger was, and it is not among what they hold', async () => {
    await repair(new MemoryAnchors())

    expect(recordsOn(store).at(-1)).toMatchObject({ event: 'repaired', detail: { skipped: [{ sequence: 2 }] } })
  })
})
