import { describe, expect, it } from '@jest/globals'
import { ManualClock, UserError } from '@sluice/core'
import { openView, type Scope, type Trust, type TrustRules, verifyLedger } from '../src/index.ts'
import { AFTERWARDS, deliver } from './delivered.ts'
import { append, draft, localSigner, ofRun, RELEASE, trustIn } from './drafts.ts'
import { smuggle } from './forge.ts'
import type { MemoryStore } from './memory-store.ts'

const SCOPE: Scope = { sections: ['product', 'environments/integration', 'environments/staging'], keys: [] }
const log = { info: () => undefined }
const place = { environment: 'staging', release: RELEASE }

/** What is wrong by a decision, and by verification, with the numbers of the records. */
async function judge(
  store: MemoryStore,
  trust: Trust
): Promise<readonly [decision: string, verified: readonly string[]]> {
  const rules: TrustRules = { trust }
  const { problems } = await verifyLedger({ ...rules, files: store.files })
  const verified = problems.map(({ sequence, problem }) => `${sequence}: ${problem}`)
  try {
    await openView(store, rules, SCOPE)
    return ['', verified]
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    return [error.message, verified]
  }
}

describe('a ledger key', () => {
  it('that is replaced leaves the older records as they are, also where the newest of a section is older', async () => {
    const { store, trust, ops, nonprod } = await deliver()
    const [newOps, newStaging] = [localSigner('builds'), localSigner('integration', 'staging')]
    const ended = trust.map(entry => ({ ...entry, until: 9 }))
    const rules = { trust: [...ended, ...(await trustIn(newOps, newStaging)).map(it => ({ ...it, from: 10 }))] }
    const clock = new ManualClock(AFTERWARDS)

    expect(await judge(store, rules.trust)).toEqual(['', []])
    await append({ store, signer: newStaging, rules, clock, drafts: [ofRun('9', draft('planned', place))], log })
    expect(await judge(store, rules.trust)).toEqual(['', []])
    for (const old of [ops, nonprod])
      await expect(
        append({
          store,
          signer: old,
          rules,
          clock,
          drafts: [ofRun('10', draft(old === ops ? 'built' : 'failed', old === ops ? {} : place))],
          log
        })
      ).rejects.toThrow(/lists in records up to 9 only, and this would be record 11\. Point its alias at a key/)
  })

  it('may sign beside the next one while it is replaced', async () => {
    const { store, trust, nonprod } = await deliver()
    const next = localSigner('integration', 'staging')
    const both = [...trust, ...(await trustIn(next))]
    const clock = new ManualClock(AFTERWARDS)

    for (const [n, signer] of [nonprod, next, nonprod].entries())
      await append({
        store,
        signer,
        rules: { trust: both },
        clock,
        drafts: [ofRun(`${20 + n}`, draft('failed', place))],
        log
      })

    expect(await judge(store, both)).toEqual(['', []])
  })

  it('that leaked proves what it signed before, and nothing that was forged after it', async () => {
    const { store, trust, nonprod } = await deliver()
    const until = 9
    const revoked = trust.map(entry => (entry.signs.includes('builds') ? entry : { ...entry, until }))
    const next = await trustIn(localSigner('integration', 'staging'))
    expect(await judge(store, [...revoked, ...next])).toEqual(['', []])

    await smuggle(store, nonprod, ofRun('9', draft('accepted', place)), AFTERWARDS)

    const { fingerprint } = await nonprod.publicKey()
    const problem = `it is signed with key ${fingerprint}, which delivery.yml lists for staging/outcome in records up to 9 only`
    expect(await judge(store, [...revoked, ...next])).toEqual([
      expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}`),
      expect.arrayContaining([`10: ${problem}`])
    ])
  })

  it('that may sign from a record on proves none before it', async () => {
    const { store, trust } = await deliver()

    const [, verified] = await judge(
      store,
      trust.map(entry => ({ ...entry, from: 2, until: 8 }))
    )

    expect(verified).toEqual([expect.stringMatching(/^1: .* in records 2 to 8 only/), expect.stringMatching(/^9: /)])
  })

  it('of an environment that is gone stays good for its records, and without it they cannot be read', async () => {
    const { store, trust } = await deliver()
    const withoutStaging = trust.map(entry => ({
      ...entry,
      signs: entry.signs.filter(it => !it.startsWith('staging/'))
    }))
    const former = trust.map(entry => ({ ...entry, until: 9 }))

    expect(await judge(store, former)).toEqual(['', []])
    const [decision, verified] = await judge(store, withoutStaging)
    expect(decision).toContain('which delivery.yml does not list for staging/outcome')
    expect(verified.map(it => it.split(':')[0])).toEqual(['6', '7', '8', '9'])
  })

  it.each([
    ['started', 'staging/plan', 'staging/intent'],
    ['accepted', 'staging/intent', 'staging/outcome'],
    ['accepted', 'staging/plan', 'staging/outcome'],
    ['planned', 'builds', 'staging/plan']
  ] as const)('cannot tell %s as %s: that is for %s', async (event, signer, wanted) => {
    const { store } = await deliver()
    const [thief, owner] = [localSigner(signer), localSigner(wanted)]
    const trust = [...(await deliverTrust(store)), ...(await trustIn(thief, owner))]

    // Under its own name it is refused for what it is, and under the other's because the key is not that one's.
    await smuggle(store, thief, ofRun('9', draft(event, place)), AFTERWARDS, signer)
    expect((await judge(store, trust))[0]).toContain(`it is signed by ${signer}, but ${event} is for ${wanted} to sign`)
    await expect(
      append({
        store: (await deliver()).store,
        signer: thief,
        rules: { trust },
        clock: new ManualClock(AFTERWARDS),
        drafts: [draft(event, place)],
        log
      })
    ).rejects.toThrow(`The ledger key of ${wanted} has the fingerprint ${(await thief.publicKey()).fingerprint}, but`)
  })
})

describe('a ledger key that is listed for several signers', () => {
  it('signs for each of them, whoever of them holds it: that is why production has one for each', async () => {
    const { store } = await deliver()
    const shared = localSigner('staging')
    const trust = [...(await deliverTrust(store)), ...(await trustIn(shared))]

    await smuggle(store, shared, ofRun('9', draft('failed', place)), AFTERWARDS)

    expect(await judge(store, trust)).toEqual(['', []])
  })
})

/** Any key that signed what is there already. */
async function deliverTrust(store: MemoryStore): Promise<Trust> {
  const names = [...store.files.keys()].flatMap(path => /^keys\/([0-9a-f]{64})\.pem$/.exec(path)?.[1] ?? [])
  const signs = (await trustIn(localSigner('builds', 'integration', 'staging'))).flatMap(it => it.signs)
  return names.map(hex => ({ key: `sha256:${hex}` as Trust[number]['key'], signs }))
}
