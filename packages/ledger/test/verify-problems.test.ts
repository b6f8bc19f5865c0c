import { describe, expect, it } from '@jest/globals'
import { evidencePath, type LedgerRecord, ManualClock, sha256 } from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { verifyLedger } from '../src/index.ts'
import {
  indexPath,
  keyPath,
  newestPath,
  recordPath,
  STATE_PATH,
  sectionStatePath,
  signaturePath
} from '../src/paths.ts'
import { AFTERWARDS, type DeliveredLedger, deliver } from './delivered.ts'
import { append, documented, draft, EMPTY, localSigner, OWNER, RELEASE } from './drafts.ts'
import { forge, lie, recordsOn, smuggle } from './forge.ts'
import { MemoryStore } from './memory-store.ts'

const log = { info: (): void => undefined }

/** `path: problem` of everything that verification reports. */
async function problemsOf({ store, trust }: Pick<DeliveredLedger, 'store' | 'trust'>): Promise<readonly string[]> {
  const { problems } = await verifyLedger({ files: store.files, trust })
  return problems.map(({ path, problem }) => `${path}: ${problem}`)
}

/** Changes one record and recomputes all that can be, as somebody with write access but without the key would. */
async function rewrite(
  store: MemoryStore,
  sequence: number,
  change: (record: LedgerRecord) => LedgerRecord
): Promise<void> {
  await forge(
    store,
    recordsOn(store).map(record => (record.sequence === sequence ? change(record) : record))
  )
}

