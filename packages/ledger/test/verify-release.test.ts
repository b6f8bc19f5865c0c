import { describe, expect, it } from '@jest/globals'
import {
  encodeRelease,
  evidenceOfText,
  evidencePath,
  ManualClock,
  type RecordDraft,
  type ReleasedUnit,
  sha256
} from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { append, draft, OWNER, ofRun, RELEASE, releaseOf, UNASKED } from './drafts.ts'
import { verdictOn } from './lawless.ts'
import { MemoryStore } from './memory-store.ts'

const COMMIT = '3'.repeat(40)
const API: ReleasedUnit = { kind: 'image', digest: sha256('image'), fingerprint: sha256('sources') }
const SITE: ReleasedUnit = { kind: 'bundle', digest: sha256('archive'), fingerprint: sha256('pages') }
const built = (name: string, unit: ReleasedUnit): RecordDraft =>
  ofRun(name, draft('built', { unit: { name, ...unit } }))

describe('verifyLedger, of a release,', () => {
  const both = releaseOf(COMMIT, { api: API, site: SITE })
  const released = draft('released', { release: both })

  it('accepts one whose units were all built before, also when it is announced again', async () => {
    const drafts = [built('api', API), built('site', SITE), released, ofRun('2', released)]

    expect(await verdictOn(drafts)).toEqual({ problems: [], notes: [] })
  })

  it.each<[string, readonly RecordDraft[], string, string]>([
    ['that nobody built', [built('api', API)], 'site', SITE.digest],
    ['that was built only later', [built('api', API), released, built('site', SITE)], 'site', SITE.digest],
    ['that was built under another name', [built('api', API), built('page', SITE)], 'site', SITE.digest],
    [
      'of another digest than was built',
      [built('api', { ...API, digest: sha256('planted') }), built('site', SITE)],
      'api',
      API.digest
    ],
    [
      'of other sources than were built',
      [built('api', { ...API, fingerprint: sha256('older sources') }), built('site', SITE)],
      'api',
      API.digest
    ],
    ['of another kind', [built('api', { ...API, kind: 'bundle' }), built('site', SITE)], 'api', API.digest]
  ])('rejects one with a unit %s', async (_, drafts, unit, digest) => {
    const { fingerprint } = unit === 'api' ? API : SITE
    const at = drafts.includes(released) ? 2 : drafts.length + 1

    expect((await verdictOn(drafts.includes(released) ? drafts : [...drafts, released])).problems).toEqual([
      `${at}: released with unit ${unit} of digest ${digest}, which no record before it built of ${fingerprint}`
    ])
  })

  it('accepts a unit that was adopted, and only by the record that its document names', async () => {
    const detail = { reason: 'the ledger was lost', checked: 'rebuilt: the same digest' }
    const adopted = draft('adopted', { unit: { name: 'api', ...API }, detail, protection: UNASKED })
    const of = (sequence: number): RecordDraft =>
      draft('released', { release: releaseOf(COMMIT, { api: { ...API, adopted: sequence } }) })

    expect((await verdictOn([adopted, of(1)])).problems).toEqual([])
    expect((await verdictOn([built('api', API), adopted, of(1)])).problems).toEqual([
      `3: released with unit api of digest ${API.digest}, which record 1 did not adopt for ${API.fingerprint}`
    ])
  })

  it('rejects one without its document', async () => {
    const bare = draft('released', { release: { digest: sha256('anything'), commit: COMMIT } })

    expect((await verdictOn([bare])).problems).toEqual([
      `1: released without the document of release ${sha256('anything')}: its units are not known`
    ])
  })

  it('rejects one that names nothing', async () => {
    expect((await verdictOn([draft('released')])).problems).toEqual(['1: released names no release'])
  })

  it.each([
    ['of another repository', { repository: '666' }, 'released what repository 666 made, as its document says'],
    [
      'of another product',
      { product: 'warehouse' },
      /^its release document does not hold: .* is a release of product "warehouse", not of "storefront"/
    ],
    [
      'of another commit',
      { commit: '4'.repeat(40) },
      new RegExp(`^it says commit ${COMMIT} of release .*, whose document says ${'4'.repeat(40)}$`)
    ]
  ])('rejects one whose document is %s', async (_, changes, problem) => {
    const { text, digest } = encodeRelease({ version: 1, ...OWNER, commit: COMMIT, units: {}, ...changes })

    expect(await problemsOf(text, draft('released', { release: { digest, commit: COMMIT } }))).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem)
    ])
  })

  it('rejects one whose document is anything else', async () => {
    const release = { digest: sha256('anything'), commit: COMMIT }

    expect(await problemsOf('anything', draft('released', { release }))).toEqual([
      expect.stringMatching(/^its release document does not hold: .* is not a release document/)
    ])
  })

  it('rejects one whose document is missing, or is not what its name says', async () => {
    const store = new MemoryStore()
    await append({ store, clock: new ManualClock(), drafts: [draft('released', { release: RELEASE })], log })
    const verify = async (): Promise<readonly string[]> =>
      (await verifyLedger({ files: store.files, trust: [], advisory: true })).problems.map(({ problem }) => problem)

    store.tamper(evidencePath(RELEASE.digest), Buffer.from('{}'))
    const changed = await verify()
    store.tamper(evidencePath(RELEASE.digest), undefined)
    const missing = await verify()

    expect(changed).toContainEqual(expect.stringMatching(/^its release document does not hold: .* hashes to /))
    expect(missing).toContain(`the document of release ${RELEASE.digest} is missing`)
  })
})

const log = { info: (): void => undefined }

/** What is wrong with a ledger of one announcement, whose document is some text. */
async function problemsOf(text: string, announcement: RecordDraft): Promise<readonly string[]> {
  const { evidence, content } = evidenceOfText('release', text)
  const store = new MemoryStore()
  const drafts = [{ ...announcement, evidence: [evidence] }]
  await append({ store, clock: new ManualClock(), drafts, attachments: [{ content }], log })
  const { problems } = await verifyLedger({ files: store.files, trust: [], advisory: true })
  return problems.map(({ problem }) => problem)
}
