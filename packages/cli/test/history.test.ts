import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type EvidenceDocument,
  encodeRelease,
  evidenceOfText,
  evidencePath,
  GITHUB_ISSUER,
  type LedgerEvent,
  ManualClock,
  type NamedRelease,
  type Protection,
  parseDraft,
  type ReleasedUnit,
  releaseId,
  type Statement,
  sha256
} from '@sluice/core'
import { appendRecords } from '@sluice/ledger'
import { startGitHub } from '@sluice-lab/github'
import { sluice } from './captured.ts'
import { checked, draft, storeOn } from './delivered.ts'
import { FILES, git, repositoryWith, storefront, temporaryFolder } from './storefront.ts'

const HOUR = 3_600_000
const PROMOTION = { kind: 'release', reason: 'The spring sale' } as const
const SLUICE = { repository: 'sluice-dev/sluice', commit: 'a'.repeat(40) }

interface Made extends NamedRelease {
  readonly api: ReleasedUnit
  readonly document: EvidenceDocument
}

function made(letter: string): Made {
  const api: ReleasedUnit = {
    kind: 'image',
    digest: sha256(`image ${letter}`),
    fingerprint: sha256(`sources ${letter}`)
  }
  const commit = letter.repeat(40)
  const { text, digest } = encodeRelease({
    version: 1,
    repository: '123456',
    product: 'storefront',
    commit,
    units: { api }
  })
  return { digest, commit, api, document: evidenceOfText('release', text) }
}

const [APRIL, MAY] = [made('a'), made('b')]

