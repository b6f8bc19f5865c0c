import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { canonicalJson, runCommand, sha256, systemClock, UserError } from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { readHistory, readLedgerFiles, verifyHistory, verifyLedger } from '../src/index.ts'
import { append, draft, OWNER, ofRun } from './drafts.ts'
import { BRANCH, commitByHand, type HostedLedger, hostLedger } from './hosted-ledger.ts'

const ADDS_NONE = 'HEAD.json: the commit adds no record'

describe('verifyHistory', () => {
  let ledger: HostedLedger

  beforeEach(async () => {
    ledger = await hostLedger()
    for (const run of ['1', '2']) {
      const drafts = [ofRun(run, draft('built')), ofRun(run, draft('tested'))]
      await append({ store: ledger.store, clock: systemClock, drafts, log: { info: () => undefined } })
    }
  })
  afterEach(async () => ledger.stop())

  const problems = async (): Promise<readonly string[]> =>
    (await verifyHistory(ledger.directory, BRANCH)).map(
      ({ path, problem }) => `${path}: ${problem.replace(/^commit [0-9a-f]{12}: /, '')}`
    )

  const head = (sequence: number): string =>
    Buffer.from(encodeHead({ ...OWNER, sequence, hash: sha256('x') })).toString('utf8')

  it('finds nothing wrong with what was appended', async () => {
    expect(await problems()).toEqual([])
  })

  it('knows when each record was committed', async () => {
    const { committed: times } = await readHistory({ directory: ledger.directory, branch: BRANCH })

    expect([...times.keys()]).toEqual([1, 2, 3, 4])
    for (const time of times.values()) expect(Math.abs(Date.now() - time)).toBeLessThan(120_000)
    await expect(readHistory({ directory: ledger.directory, branch: 'other' })).rejects.toThrow(
      'There is no branch other'
    )
  })

  it.each<[string, Readonly<Record<string, string | undefined>>, readonly unknown[]]>([
    ['changed', { 'records/0/2.json': '{}' }, ['records/0/2.json: it was changed', ADDS_NONE]],
    ['removed', { 'records/0/2.json': undefined }, ['records/0/2.json: it was removed', ADDS_NONE]],
    [
      'added without being counted',
      { 'records/0/5.json': '{}' },
      ['HEAD.json: it moved from 4 to 4, but the commit adds records [5]']
    ],
    [
      'added with a gap',
      { 'records/0/6.json': '{}', 'HEAD.json': head(6) },
      ['HEAD.json: it moved from 4 to 6, but the commit adds records [6]']
    ],
    [
      'counted without being added',
      { 'HEAD.json': head(5) },
      ['HEAD.json: it moved from 4 to 5, but the commit adds records []']
    ],
    [
      'counted backwards',
      { 'HEAD.json': head(3) },
      ['HEAD.json: it moved from 4 to 3, but the commit adds records []']
    ],
    [
      'left without a head',
      { 'HEAD.json': undefined },
      ['HEAD.json: it was removed', 'HEAD.json: it is missing or malformed']
    ],
    ['left with a broken head', { 'HEAD.json': '{' }, ['HEAD.json: it is missing or malformed']]
  ])('notices records that were %s', async (_, changes, expected) => {
    await commitByHand(ledger, changes)

    expect(await problems()).toEqual(expected)
  })

  it.each([1e8, 999_999_999_999_999])('does not count to %d, because a head says so', async sequence => {
    await commitByHand(ledger, { 'HEAD.json': head(sequence) })
    const made = jest.spyOn(Array, 'from')

    const found = await problems()

    const longest = Math.max(0, ...made.mock.results.map(({ value }) => (value as readonly unknown[]).length))
    made.mockRestore()
    expect(found).toEqual([`HEAD.json: it moved from 4 to ${sequence}, but the commit adds records []`])
    expect(longest).toBeLessThan(1000)
  })

  it('takes a number that no record can have for no head', async () => {
    await commitByHand(ledger, { 'HEAD.json': head(1e15) })

    expect(await problems()).toEqual(['HEAD.json: it is missing or malformed'])
  })

  it('names the commit', async () => {
    await commitByHand(ledger, { 'records/0/2.json': '{}' })

    const [found] = await verifyHistory(ledger.directory, BRANCH)

    expect(found?.problem).toContain((await ledger.git(['rev-parse', `refs/heads/${BRANCH}`])).slice(0, 12))
  })

  it('notices a commit on top that restores an older ledger', async () => {
    const older = await ledger.git(['rev-parse', `refs/heads/${BRANCH}~1^{tree}`])
    const tip = await ledger.git(['rev-parse', `refs/heads/${BRANCH}`])
    const commit = await ledger.git(['commit-tree', older, '-p', tip, '-m', 'Roll back'])
    await ledger.git(['update-ref', `refs/heads/${BRANCH}`, commit])

    // The state as such is sound: it was the ledger's own.
    const files = await readLedgerFiles({ directory: ledger.directory, branch: BRANCH })
    expect(await verifyLedger({ files, trust: [], advisory: true })).toMatchObject({ records: 2, problems: [] })
    const found = await problems()
    expect(found).toContain('records/0/3.json: it was removed')
    expect(found).toContain('records/0/4.json: it was removed')
    expect(found).toContain('HEAD.json: it moved from 4 to 2, but the commit adds records []')
  })

  describe('in a shallow clone', () => {
    const cloneOf = async (branch: string): Promise<string> => {
      const clone = join(ledger.directory, '..', `shallow-${branch}`)
      await ledger.git([
        'clone',
        '-q',
        '--bare',
        '--depth=1',
        `--branch=${branch}`,
        `file://${ledger.directory}`,
        clone
      ])
      return clone
    }

    it('says that history is cut off, instead of taking the oldest commit it has for the first', async () => {
      const clone = await cloneOf(BRANCH)

      const tip = (await ledger.git(['rev-parse', `refs/heads/${BRANCH}`])).slice(0, 12)
      expect(await verifyHistory(clone, BRANCH)).toEqual([
        {
          path: 'HEAD.json',
          kind: 'shallow',
          problem: `commit ${tip}: the clone is shallow, so earlier history is missing. Fetch it: git fetch --unshallow`
        }
      ])
    })

    it('finds nothing wrong when only other branches are cut off', async () => {
      const main = 'refs/heads/main'
      await ledger.git([
        'update-ref',
        main,
        await ledger.git(['commit-tree', `${main}^{tree}`, '-p', main, '-m', 'Go on'])
      ])
      const clone = await cloneOf('main')
      await runCommand('git', ['-C', clone, 'fetch', '-q', 'origin', `${BRANCH}:${BRANCH}`])

      const { stdout } = await runCommand('git', ['-C', clone, 'rev-parse', '--is-shallow-repository'])
      expect(stdout.toString('utf8')).toBe('true\n')
      expect(await verifyHistory(clone, BRANCH)).toEqual([])
    })
  })

  it('is not called broken in a clone that left its files out: it cannot be checked there, and how it can', async () => {
    const directory = await ledger.clonePartially()

    await expect(verifyHistory(directory, BRANCH)).rejects.toThrow(
      new UserError(
        `The history of ${BRANCH} is not in ${directory}. This is a partial clone, which left out what is needed here. Fetch it whole: actions/checkout without filter, or git fetch --refetch --no-filter.`
      )
    )
  })

  it('notices a head that lied about the newest record in one commit, and was mended in the next', async () => {
    const lie = Buffer.from(encodeHead({ ...OWNER, sequence: 5, hash: sha256('another record 5') })).toString('utf8')
    await commitByHand(ledger, { 'records/0/5.json': '{"the":"record"}', 'HEAD.json': lie })
    const mended = encodeHead({ ...OWNER, sequence: 6, hash: sha256('{"the":"next"}') })
    await commitByHand(ledger, {
      'records/0/6.json': '{"the":"next"}',
      'HEAD.json': Buffer.from(mended).toString('utf8')
    })

    expect(await problems()).toEqual([
      `HEAD.json: it says hash ${sha256('another record 5')}, but record 5 has ${sha256('{"the":"record"}')}`
    ])
  })

  it('notices files about the newest record that were rewritten by a commit without a record', async () => {
    await commitByHand(ledger, { 'newest.json': '{}' })
    const newest = await ledger.git(['cat-file', '-p', `refs/heads/${BRANCH}:records/0/4.json`])
    await commitByHand(ledger, { 'newest.json': newest })

    expect(await problems()).toEqual([ADDS_NONE, ADDS_NONE])
  })

  it('takes a ledger that its first commit opened without a record', async () => {
    const first = await ledger.git(['rev-list', '--max-parents=0', `refs/heads/${BRANCH}`])

    expect(await ledger.git(['cat-file', '-p', `${first}:HEAD.json`])).toContain('"sequence":0')
    expect(await problems()).toEqual([])
  })

  it('notices what was changed and changed back', async () => {
    const original = await ledger.git(['cat-file', '-p', `refs/heads/${BRANCH}:records/0/2.json`])
    await commitByHand(ledger, { 'records/0/2.json': '{}' })
    await commitByHand(ledger, { 'records/0/2.json': original })

    expect(await problems()).toEqual([
      'records/0/2.json: it was changed',
      ADDS_NONE,
      'records/0/2.json: it was changed',
      ADDS_NONE
    ])
  })

  it.each([
    ['100755', 1],
    ['120000', 1],
    ['160000', 0]
  ])('counts a record for what it holds where it came with the mode %s, which stays a fault', async (mode, more) => {
    const { sequence, ...head } = JSON.parse(
      await ledger.git(['cat-file', '-p', `refs/heads/${BRANCH}:HEAD.json`])
    ) as { readonly sequence: number }
    const { reach } = await readHistory({ directory: ledger.directory, branch: BRANCH })
    const next = `records/0/${sequence + 1}.json`
    const text = mode === '160000' ? 'a'.repeat(40) : 'x'

    await commitByHand(ledger, { [next]: text }, { mode })
    await commitByHand(ledger, {
      'HEAD.json': canonicalJson({ ...head, sequence: sequence + 1, hash: sha256(text) })
    })

    expect(reach).toBe(sequence)
    expect((await readHistory({ directory: ledger.directory, branch: BRANCH })).reach).toBe(sequence + more)
    expect(await problems()).toContain(`${next}: it has the mode ${mode}`)
  })

  it('notices a link in place of a file', async () => {
    await commitByHand(ledger, { [`evidence/00/${'0'.repeat(64)}`]: '/etc/passwd' }, { mode: '120000' })

    expect(await problems()).toEqual([expect.stringMatching(/^evidence\/00\/0+: it has the mode 120000$/), ADDS_NONE])
  })

  it('notices a merge', async () => {
    await commitByHand(ledger, {}, { parents: [`refs/heads/${BRANCH}`, 'refs/heads/main'] })

    expect(await problems()).toContain('HEAD.json: history is not linear')
  })

  it('says what to do when there is no such branch', async () => {
    await expect(verifyHistory(ledger.directory, 'other')).rejects.toThrow(
      /If there is a ledger, fetch it: git fetch origin other:other\. /
    )
  })
})
