import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { evidencePath, parseDigest, type RecordDraft, sha256 } from '@sluice/core'
import { type TrustRules, verifyLedger } from '../../src/index.ts'
import { encodeIssuerKey } from '../../src/issuer-key.ts'
import { issuerKeyPath, keyPath, NEWEST_TOKEN_PATH, recordPath, signaturePath, tokenPath } from '../../src/paths.ts'
import { append, localSigner, OWNER } from '../drafts.ts'
import { recordsOn } from '../forge.ts'
import { MemoryAnchors } from '../memory-anchors.ts'
import { claimed, deliverAndRepair, plant, type RepairedLedger, said, withdrawn } from '../repaired.ts'
import { testIssuer, vouchFor } from '../test-issuer.ts'
import { type Commit, github, lineOf } from './honest.ts'
import { type Verdicts, Verifiers } from './verdicts.ts'

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

const AB = 'ab'.repeat(32)
const NOBODYS = parseDigest(`sha256:${AB}`)
const another = testIssuer('another')

let ledger: RepairedLedger
let line: Commit[]

beforeEach(async () => {
  ledger = await deliverAndRepair()
  const { store } = ledger
  const records = recordsOn(store)
  // GitHub vouches for each record.
  store.tamper(issuerKeyPath(github.thumbprint), encodeIssuerKey(github.jwk))
  for (const it of records) store.tamper(tokenPath(it.sequence), vouchFor(github, it, { environment: it.environment }))
  store.tamper(NEWEST_TOKEN_PATH, store.files.get(tokenPath(records.length)))
  line = [...lineOf(store.files, records)]
})

/** Does something to the ledger, in a commit of its own. */
async function then(change: () => unknown): Promise<void> {
  const time = ledger.clock.now()
  await change()
  line.push({ files: new Map(ledger.store.files), time })
}

/** Plants a record that nobody signed who may, with files beside it. */
async function plantBeside(files: Readonly<Record<string, string>>, more: Partial<RecordDraft> = {}): Promise<void> {
  await then(async () => {
    for (const [path, text] of Object.entries(files)) ledger.store.tamper(path, Buffer.from(text))
    await ledger.smuggle({ ...withdrawn(), ...more } as RecordDraft)
  })
}

async function judge(more: Partial<TrustRules> = {}): Promise<Verdicts> {
  const rules: TrustRules = {
    ...{ trust: ledger.trust, products: [OWNER.product], repository: OWNER.repository },
    tokens: { unvouched: true },
    ...more
  }
  const [verdicts] = await verifiers.judge(line, { rules })
  if (verdicts === undefined) throw new Error('Nobody judged.')
  return verdicts
}

const SOUND = { own: [], other: [], leftOut: { own: [[10, 11]], other: [[10, 11]] } }