describe('sluice history', () => {
  let root: string
  let clone: string

  beforeAll(async () => {
    root = await temporaryFolder()
    clone = await productOf(root)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it('tells which image ran in production on 3 May, and who approved it', async () => {
    const { code, out, err } = await sluice(['history', 'production', '--at', '2026-05-03'], { cwd: clone })

    expect(err).toBe('')
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^advisory: /),
      'production at 2026-05-03: 1 release',
      '',
      `${releaseId(APRIL.digest)}  commit ${APRIL.commit}`,
      `  release      ${APRIL.digest}`,
      `  image api    ${APRIL.api.digest}`,
      '  started      2026-04-28T11:00:00.000Z [record 7]',
      '  deployed     2026-04-28T12:00:00.000Z by run 1001 (attempt 1), started by author [record 8]',
      '  as           a release: "The spring sale"',
      '  until        between 2026-05-04T14:00:00.000Z [record 16] and 2026-05-04T15:00:00.000Z',
      '  approved by  approver (8): "seen, and good" [record 7]',
      '  accepted     2026-04-28T13:00:00.000Z after 2 checks: GET /, npm run smoke [record 9]',
      `  Sluice       ${SLUICE.repository}@${SLUICE.commit}`,
      ''
    ])
    expect(code).toBe(0)
  })

  it('tells of every release where no day is given, and of both on the day of a change', async () => {
    const all = await sluice(['history', 'production', '--directory', clone])
    const day = await sluice(['history', 'production', '--at=2026-05-04', '--directory', clone])

    for (const { out } of [all, day]) {
      expect(out).toContain(APRIL.api.digest)
      expect(out).toContain(MAY.api.digest)
    }
    expect(day.out).toContain('  until        now, by this ledger\n')
    expect(day.out).toContain('  accepted     not yet\n')
  })

  it('tells what was there at a moment, and before anything was', async () => {
    const at = async (moment: string): Promise<string> =>
      (await sluice(['history', 'production', '--at', moment, '--directory', clone])).out

    expect(await at('2026-05-04T13:59:59Z')).not.toContain(MAY.api.digest)
    // While one is deployed over the other, either may be there, or a part of each.
    for (const { api } of [APRIL, MAY]) expect(await at('2026-05-04T14:30:00Z')).toContain(api.digest)
    expect(await at('2026-05-04T17:00:00+02:00')).not.toContain(APRIL.api.digest)
    expect(await at('2026-04-01')).toContain('production at 2026-04-01: nothing was deployed by then\n')
  })

  it('prints the same as JSON, with what every check came to', async () => {
    const { code, out } = await sluice(['history', 'production', '--at=2026-05-03', '--json', '--directory', clone])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      environment: 'production',
      ledger: { verified: true },
      releases: [
        {
          release: { id: releaseId(APRIL.digest), digest: APRIL.digest, commit: APRIL.commit },
          units: { api: APRIL.api },
          deployed: { record: 8, run: { id: '1001', sluice: SLUICE }, actor: { login: 'author' } },
          started: { time: '2026-04-28T11:00:00.000Z', record: 7 },
          promotion: PROMOTION,
          until: '2026-05-04T15:00:00.000Z',
          replacing: { time: '2026-05-04T14:00:00.000Z', record: 16, run: { id: '1002' } },
          reviewers: [{ type: 'User', id: '8', name: 'approver' }],
          approvals: [{ login: 'approver', comment: 'seen, and good' }],
          acceptance: {
            state: 'accepted',
            time: '2026-04-28T13:00:00.000Z',
            record: 9,
            checks: [
              { what: 'GET /', passed: true, seconds: 0.1 },
              { what: 'npm run smoke', passed: true, seconds: 2 }
            ]
          }
        }
      ]
    })
  })

  it.each([
    [['history'], 2, /^sluice history needs an environment: sluice history production\./],
    [['history', 'production', '--at', 'May'], 2, /^--at May is neither a day nor a moment\. Write 2026-05-03/],
    [['history', 'production', '--at', '2026-05-33'], 2, /^--at 2026-05-33 is neither a day nor a moment/],
    [['history', 'production', '--at', '2026-04-31'], 2, /^--at 2026-04-31 is neither a day nor a moment/],
    [['history', 'production', '--at', '2026-02-29T12:00:00+02:00'], 2, /^--at 2026-02-29T12\S+ is neither a day/],
    [
      ['history', 'prod'],
      1,
      /^Neither delivery\.yml nor the ledger knows the environment prod\. There are: .*production/
    ]
  ])('refuses %j', async (argv, code, message) => {
    const ended = await sluice(argv, { cwd: clone })

    expect([ended.code, ended.out]).toEqual([code, ''])
    expect(ended.err).toMatch(message)
  })

  it('keeps that a release was accepted before someone withdrew it, and tells who did, when and why', async () => {
    const withdrawn = await productOf(await mkdtemp(join(root, 'withdrawn-')), true)
    const tell = async (...args: readonly string[]): Promise<string> =>
      (await sluice([...args, '--directory', withdrawn])).out

    const text = await tell('history', 'production', '--at', '2026-05-03')
    expect(text).toContain(
      '  accepted     2026-04-28T13:00:00.000Z after 2 checks: GET /, npm run smoke [record 9]\n  withdrawn    2026-04-28T14:00:00.000Z by author: "orders fail" [record 10]\n'
    )
    const { releases } = JSON.parse(await tell('history', 'production', '--at', '2026-05-03', '--json')) as {
      readonly releases: readonly unknown[]
    }
    expect(releases).toMatchObject([
      {
        acceptance: { state: 'refused', event: 'withdrawn', refusedBy: 10, by: 'author', reason: 'orders fail' },
        verdicts: [
          { event: 'accepted', time: '2026-04-28T13:00:00.000Z', record: 9, checks: [{ what: 'GET /' }, {}] },
          { event: 'withdrawn', time: '2026-04-28T14:00:00.000Z', record: 10, by: 'author', reason: 'orders fail' }
        ]
      }
    ])
  })

  it('tells nothing of a ledger that does not verify', async () => {
    const damaged = join(root, 'damaged')
    await git(root, 'clone', '-q', clone, damaged)
    await git(damaged, 'fetch', '-q', 'origin', 'sluice-ledger:sluice-ledger')
    await git(damaged, 'checkout', '-q', 'sluice-ledger')
    await git(damaged, 'rm', '-q', evidencePath(APRIL.digest))
    await git(damaged, 'commit', '-q', '-m', 'Hide what ran')
    await git(damaged, 'checkout', '-q', 'main')

    const { code, out, err } = await sluice(['history', 'production'], { cwd: damaged })

    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('The ledger does not verify, so what it says about environments is not shown.')
  })
})