describe('verifyLedger names', () => {
  it('a record that is nested too deep, and the head that counts further than there are records', async () => {
    const { store, trust } = await deliver()
    store.tamper(recordPath(3), Buffer.from('['.repeat(100_000)))
    store.tamper('HEAD.json', encodeHead({ ...OWNER, sequence: 100_000_000, hash: sha256('x') }))

    const found = await problemsOf({ store, trust })

    expect(found).toContain('records/0/3.json: its JSON is nested deeper than any record is')
    expect(found.filter(line => line.startsWith('HEAD.json: it says sequence 100000000'))).toHaveLength(1)
    // Bounded by what is there, not by what somebody claims.
    expect(found.length).toBeLessThan(10 * store.files.size)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'record %d when it was changed and every later hash recomputed',
    async sequence => {
      const ledger = await deliver()
      await rewrite(ledger.store, sequence, record => ({ ...record, actor: { id: '666', login: 'somebody-else' } }))

      const { problems, signed } = await verifyLedger({ files: ledger.store.files, trust: ledger.trust })

      const forged = Array.from({ length: 10 - sequence }, (_, n) => recordPath(sequence + n))
      expect(problems.map(({ path }) => path)).toEqual(forged)
      expect(problems.every(({ problem }) => problem.includes('its signature was not made by key sha256:'))).toBe(true)
      expect(signed).toBe(sequence - 1)
    }
  )

  it.each<[string, (ledger: DeliveredLedger) => void | Promise<void>, readonly RegExp[]]>([
    [
      'a file that does not belong there',
      ({ store }) => store.tamper('README.md', Buffer.from('')),
      [/^README\.md: it does not belong in the ledger$/]
    ],
    [
      'a record in another folder',
      ({ store }) => store.tamper('records/1/5.json', store.files.get(recordPath(5))),
      [/^records\/1\/5\.json: it does not belong/]
    ],
    ['a missing head', ({ store }) => store.tamper('HEAD.json', undefined), [/^HEAD\.json: it is missing$/]],
    [
      'a malformed head',
      ({ store }) => store.tamper('HEAD.json', Buffer.from('[]')),
      [/^HEAD\.json: it is malformed$/]
    ],
    [
      'a head of an older record',
      ({ store }) =>
        store.tamper(
          'HEAD.json',
          encodeHead({ ...OWNER, sequence: 8, hash: sha256(store.files.get(recordPath(8)) ?? '') })
        ),
      [/^HEAD\.json: it says sequence 8, but the last record is 9$/]
    ],
    [
      'a head with another hash',
      ({ store }) => store.tamper('HEAD.json', encodeHead({ ...OWNER, sequence: 9, hash: sha256('x') })),
      [/^HEAD\.json: it says hash sha256:.*, but record 9 has sha256:/]
    ],
    [
      'a head of records that do not exist, without counting to it',
      ({ store }) => store.tamper('HEAD.json', encodeHead({ ...OWNER, sequence: 900_000_000, hash: sha256('x') })),
      [
        /^HEAD\.json: it says sequence 900000000, but the last record is 9$/,
        /^records\/0\/10\.json: the file is missing$/
      ]
    ],
    [
      'a record that is missing',
      ({ store }) => store.tamper(recordPath(4), undefined),
      [
        /^records\/0\/4\.json\.sig: it is the signature of a record that is missing$/,
        /^records\/0\/4\.json: the file is missing$/
      ]
    ],
    [
      'a record that was changed',
      ({ store }) => store.tamper(recordPath(9), Buffer.from('{"version":1}')),
      [/^HEAD\.json: it says hash/, /^records\/0\/9\.json: its member "version" is missing or malformed$/]
    ],
    [
      'a record that was replaced by another',
      ({ store }) => store.tamper(recordPath(5), store.files.get(recordPath(4))),
      [/^records\/0\/5\.json: the file says sequence 4$/]
    ],
    [
      'records of another repository than the head, whatever the first record says',
      async ({ store }) => {
        const [first, ...rest] = recordsOn(store)
        if (first !== undefined) await forge(store, [{ ...first, run: { ...first.run, repository: '666' } }, ...rest])
      },
      [/^records\/0\/1\.json: it was written by a run of repository 666, not of 123456$/]
    ],
    [
      'a missing signature',
      ({ store }) => store.tamper(signaturePath(3), undefined),
      [/^records\/0\/3\.json: its signature is missing$/]
    ],
    [
      'a signature in another spelling',
      ({ store }) => store.tamper(signaturePath(3), Buffer.from(String(store.files.get(signaturePath(3))).trim())),
      [/^records\/0\/3\.json: its signature was not made by key/]
    ],
    [
      'a file of an index that is missing',
      ({ store }) => store.tamper(indexPath('product', 'root'), undefined),
      [/^sections\/product\/index\/root\.json: it is missing$/]
    ],
    [
      'a file of an index that was changed',
      ({ store }) => store.tamper(indexPath('environments/staging', 'root'), Buffer.from('{}')),
      [/^sections\/environments\/staging\/index\/root\.json: it is not what the records lead to$/]
    ],
    [
      'a file of an index that no record leads to',
      ({ store }) => store.tamper(indexPath('environments/production', 'root'), Buffer.from('{}')),
      [/^sections\/environments\/production\/index\/root\.json: no record leads to it$/]
    ],
    [
      'another state of the ledger',
      ({ store }) => store.tamper(STATE_PATH, Buffer.from('{"sections":{}}')),
      [/^state\.json: it is not what the records lead to$/]
    ],
    [
      'an older state of a section',
      ({ store }) => store.tamper(sectionStatePath('product'), Buffer.from('{}')),
      [/^sections\/product\/state\.json: it is not what the records lead to$/]
    ],
    [
      'an older record in the place of the newest',
      ({ store }) => store.tamper(newestPath('ledger'), store.files.get(recordPath(8))),
      [/^newest\.json: it is not what the records lead to$/]
    ],
    [
      'evidence that is missing',
      ({ store }) => store.tamper(evidencePath(sha256('plan')), undefined),
      [/the evidence that record 6 names is missing/]
    ],
    [
      'evidence that was changed',
      ({ store }) => store.tamper(evidencePath(sha256('plan')), Buffer.from('PLAN')),
      [/it hashes to sha256:[0-9a-f]{64}, not to its name/]
    ],
    [
      'evidence that no record names',
      ({ store }) => store.tamper(evidencePath(sha256('x')), Buffer.from('x')),
      [/^evidence\/[0-9a-f]{2}\/[0-9a-f]+: no record names it$/]
    ],
    [
      'a key that signed nothing',
      async ({ store }) => {
        const { fingerprint, pem } = await localSigner('builds').publicKey()
        store.tamper(keyPath(fingerprint), Buffer.from(pem))
      },
      [/^keys\/[0-9a-f]+\.pem: no record is signed with it$/]
    ],
    [
      'a key that is missing',
      async ({ store, ops }) => store.tamper(keyPath((await ops.publicKey()).fingerprint), undefined),
      [
        /the key that signed record 1 is missing/,
        /records\/0\/1\.json: the public key sha256:.* is missing/,
        /records\/0\/2\.json/
      ]
    ],
    [
      'a key that is not the one of its name',
      async ({ store, ops, nonprod }) =>
        store.tamper(keyPath((await ops.publicKey()).fingerprint), Buffer.from((await nonprod.publicKey()).pem)),
      [/it is not the key of its name/, /records\/0\/1\.json: the public key/, /records\/0\/2\.json: the public key/]
    ]
  ])('%s', async (_, tamper, expected) => {
    const ledger = await deliver()
    await tamper(ledger)

    const problems = await problemsOf(ledger)

    for (const pattern of expected) expect(problems).toContainEqual(expect.stringMatching(pattern))
  })

  it('a repeated record', async () => {
    const { store, trust, ops } = await deliver()
    await smuggle(store, ops, documented(draft('released', { release: RELEASE })), AFTERWARDS)

    expect(await problemsOf({ store, trust })).toEqual([
      'records/0/10.json: it repeats record 2: same run, attempt, job, event, unit and environment'
    ])
  })

  it('a record that commits to a state that its past does not lead to', async () => {
    const { store, trust, nonprod } = await deliver()
    const { state } = recordsOn(store).at(-2) ?? {}
    if (state === undefined) throw new Error('There is no such record.')
    await lie(store, nonprod, { state })

    expect(await problemsOf({ store, trust })).toContain(
      'records/0/9.json: it commits to another state than the records lead to'
    )
  })

  it('a signature beside a record that claims none', async () => {
    const store = new MemoryStore()
    await append({ store, clock: new ManualClock(), drafts: [draft('built')], log })
    store.tamper(signaturePath(1), Buffer.from('AA==\n'))

    const { problems } = await verifyLedger({ files: store.files, trust: [], advisory: true })

    expect(problems).toContainEqual({
      kind: 'stray',
      path: recordPath(1),
      sequence: 1,
      problem: 'there is a signature for a record that names no key'
    })
  })

  it('a head without any record', async () => {
    const files = new Map([['HEAD.json', encodeHead({ ...OWNER, sequence: 2, hash: sha256('x') })]])

    expect((await verifyLedger({ files, trust: [] })).problems).toEqual([
      { kind: 'head', path: 'HEAD.json', problem: 'it says sequence 2, but the last record is missing' },
      { path: recordPath(1), sequence: 1, problem: 'the file is missing' },
      { path: recordPath(2), sequence: 2, problem: 'the file is missing' }
    ])
  })

  it('a head without hash beside records', async () => {
    const { store, trust } = await deliver()
    store.tamper('HEAD.json', encodeHead({ ...OWNER, sequence: 0 }))

    expect(await problemsOf({ store, trust })).toEqual(['HEAD.json: it says sequence 0, but the last record is 9'])
  })

  it('a ledger of nothing at all', async () => {
    expect(await verifyLedger({ files: new Map(), trust: [] })).toEqual({
      records: 0,
      signed: 0,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: [{ kind: 'head', path: 'HEAD.json', problem: 'it is missing' }]
    })
  })
})

describe('verifyLedger finds nothing wrong with', () => {
  it('a ledger without records', async () => {
    const store = new MemoryStore()
    await store.create(EMPTY)

    expect(await verifyLedger({ files: store.files, trust: [] })).toEqual({
      records: 0,
      signed: 0,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: []
    })
  })

  it('an advisory ledger, of which it says that nothing is signed', async () => {
    const store = new MemoryStore()
    await append({ store, clock: new ManualClock(), drafts: [draft('built')], log })

    expect(await verifyLedger({ files: store.files, trust: [], advisory: true })).toEqual({
      records: 1,
      signed: 0,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: []
    })
    expect((await verifyLedger({ files: store.files, trust: [] })).problems).toEqual([
      { path: recordPath(1), sequence: 1, problem: 'it is not signed' }
    ])
  })
})

it('verifyLedger takes no record that names a key which nobody pins, on an advisory ledger, too', async () => {
  const { store } = await deliver()

  const { signed, problems } = await verifyLedger({ files: store.files, trust: [], advisory: true })

  expect(signed).toBe(0)
  expect(problems.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(problems[0]?.problem).toMatch(/^it is signed with key sha256:[0-9a-f]{64}, which delivery\.yml does not list/)
})