describe('a repair removes', () => {
  it.each<[string, readonly string[]]>([
    ['what is no file of a ledger', ['README.md']],
    ['a record in the folder of another', ['records/9/1.json', 'records/9/1.json.sig', 'records/9/1.jwt']],
    ['evidence in the folder of other evidence', [`evidence/00/${AB}`]],
    ['evidence that no record names', [evidencePath(NOBODYS)]],
    ['evidence under its name that no record names', [evidencePath(sha256('x'))]],
    ['a key that signed no record', [keyPath(NOBODYS)]],
    ['a key that signed no token', [issuerKeyPath(NOBODYS)]],
    ['a signature and a token of no record', [signaturePath(17), tokenPath(17), signaturePath(999_999_999_999_999)]],
    ['a file of an index to which nothing leads', ['sections/product/index/0/0/0.json']],
    [
      'a file of an index that has no such name',
      ['sections/product/index/zz.json', 'sections/product/index/0/1/2/3.json']
    ]
  ])('%s, and both verifiers take it, and what is delivered after it', async (_, paths) => {
    await plantBeside(Object.fromEntries(paths.map(path => [path, 'x'])))
    const planted = await judge()

    await then(() => ledger.repair('staging'))

    expect([planted.own.length > 0, planted.other.length > 0]).toEqual([true, true])
    expect(paths.filter(path => ledger.store.files.has(path))).toEqual([])
    expect(await judge()).toEqual(SOUND)
    await then(() => ledger.write(said('failed')))
    expect(await judge()).toEqual(SOUND)
  })

  it('a genuine key that signed nothing, and none that signed something', async () => {
    const { pem, fingerprint } = await localSigner('staging').publicKey()
    await plantBeside({
      [keyPath(fingerprint)]: pem,
      [issuerKeyPath(another.thumbprint)]: Buffer.from(encodeIssuerKey(another.jwk)).toString()
    })
    const before = [...ledger.store.files.keys()].filter(path => /^(keys|issuer)/.test(path))

    await then(() => ledger.repair('staging'))

    const after = before.filter(path => !ledger.store.files.has(path))
    expect(after.toSorted()).toEqual([issuerKeyPath(another.thumbprint), keyPath(fingerprint)].toSorted())
    expect(await judge()).toEqual(SOUND)
  })

  it('what the planted record names, and is not what its name says: whoever needs it next can write it', async () => {
    const plan = sha256('of tomorrow')
    await plantBeside({ [evidencePath(plan)]: 'something else' }, { plan })

    await then(() => ledger.repair('staging'))
    const repaired = ledger.store.files.has(evidencePath(plan))
    await then(async () => {
      ledger.store.tamper(evidencePath(plan), Buffer.from('of tomorrow'))
      await ledger.smuggle(said('failed', { plan }), ledger.nonprod)
    })

    expect(repaired).toBe(false)
    expect(await judge()).toEqual(SOUND)
  })

  it('what lies in place of the keys with which it is signed itself', async () => {
    const successor = localSigner('staging')
    const { fingerprint } = await successor.publicKey()
    ledger.trust = [...ledger.trust, { key: fingerprint, signs: ['staging/outcome'], from: 11 }]
    await plantBeside({ [keyPath(fingerprint)]: 'no key' })

    await then(() => ledger.repair('staging', { signer: () => successor, rules: { trust: ledger.trust } }))

    expect(await judge()).toEqual(SOUND)
  })

  it('a key that vouches for a file that is no record', async () => {
    const text = another.token({ aud: 'x' })
    await then(() => {
      ledger.store.tamper(issuerKeyPath(another.thumbprint), encodeIssuerKey(another.jwk))
      plant(ledger.store, Buffer.from('{}'))
      ledger.store.tamper(tokenPath(10), Buffer.from(`${text}\n`))
    })

    await then(() => ledger.repair(undefined))

    expect(ledger.store.files.has(issuerKeyPath(another.thumbprint))).toBe(false)
    expect(await judge()).toEqual(SOUND)
  })

  it('a signature beside a record that names no key, as no record does where there are none', async () => {
    ledger = await deliverAndRepair({ signed: false })
    line = [...lineOf(ledger.store.files, recordsOn(ledger.store))]
    const advisory = { trust: [], advisory: true }
    await then(() => {
      ledger.store.tamper(signaturePath(3), Buffer.from('x'))
      plant(ledger.store, Buffer.from('{}'))
    })
    const planted = await judge(advisory)
    const { problems } = await verifyLedger({ files: ledger.store.files, ...advisory })
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'stray', sequence: 3 }))

    await then(() => ledger.repair(undefined, { rules: advisory }))

    expect([planted.own.length > 0, planted.other.length > 0]).toEqual([true, true])
    expect(await judge(advisory)).toEqual(SOUND)
  })

  it('it where the ledger is anchored, too, and the next record is anchored', async () => {
    const anchors = new MemoryAnchors()
    await plantBeside({ [evidencePath(NOBODYS)]: 'x', 'README.md': 'x' })

    await then(() => ledger.repair('staging', { anchors }))
    const { store, clock, nonprod, trust } = ledger
    const log = { info: () => undefined }
    await then(() =>
      append({ store, clock, drafts: [said('failed')], signer: nonprod, rules: { trust }, log, anchors })
    )

    expect(anchors.sequences('environments/staging')).toEqual([11, 12])
    expect(await judge()).toEqual(SOUND)
  })

  it('nothing that a record needs which it leaves out', async () => {
    const plan = sha256('of the forger')
    await plantBeside({ [evidencePath(plan)]: 'of the forger' }, { plan })
    const before = [...ledger.store.files.keys()].filter(path => /^(keys|issuer|evidence|records)/.test(path))

    await then(() => ledger.repair('staging'))

    expect(before.filter(path => !ledger.store.files.has(path))).toEqual([])
    expect(await judge()).toEqual(SOUND)
  })
})