/** A clone of a product whose first release was approved for production in April, and whose second one replaced it on 4 May. */
async function productOf(root: string, isWithdrawn = false): Promise<string> {
  const work = join(root, 'work')
  const bare = join(root, 'storefront.git')
  const text = storefront()
    .replace(/ {2}key: .*\n {2}anchors: .*\n {2}trust:\n( {4}.*\n)+/, '')
    .replace('level: production', 'level: preproduction')
    .replace(/ {2}- \{ name: staging,.*\n/g, '')
  await repositoryWith(work, { ...FILES, 'delivery.yml': text })
  const policy = { path: 'delivery.yml', commit: await git(work, 'rev-parse', 'HEAD'), digest: sha256(text) }
  await git(root, 'clone', '-q', '--bare', work, bare)
  const clock = new ManualClock(Date.parse('2026-04-28T05:00:00Z'))
  const host = await startGitHub({ clock })
  const store = storeOn(host, bare)

  const add = async (
    run: string,
    event: LedgerEvent,
    members: Partial<Statement>,
    documents: readonly EvidenceDocument[] = []
  ): Promise<void> => {
    const common = draft('built', run)
    const evidence = documents.length === 0 ? {} : { evidence: documents.map(it => it.evidence) }
    const own = parseDraft({
      ...common,
      policy,
      event,
      run: { ...common.run, sluice: SLUICE },
      ...evidence,
      ...members
    })
    const plan = members.plan === undefined ? [] : [{ content: Buffer.from('plan') }]
    await appendRecords({
      store,
      owner: { repository: '123456', product: 'storefront' },
      rules: { trust: [], advisory: true },
      clock,
      drafts: [own],
      attachments: [...plan, ...documents],
      log: { info: () => undefined },
      voucher: host.voucher(own, GITHUB_ISSUER)
    })
    clock.advance(HOUR)
  }
  const production = async (run: string, release: Made): Promise<void> => {
    const { digest, commit } = release
    const place = { environment: 'production', release: { digest, commit }, plan: sha256('plan') }
    await add(run, 'built', { unit: { name: 'api', ...release.api } })
    await add(run, 'released', { release: place.release }, [release.document])
    const before = { environment: 'integration', release: place.release }
    const unasked = { ...GATE, environment: 'integration', reviewers: [], preventSelfReview: false }
    await add(run, 'started', { ...before, protection: unasked })
    await add(run, 'deployed', before)
    const { members, report } = checked('integration', place.release)
    await add(run, 'accepted', { ...before, ...members }, [report])
    await add(run, 'planned', { ...place, protection: GATE, detail: { authors: { accounts: [], unknown: [] } } })
    await add(run, 'started', { ...place, protection: GATE, approvals: [APPROVED], detail: { promotion: PROMOTION } })
    await add(run, 'deployed', place)
  }
  await production('1001', APRIL)
  const checks = [
    { what: 'GET /', passed: true, seconds: 0.1 },
    { what: 'npm run smoke', passed: true, seconds: 2 }
  ]
  const { members, report } = checked('production', APRIL, ...checks)
  const april = { environment: 'production', release: { digest: APRIL.digest, commit: APRIL.commit } }
  await add('1001', 'accepted', { ...april, ...members }, [report])
  if (isWithdrawn) await add('1003', 'withdrawn', { ...april, detail: { reason: 'orders fail' } })
  clock.advance(Date.parse('2026-05-04T08:00:00Z') - clock.now())
  await production('1002', MAY)
  await host.stop()
  const clone = join(root, 'clone')
  await git(root, 'clone', '-q', bare, clone)
  await git(clone, 'fetch', '-q', 'origin', 'sluice-ledger:sluice-ledger')
  return clone
}

const GATE: Protection = {
  id: 501,
  environment: 'production',
  reviewers: [{ type: 'User', id: '8', name: 'approver' }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

const APPROVED = {
  userId: '8',
  login: 'approver',
  state: 'approved',
  comment: 'seen, and good',
  seenAt: '2026-04-28T11:00:00Z',
  reviewer: 'named'
} as const
