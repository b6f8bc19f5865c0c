import { describe, expect, it, jest } from '@jest/globals'
import {
  EVENTS,
  evidencePath,
  type LedgerEvent,
  type LedgerRecord,
  type Statement,
  sha256,
  UserError
} from '@sluice/core'
import { decodeHead, encodeHead } from '../src/head.ts'
import { identityOf } from '../src/index-key.ts'
import {
  indexPath,
  keyPath,
  newestPath,
  parseLedgerPath,
  recordPath,
  STATE_PATH,
  sectionStatePath,
  signaturePath
} from '../src/paths.ts'
import { decodeRecord, describeRecord, encodeRecord, evidenceOf } from '../src/record.ts'
import { draft, OWNER, RELEASE } from './drafts.ts'

/** What the records of these tests commit to. */
const NO_STATE = { section: sha256('section'), ledger: sha256('ledger') }

const RECORD = recordOf('released')

/** The record of an event, as the first of a ledger. */
function recordOf(event: LedgerEvent): LedgerRecord {
  return { ...draft(event), version: 2, state: NO_STATE, sequence: 1, time: '2026-01-01T00:00:00.000Z' }
}

describe('a record', () => {
  it('comes back as it was written, whatever its members', () => {
    const statement = draft('planned', {
      environment: 'production',
      release: RELEASE,
      unit: { name: 'api', kind: 'image', digest: sha256('a'), fingerprint: sha256('b') },
      plan: sha256('plan'),
      dossier: sha256('dossier'),
      approvals: [
        { userId: '8', login: 'approver', state: 'approved', comment: '\u2028 ☃ "', seenAt: '2026-01-01T00:00:00Z' }
      ],
      protection: {
        id: 501,
        environment: 'production',
        reviewers: [{ type: 'Team', id: '5', name: 'x' }],
        preventSelfReview: true,
        adminBypass: false,
        branchPolicy: 'custom',
        refs: ['refs/heads/main']
      },
      detail: { anything: [1, null, { deep: true }] }
    })
    const full: LedgerRecord = {
      ...statement,
      version: 2,
      state: NO_STATE,
      sequence: 2,
      previous: sha256('one'),
      time: '2026-01-01T00:00:00.000Z',
      key: { signer: 'production/plan', fingerprint: sha256('key') }
    }

    expect(decodeRecord(encodeRecord(full).bytes, 2)).toEqual({ ok: true, record: full })
    expect(evidenceOf(full)).toEqual([sha256('plan'), sha256('dossier')])
  })

  it.each([
    ['lists', '['.repeat(100_000), ']'.repeat(100_000)],
    ['members', '{"a":'.repeat(100_000), `1${'}'.repeat(100_000)}`]
  ])('is refused when its %s are nested too deep to walk', (_, opening, closing) => {
    const { detail: _detail, ...record } = recordOf('built')
    const text = `${JSON.stringify(record).slice(0, -1)},"detail":{"a":${opening}${closing}}}`

    expect(decodeRecord(Buffer.from(text), 1)).toEqual({
      ok: false,
      problem: 'its JSON is nested deeper than any record is'
    })
  })

  it('is refused when its bytes are no UTF-8, though they read as the same text', () => {
    const { bytes } = encodeRecord({ ...recordOf('built'), actor: { id: '1', login: '\u{fffd}' } })
    const at = Buffer.from(bytes).indexOf(Buffer.from('\u{fffd}'))
    const other = Buffer.concat([bytes.slice(0, at), Buffer.from([0xff]), bytes.slice(at + 3)])

    expect(decodeRecord(bytes, 1)).toMatchObject({ ok: true })
    expect(decodeRecord(other, 1)).toEqual({ ok: false, problem: 'its bytes are not canonical JSON (RFC 8785)' })
  })

  it('may hold brackets in its texts', () => {
    const record = { ...recordOf('built'), actor: { id: '1', login: `\\"${'[{'.repeat(1000)}` } }

    expect(decodeRecord(encodeRecord(record).bytes, 1)).toMatchObject({ ok: true })
  })

  it.each<[LedgerEvent, object, string]>([
    ['unchanged', { acceptedBy: '7' }, 'acceptedBy'],
    ['unchanged', { acceptedBy: 0 }, 'acceptedBy'],
    ['unchanged', { acceptedBy: 7, acceptedAt: 'yesterday' }, 'acceptedAt'],
    ['accepted', { unchanged: 'yes' }, 'unchanged'],
    ['accepted', { checks: '3' }, 'checks'],
    ['failed', { ended: { run: '1', attempt: 1 } }, 'ended'],
    ['cancelled', { ended: [{ run: '1', attempt: 0 }] }, 'ended.0.attempt'],
    ['rejected', { by: { login: 'approver' } }, 'by.id'],
    ['superseded', { supersededBy: 1002 }, 'supersededBy'],
    ['started', { promotion: { kind: 'sideways' } }, 'promotion.kind'],
    ['planned', { promotion: { kind: 'rollback', reason: 1 } }, 'promotion.reason']
  ])('of the event %s is refused with the detail %j', (event, detail, member) => {
    const bytes = Buffer.from(JSON.stringify({ ...recordOf(event), environment: 'staging', detail }))

    expect(decodeRecord(bytes, 1)).toEqual({
      ok: false,
      problem: `its member "detail.${member}" is missing or malformed`
    })
    expect(() => draft(event, { environment: 'staging', detail })).toThrow(
      `A record of "${event}" cannot be written: its member "detail.${member}" is missing or malformed.`
    )
  })

  it.each(['Staging', '../staging', 'a b', 'a--b', '', '__proto__', 'x'.repeat(101)])(
    'refuses %j for the name of an environment or unit: delivery.yml cannot give it, so nobody would find the record',
    odd => {
      const unit = { kind: 'image', digest: sha256('image'), fingerprint: sha256('source') }
      const placed = { ...recordOf('deployed'), environment: odd }
      const built = { ...recordOf('built'), unit: { ...unit, name: odd } }

      expect([placed, built].map(record => decodeRecord(Buffer.from(JSON.stringify(record)), 1))).toEqual(
        ['environment', 'unit.name'].map(member => ({
          ok: false,
          problem: `its member "${member}" is missing or malformed`
        }))
      )
      expect(() => draft('deployed', { environment: odd })).toThrow(UserError)
      expect(() => draft('built', { unit: { ...unit, name: odd } })).toThrow(UserError)
    }
  )

  it.each(['__proto__', 'constructor', 'prototype'])(
    'refuses a map with the entry %s, which every object seems to have',
    name => {
      const detail = JSON.parse(`{"${name}":{"polluted":true}}`) as object

      expect(() => draft('deployed', { environment: 'staging', release: RELEASE, detail })).toThrow(
        'A record of "deployed" cannot be written: its member "detail" is missing or malformed.'
      )
      expect(() =>
        draft('failed', { environment: 'staging', detail: { jobs: JSON.parse(`{"${name}":"success"}`) as object } })
      ).toThrow('its member "detail.jobs" is missing or malformed')
    }
  )

  it.each<[LedgerEvent, object]>([
    ['built', { builder: 'buildkit', ended: 'not a word of ours' }],
    ['started', { weather: 'fine' }],
    ['unchanged', { acceptedBy: 7, weather: 'fine' }]
  ])('of the event %s keeps facts that are nobody\u2019s business: %j', (event, detail) => {
    const record: LedgerRecord = {
      ...draft(event, { detail }),
      version: 2,
      state: NO_STATE,
      sequence: 1,
      time: RECORD.time
    }
    const placed = event === 'built' ? record : { ...record, environment: 'staging' }

    expect(decodeRecord(encodeRecord(placed).bytes, 1)).toEqual({ ok: true, record: placed })
  })

  it('may hold members that only newer versions know', () => {
    const newer = { ...RECORD, weather: 'fine' }

    expect(decodeRecord(encodeRecord(newer).bytes, 1)).toMatchObject({ ok: true })
  })

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['another version', { version: 1 }, 'version'],
    ['a sequence of zero', { sequence: 0 }, 'sequence'],
    ['a sequence that is no number', { sequence: '1' }, 'sequence'],
    ['a malformed hash', { previous: 'abc' }, 'previous'],
    ['a time without zone', { time: '2026-01-01T00:00:00' }, 'time'],
    ['a time that never was', { time: '2026-13-01T00:00:00Z' }, 'time'],
    ['a day that its month does not have', { time: '2026-02-30T00:00:00.000Z' }, 'time'],
    ['an hour that no day has', { time: '2026-03-01T24:00:00.000Z' }, 'time'],
    ['a year that no calendar has', { time: '0000-01-01T00:00:00.000Z' }, 'time'],
    ['a time that is no text', { time: 1 }, 'time'],
    ['no product', { product: undefined }, 'product'],
    ['an unknown event', { event: 'celebrated' }, 'event'],
    ['an environment that is no text', { environment: 1 }, 'environment'],
    ['a short commit', { release: { ...RELEASE, commit: 'abc' } }, 'release.commit'],
    ['a unit that is no object', { unit: 'api' }, 'unit'],
    ['a plan that is no digest', { plan: 'plan' }, 'plan'],
    ['a dossier that is no digest', { dossier: 'dossier' }, 'dossier'],
    ['an actor without id', { actor: { login: 'author' } }, 'actor.id'],
    ['approvals that are no list', { approvals: {} }, 'approvals'],
    [
      'an approval of another state',
      { approvals: [{ userId: '', login: '', state: 'pending', comment: '', seenAt: '' }] },
      'approvals.0.state'
    ],
    ['a protection without reviewers', { protection: { id: 1, environment: 'x' } }, 'protection.reviewers'],
    ['a protection of a GitHub Environment without an id', { protection: { environment: 'x' } }, 'protection.id'],
    [
      'a protection of unknown strength',
      {
        protection: {
          id: 1,
          environment: 'x',
          reviewers: [],
          preventSelfReview: 'yes',
          adminBypass: false,
          branchPolicy: 'none'
        }
      },
      'protection.preventSelfReview'
    ],
    ['a run that is a list', { run: [] }, 'run'],
    ['a detail that is a text', { detail: 'x' }, 'detail'],
    ['a key without fingerprint', { key: { signer: 'builds' } }, 'key.fingerprint']
  ])('is refused with %s', (_, members, member) => {
    const bytes = Buffer.from(JSON.stringify({ ...RECORD, ...members }))

    expect(decodeRecord(bytes, 1)).toEqual({ ok: false, problem: `its member "${member}" is missing or malformed` })
  })

  it.each(['built', 'tested', 'released', 'adopted'] as const)('of the event %s belongs to no environment', event => {
    const record = recordOf(event)

    expect(decodeRecord(encodeRecord(record).bytes, 1)).toMatchObject({ ok: true })
    expect(decodeRecord(encodeRecord({ ...record, environment: 'staging' }).bytes, 1)).toEqual({
      ok: false,
      problem: `${event} belongs to no environment, but it names staging`
    })
  })

  it.each(EVENTS.filter(event => !['built', 'tested', 'released', 'adopted', 'repaired'].includes(event)))(
    'of the event %s names its environment',
    event => {
      const record = recordOf(event)

      expect(decodeRecord(encodeRecord({ ...record, environment: 'staging' }).bytes, 1)).toMatchObject({ ok: true })
      expect(decodeRecord(encodeRecord(record).bytes, 1)).toEqual({
        ok: false,
        problem: `${event} names no environment`
      })
    }
  )

  it('of the event repaired may belong to an environment, or to none', () => {
    const { environment: _, ...record } = recordOf('repaired')

    expect(decodeRecord(encodeRecord(record).bytes, 1)).toMatchObject({ ok: true })
    expect(decodeRecord(encodeRecord({ ...record, environment: 'staging' }).bytes, 1)).toMatchObject({ ok: true })
  })

  it.each<[string, string, number, string]>([
    ['no JSON', '{', 1, 'the file is not JSON'],
    ['no object', '[]', 1, 'the file does not contain an object'],
    ['null', 'null', 1, 'the file does not contain an object'],
    ['spaces', JSON.stringify(RECORD, null, 1), 1, 'its bytes are not canonical JSON (RFC 8785)'],
    ['another number', JSON.stringify(RECORD), 2, 'the file says sequence 1'],
    [
      'a record before the first',
      JSON.stringify({ ...RECORD, previous: sha256('x') }),
      1,
      'it is the first record, but names a previous one'
    ],
    ['nothing before the second', JSON.stringify({ ...RECORD, sequence: 2 }), 2, 'it names no previous record']
  ])('is refused with %s', (_, text, sequence, problem) => {
    expect(decodeRecord(Buffer.from(text), sequence)).toEqual({ ok: false, problem })
  })

  it.each<[string, Partial<Statement>]>([
    ['run', { run: { ...RECORD.run, id: '2' } }],
    ['attempt', { run: { ...RECORD.run, attempt: 2 } }],
    ['job', { run: { ...RECORD.run, job: 'record' } }],
    ['repository', { run: { ...RECORD.run, repository: '2' } }],
    ['event', { event: 'built' }],
    ['environment', { environment: 'staging' }],
    ['unit', { unit: { name: 'api', kind: 'image', digest: sha256('a'), fingerprint: sha256('b') } }]
  ])('is another statement in another %s', (_, members) => {
    expect(identityOf(draft('released', members))).not.toBe(identityOf(draft('released')))
  })

  it('is the same statement whatever else it says', () => {
    expect(identityOf(draft('released', { release: RELEASE, detail: { a: 1 } }))).toBe(identityOf(draft('released')))
  })

  it('is described in a few words', () => {
    expect(describeRecord({ ...recordOf('deployed'), environment: 'production' })).toBe('1 deployed production')
  })
})