it.each<[string, string | undefined]>([
  ['removed', undefined],
  ['changed', 'x']
])('evidence that somebody %s stays a problem for both verifiers, and stops no repair', async (what, content) => {
  const path = evidencePath(sha256('plan'))
  await then(() => ledger.store.tamper(path, content === undefined ? undefined : Buffer.from(content)))
  await plantBeside({})
  await then(() => ledger.repair('staging'))

  const { own, other, leftOut } = await judge()

  expect(leftOut).toEqual(SOUND.leftOut)
  expect(own).toContainEqual(
    expect.stringMatching(new RegExp(`^${path}: the evidence that record \\d+ names is missing$`))
  )
  expect(own).toContainEqual(expect.stringMatching(new RegExp(`^${path}: commit \\w+: it was ${what}$`)))
  expect(other).toContain(`${path}: it is missing`)
  expect(other).toContainEqual(expect.stringMatching(new RegExp(`^commit \\d+: ${path} was changed or removed$`)))
})

describe('both verifiers refuse', () => {
  const keyOf = (sequence: number): string => {
    const { key } = recordsOn(ledger.store)[sequence - 1] ?? {}
    return key === undefined ? '' : keyPath(key.fingerprint)
  }

  it.each<[string, () => string]>([
    ['evidence', () => evidencePath(sha256('plan'))],
    ['the key of a record', () => keyOf(9)],
    ['the key of a record that it leaves out', () => keyOf(10)],
    ['the key of tokens', () => issuerKeyPath(github.thumbprint)],
    ['a signature', () => signaturePath(9)],
    ['the signature of a record that it leaves out', () => signaturePath(10)],
    ['a token', () => tokenPath(9)],
    ['a record', () => recordPath(4)]
  ])('a repair that removes %s', async (_, pathOf) => {
    await plantBeside({})
    const path = pathOf()
    expect(ledger.store.files.has(path)).toBe(true)

    await then(async () => {
      await ledger.smuggle(claimed(ledger.store, [10], 9), ledger.nonprod)
      ledger.store.tamper(path, undefined)
    })
    const { own, other } = await judge()

    expect(own).toContainEqual(expect.stringMatching(new RegExp(`^${path}: commit \\w+: it was removed$`)))
    expect(other).toContainEqual(expect.stringMatching(new RegExp(`^commit \\d+: ${path} was changed or removed$`)))
  })

  it.each(['README.md', evidencePath(NOBODYS), evidencePath(sha256('x')), keyPath(NOBODYS), signaturePath(17)])(
    'another commit than that of a repair which removes %s',
    async path => {
      await plantBeside({ [path]: 'x' })
      await then(async () => {
        ledger.store.tamper(path, undefined)
        await ledger.smuggle(withdrawn())
      })
      await then(() => ledger.repair('staging'))

      const { own, other } = await judge()

      expect(own).toEqual([expect.stringMatching(new RegExp(`^${path}: commit \\w+: it was removed$`))])
      expect(other).toEqual([expect.stringMatching(new RegExp(`^commit \\d+: ${path} was changed or removed$`))])
    }
  )

  it.each(['README.md', 'sections/product/index/zz.json', 'records/9/1.json', evidencePath(sha256('x'))])(
    'a commit that writes %s anew',
    async path => {
      await plantBeside({ [path]: 'x' })
      await plantBeside({ [path]: 'y' })
      await then(() => ledger.repair('staging'))

      const { own, other } = await judge()

      expect(own).toEqual([expect.stringMatching(new RegExp(`^${path}: commit \\w+: it was changed$`))])
      expect(other).toEqual([expect.stringMatching(new RegExp(`^commit \\d+: ${path} was changed or removed$`))])
    }
  )
})