describe('HEAD.json', () => {
  it.each([
    { ...OWNER, sequence: 0 },
    { ...OWNER, sequence: 7, hash: sha256('seven') }
  ])('comes back as it was written: %j', head => {
    expect(decodeHead(encodeHead(head))).toEqual({ ok: true, head })
  })

  it('of another format is said to be so', () => {
    expect(decodeHead(Buffer.from('{"format":3}'))).toEqual({
      ok: false,
      problem: 'it is of format 3; this program reads format 2'
    })
  })

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['no sequence', '{"format":2,"product":"p","repository":"1"}'],
    ['no format', '{"product":"p","repository":"1","sequence":0}'],
    ['no product', '{"format":2,"repository":"1","sequence":0}'],
    ['no repository', '{"format":2,"product":"p","sequence":0}'],
    ['half a sequence', '{"format":2,"product":"p","repository":"1","sequence":0.5}'],
    ['a negative sequence', '{"format":2,"product":"p","repository":"1","sequence":-1}'],
    ['a record without hash', '{"format":2,"product":"p","repository":"1","sequence":1}'],
    ['a hash without record', `{"format":2,"hash":"${sha256('x')}","product":"p","repository":"1","sequence":0}`],
    ['another order', `{"hash":"${sha256('x')}","format":2,"product":"p","repository":"1","sequence":1}`],
    ['another member', '{"extra":1,"format":2,"product":"p","repository":"1","sequence":0}'],
    ['a line end', '{"format":2,"product":"p","repository":"1","sequence":0}\n']
  ])('is refused with %s', (_, text) => {
    expect(decodeHead(Buffer.from(text))).toEqual({ ok: false, problem: 'it is malformed' })
  })

  it('is not parsed when it is longer than any, since a parser would take its time over it', () => {
    const parse = jest.spyOn(JSON, 'parse')
    try {
      expect(decodeHead(Buffer.from('['.repeat(1025))).ok).toBe(false)
      expect(parse).not.toHaveBeenCalled()
    } finally {
      parse.mockRestore()
    }
  })

  it('has room for the last sequence there is', () => {
    const last = { ...OWNER, sequence: 10 ** 15 - 1, hash: sha256('last') }

    expect(decodeHead(encodeHead(last))).toEqual({ ok: true, head: last })
  })
})

describe('the paths of the ledger', () => {
  const digest = sha256('x')

  it.each([
    ['HEAD.json', { kind: 'head' }],
    [recordPath(1), { kind: 'record', sequence: 1 }],
    [recordPath(999), { kind: 'record', sequence: 999 }],
    [recordPath(12_345), { kind: 'record', sequence: 12_345 }],
    [signaturePath(1000), { kind: 'signature', sequence: 1000 }],
    [keyPath(digest), { kind: 'key', digest }],
    [evidencePath(digest), { kind: 'evidence', digest }],
    [indexPath('product', 'root'), { kind: 'index', section: 'product', file: 'root' }],
    [indexPath('environments/prod-eu', 'a0f'), { kind: 'index', section: 'environments/prod-eu', file: 'a0f' }],
    [sectionStatePath('environments/staging'), { kind: 'section-state', section: 'environments/staging' }],
    [newestPath('ledger'), { kind: 'newest', of: 'ledger' }],
    [`${newestPath('ledger')}.sig`, { kind: 'newest-signature', of: 'ledger' }],
    [newestPath('product'), { kind: 'newest', of: 'product' }],
    [`${newestPath('environments/staging')}.sig`, { kind: 'newest-signature', of: 'environments/staging' }],
    [STATE_PATH, { kind: 'state' }]
  ])('are read back: %s', (path, parsed) => {
    expect(parseLedgerPath(path)).toEqual(parsed)
  })

  it('put a thousand records into a folder', () => {
    expect([recordPath(99), recordPath(100)]).toEqual(['records/0/99.json', 'records/1/100.json'])
  })

  it.each([
    'records/0/0.json',
    'records/0/01.json',
    'records/00/1.json',
    'records/1/1.json',
    'records/0/1.json.bak',
    'records/0/100.json.sig',
    'records/0/9999999999999999.json',
    `keys/${'A'.repeat(64)}.pem`,
    `evidence/aa/${'a'.repeat(63)}`,
    `evidence/ab/${'a'.repeat(64)}`,
    `evidence/${'a'.repeat(64)}`,
    'sections/product/index/a/b/c/d.json',
    'sections/product/index/abc.json',
    'sections/product/index/a/b/.json',
    'sections/product/index/r/o/o/t.json',
    'sections/product/index/A/B.json',
    'sections/product/records.json',
    'sections/environments/state.json',
    'sections/environments/a/b/state.json',
    'sections/other/state.json',
    'README.md',
    ''
  ])('have no place for %j', path => {
    expect(parseLedgerPath(path)).toBeUndefined()
  })
})
