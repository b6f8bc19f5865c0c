import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  canonicalJson,
  type Digest,
  evidencePath,
  ManualClock,
  type NamedRelease,
  type PolicyFile,
  runCommand,
  sha256,
  stageJobName
} from '@sluice/core'
import { readLedgerFiles, recordPath, verifyHistory, verifyLedger } from '@sluice/ledger'
import { previewOfRepair, type RepairedSection, type RepairPreview, repairSection } from '../src/index.ts'
import { requireNewestPolicy } from '../src/newest-policy.ts'
import { APPROVER, DELIVERY, type Hosted, hostProduct, type OpenOptions, REPOSITORY } from './hosted.ts'

const BRANCH = 'sluice-ledger'
const RELEASE: NamedRelease = { digest: sha256('release'), commit: '1'.repeat(40) }
const REASON = 'somebody pushed to it'

let hosted: Hosted
let folder: string

beforeEach(async () => {
  hosted = await hostProduct()
  hosted.host.setEnvironment(REPOSITORY, 'staging', {
    reviewers: [{ type: 'User', ...APPROVER }],
    preventSelfReview: true,
    adminBypass: false,
    branchPolicy: ['main']
  })
  folder = await mkdtemp(join(tmpdir(), 'sluice-forger-'))
  await hosted.record({ event: 'released', release: RELEASE })
  await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
})
afterEach(async () => {
  await hosted.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Pushes to the ledger, as whoever may push can: files with their texts, or `undefined` for those that go. */
async function push(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  const clone = await mkdtemp(join(folder, 'clone-'))
  const git = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await runCommand('git', ['-c', 'user.name=m', '-c', 'user.email=m@shop.example', ...args])
    if (code !== 0) throw new Error(stderr)
  }
  await git('clone', '-q', '-b', BRANCH, hosted.bare, clone)
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) await rm(join(clone, path))
    else {
      await mkdir(dirname(join(clone, path)), { recursive: true })
      await writeFile(join(clone, path), text)
    }
  }
  await git('-C', clone, 'add', '-A')
  await git('-C', clone, 'commit', '-q', '-m', 'By hand')
  await git('-C', clone, 'push', '-q')
}

/** Pushes a record for which GitHub does not vouch, with all that can be computed, but for the state; and files beside it. */
async function forge(sequence = 3, more: object = {}, beside: Readonly<Record<string, string>> = {}): Promise<void> {
  const files = await readLedgerFiles({ directory: hosted.bare, branch: BRANCH })
  const bytes = files.get(recordPath(sequence - 1)) ?? Buffer.from('')
  const said = JSON.parse(Buffer.from(bytes).toString()) as { run: object }
  const run = { ...said.run, id: '666' }
  const text = canonicalJson({ ...said, ...more, run, event: 'cancelled', sequence, previous: sha256(bytes) })
  const head = { format: 2, repository: '123456', product: 'shop', sequence, hash: sha256(text) }
  await push({
    ...beside,
    ...{ [recordPath(sequence)]: text, 'newest.json': text, 'newest.jwt': '', 'HEAD.json': canonicalJson(head) }
  })
}

/**
 * Makes the commits after a bad one anew, with the commands that docs/ledger.md shows, block by block, as they are pasted into a shell.
 * @param parent which of its parents is the ledger. @param env what else the shell has. @throws what the first block that fails says.
 */
async function makeAnew(
  bad: string,
  file: string,
  { parent = 'bad^', env = IDENTITY }: { readonly parent?: string; readonly env?: NodeJS.ProcessEnv } = {}
): Promise<string> {
  const page = await readFile(new URL('../../../docs/ledger.md', import.meta.url), 'utf8')
  const [section = ''] = /^### Commits made anew$.*?^## /ms.exec(page) ?? []
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, shown = '']) =>
    shown
      .replace(/^branch=\S+(?: bad=.*)?$/m, `branch=${BRANCH} bad=${bad} file=${file}`)
      .replace('"$bad^"', `"$${parent}"`)
  )
  expect(blocks).toHaveLength(2)
  const clone = await mkdtemp(join(folder, 'clone-'))
  await hosted.git('clone', '-q', hosted.bare, clone)
  let printed = ''
  for (const block of blocks) {
    const { code, stdout, stderr } = await runCommand('bash', ['-c', block], {
      cwd: clone,
      env: { ...process.env, ...env }
    })
    if (code !== 0) throw new Error(stderr)
    printed += stdout
  }
  return printed
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'm',
  GIT_AUTHOR_EMAIL: 'm@shop.example',
  GIT_COMMITTER_NAME: 'm',
  GIT_COMMITTER_EMAIL: 'm@shop.example'
}

/** The commit that verification names first. */
async function badCommit(path?: string): Promise<string> {
  const { problems } = await verify()
  const wrong = problems.find(it => it.problem.startsWith('commit') && (path === undefined || it.path === path))
  return /^commit (\w{12}): /.exec(wrong?.problem ?? '')?.[1] ?? ''
}

async function ledgerFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  return readLedgerFiles({ directory: hosted.bare, branch: BRANCH })
}

interface RepairOptions extends OpenOptions {
  /** Whose word there is; nobody's where it is empty. */
  readonly agreed?: readonly (typeof APPROVER)[]
  /** Where the default branch stood when the run began: to there a checkout puts it back in the clone. */
  readonly began?: string
  /** What the reviewer was shown. */
  readonly shown?: Digest
}

/** Repairs a part of the ledger, in a job that checked everything out, with the word of a reviewer. */
async function repair(environment: string | undefined, options: RepairOptions = {}): Promise<RepairedSection> {
  await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
  const { agreed = [APPROVER], began, shown, ...opened } = options
  if (began !== undefined) {
    await hosted.git('reset', '-q', '--hard', began)
    await hosted.git('update-ref', 'refs/remotes/origin/main', began)
  }
  // Nobody waits a minute for an answer that never comes.
  const clock = new ManualClock(Date.now())
  const pipeline = await hosted.open({ clock, ...opened, run: { event: 'workflow_dispatch', ...opened.run } })
  for (const user of agreed) {
    const id = Number(pipeline.run.runId)
    await hosted.host.openGate(REPOSITORY, id, 'staging')
    hosted.host.decide(REPOSITORY, id, 'staging', { state: 'approved', user, comment: 'seen' })
  }
  return repairSection(pipeline, { environment, reason: REASON, ...(shown === undefined ? {} : { shown }) })
}

/** What the job before the question shows, which may do nothing but read. */
async function preview(environment: string | undefined, run: OpenOptions['run'] = {}): Promise<RepairPreview> {
  await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
  return previewOfRepair(await hosted.open({ run: { event: 'workflow_dispatch', ...run } }), { environment })
}

/** What is wrong with the ledger, and with how it came to be. */
async function verify() {
  const files = await readLedgerFiles({ directory: hosted.bare, branch: BRANCH })
  const tokens = { issuer: hosted.host.url }
  const { problems, skipped } = await verifyLedger({ files, trust: [], advisory: true, tokens })
  const history = await verifyHistory(hosted.bare, BRANCH)
  // Releases of these tests have no documents.
  const found = [...problems, ...history].filter(({ problem }) => !problem.startsWith('released without the document'))
  return { problems: found, skipped: skipped.map(({ sequence, by }) => [sequence, by]) }
}

describe('a repair of the ledger', () => {
  it('leaves out what somebody pushed: the history stays whole, and the next delivery goes on', async () => {
    await forge()
    await expect((await hosted.open()).history.standing('staging')).rejects.toThrow(
      'Ledger record 3 cannot be trusted: GitHub does not vouch for it'
    )

    const { record, skipped } = await repair('staging')

    expect(record).toMatchObject({ event: 'repaired', sequence: 4, environment: 'staging', detail: { reason: REASON } })
    // Its own GitHub Environment is the one whose reviewers were asked.
    expect([record.environmentId, record.protection?.environment]).toEqual([record.protection?.id, 'staging'])
    expect(record.environmentId).toBeGreaterThan(0)
    expect(skipped).toMatchObject([{ sequence: 3, why: expect.stringContaining('GitHub does not vouch for it') }])
    expect(await verify()).toEqual({ problems: [], skipped: [[3, 4]] })
    // The next job checks everything out again.
    await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
    const { history } = await hosted.open()
    expect(await history.standing('staging')).toMatchObject({ live: [], open: [] })
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
    expect(await verify()).toEqual({ problems: [], skipped: [[3, 4]] })
  })

  it('leaves out what the reviewer was shown, and refuses where it would be something else by then', async () => {
    await forge()
    const shown = await preview('staging')
    expect(shown).toMatchObject({
      skipped: [{ sequence: 3, why: expect.stringContaining('GitHub does not vouch for it') }]
    })
    expect((await preview('staging')).digest).toBe(shown.digest)
    expect(await verify()).toMatchObject({ skipped: [] })

    const other = sha256('of a moment before')
    await expect(repair('staging', { shown: other })).rejects.toThrow(
      'What would be left out is not what the reviewer was shown'
    )
    expect(await repair('staging', { shown: shown.digest })).toMatchObject({ skipped: [{ sequence: 3 }] })
    await expect(preview('staging')).rejects.toThrow('There is nothing to repair in')
  })

  it.each<[string, { readonly run?: { readonly ref: string }; readonly policy?: PolicyFile }, string]>([
    ['of a run of a branch, though GitHub vouches for it', { run: { ref: 'refs/heads/evil' } }, 'refs/heads/evil'],
    [
      'under a policy that never was on the default branch',
      { policy: { path: 'delivery.yml', commit: 'd'.repeat(40), digest: sha256('nothing') } },
      'which is not on the default branch'
    ]
  ])('leaves out a record %s: it stops deliveries until then', async (_, { run, ...members }, why) => {
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE, ...members }, run)
    const decide = async () => {
      await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
      const pipeline = await hosted.open()
      await requireNewestPolicy(pipeline)
      return pipeline.history.standing('staging')
    }
    await expect(decide()).rejects.toThrow(/none of the delivery refs|is not genuine: `sluice repair`/)

    const { skipped } = await repair('staging')

    expect(skipped).toMatchObject([{ sequence: 3, why: expect.stringContaining(why) }])
    expect(await decide()).toMatchObject({ live: [], open: [] })
  })

  it('leaves out what somebody pushed, and nothing else, though the history of main was rewritten since', async () => {
    await hosted.git('checkout', '-q', '--orphan', 'clean')
    await hosted.git('commit', '-q', '-m', 'The shop, without the secret')
    await hosted.git('branch', '-q', '-D', 'main')
    await hosted.git('branch', '-q', '-m', 'main')
    await hosted.git('push', '-q', '-f', hosted.bare, 'HEAD:main')
    await forge()

    const { skipped } = await repair('staging')

    expect(skipped).toMatchObject([{ sequence: 3, why: expect.stringContaining('GitHub does not vouch for it') }])
    expect(await verify()).toEqual({ problems: [], skipped: [[3, 4]] })
  })

  it('leaves out no record for a policy that the clone lacks once Sluice has gone on from it', async () => {
    const policy = { path: 'delivery.yml', commit: 'd'.repeat(40), digest: sha256('as it was, with the secret') }
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE, policy })
    await hosted.record({
      event: 'failed',
      environment: 'staging',
      release: RELEASE,
      policy: (await hosted.open()).policyFile
    })
    await push({ 'state.json': '{}' })

    expect((await repair('staging')).skipped).toEqual([])
  })

  it('leaves out a record under a policy that a pull request took back before it was merged', async () => {
    await hosted.git('checkout', '-q', '-b', 'topic')
    const text = DELIVERY.replace('gate: approval', 'gate: dispatch').concat('deliverFrom: [main, evil]\n')
    const commit = await hosted.commit({ 'delivery.yml': text })
    await hosted.commit({ 'delivery.yml': DELIVERY })
    await hosted.git('checkout', '-q', 'main')
    await hosted.git('merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic')
    await hosted.git('push', '-q', '-f', hosted.bare, 'main')
    const policy = { path: 'delivery.yml', commit, digest: sha256(text) }
    const about = { event: 'failed', environment: 'staging', release: RELEASE, policy } as const
    await hosted.record(about, { ref: 'refs/heads/evil' })
    await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
    await expect((await hosted.open()).history.standing('staging')).rejects.toThrow('none of the delivery refs')

    const { skipped } = await repair('staging')

    expect(skipped).toMatchObject([
      { sequence: 3, why: expect.stringContaining('which was only merged into the default branch') }
    ])
    await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
    expect(await (await hosted.open()).history.standing('staging')).toMatchObject({ live: [], open: [] })
  })

  it('leaves out a record whose policy has a path that git refuses: it is none', async () => {
    await forge(3, { policy: { path: './delivery.yml', commit: '1'.repeat(40), digest: sha256('x') } })

    // What is no record belongs to no environment.
    const { skipped } = await repair(undefined)

    expect(skipped).toMatchObject([{ sequence: 3, why: expect.stringContaining('policy.path') }])
    expect(await verify()).toEqual({ problems: [], skipped: [[3, 4]] })
  })

  it('leaves out a record under another file of the default branch: it stops deliveries until then', async () => {
    const text = DELIVERY.replace('gate: approval', 'gate: dispatch')
    const commit = await hosted.commit({ 'mine.yml': text })
    const { policyFile } = await hosted.open()
    const about = { event: 'failed', environment: 'staging', release: RELEASE } as const
    await hosted.record({ ...about, policy: policyFile })
    await hosted.record({ ...about, policy: { path: 'mine.yml', commit, digest: sha256(text) } })
    const decide = async () => {
      await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
      return (await hosted.open()).history.standing('staging')
    }
    await expect(decide()).rejects.toThrow('Ledger record 4 cannot be trusted: it names mine.yml as its policy')

    const { skipped } = await repair('staging')

    const why = expect.stringContaining('delivered by delivery.yml since its first record')
    expect(skipped).toMatchObject([{ sequence: 4, why }])
    expect(await decide()).toMatchObject({ live: [], open: [] })
  })

  it('takes records under a newer policy than the run began under for what they are', async () => {
    const began = await hosted.git('rev-parse', 'HEAD')
    await forge()
    await repair('staging')
    await hosted.commit({ 'site/index.html': 'another page' })
    const { policyFile } = await hosted.open()
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE, policy: policyFile })
    await push({ 'state.json': '{}' })

    const { skipped } = await repair('staging', { began, run: { defaultBranch: 'main' } })

    expect(policyFile.commit).not.toBe(began)
    expect(skipped).toEqual([])
  })

  it('is refused under a policy that is another by now: who is asked may be others', async () => {
    const began = await hosted.git('rev-parse', 'HEAD')
    await forge()
    await hosted.commit({
      'delivery.yml': DELIVERY.replace('gate: dispatch', 'gate: approval')
    })

    await expect(repair('staging', { began, run: { defaultBranch: 'main' } })).rejects.toThrow(
      /^delivery\.yml on main changed while this run waited .* Re-run all jobs/
    )
  })

  it('is refused in a clone that does not hold all of the default branch: what was ever in force cannot be told', async () => {
    await forge()
    // As git marks what it has left out.
    await writeFile(join(hosted.work, '.git/objects/pack/pack-1.promisor'), '')

    await expect(repair('staging')).rejects.toThrow('The clone of this job does not hold all of main')
  })

  it('makes files anew that decisions are read from, where nothing else is wrong', async () => {
    await forge()
    await repair('staging')
    await push({ 'state.json': '{}', 'notes.txt': 'not of the ledger' })

    expect((await repair(undefined)).skipped).toEqual([])

    const { problems } = await verify()
    expect(problems.map(({ problem }) => problem)).toEqual([expect.stringMatching(/: the commit adds no record$/)])
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
  })

  it('is made by hand only', async () => {
    await forge()

    await expect(repair('staging', { run: { event: 'push' } })).rejects.toThrow('A ledger is repaired by hand only')
  })

  it('holds the word of a reviewer of the environment that guards production, whatever part it is of', async () => {
    await forge()

    const { record } = await repair('staging')

    expect(record).toMatchObject({
      protection: { environment: 'staging', reviewers: [{ name: 'approver' }] },
      approvals: [{ login: 'approver', state: 'approved', comment: 'seen' }]
    })
  })

  it.each([
    ['nobody agreed, as in a workflow that asks no reviewers', { agreed: [] }, 'staging has no approval'],
    ['only who started it again agreed', { run: { triggeringActor: 'approver' } }, 'approved only by approver']
  ])('is refused where %s', async (_, options, message) => {
    await forge()

    await expect(repair('staging', options)).rejects.toThrow(message)

    expect((await readLedgerFiles({ directory: hosted.bare, branch: BRANCH })).has(recordPath(4))).toBe(false)
  })

  it('is not shown in a run in which someone has answered before: that would count for what is shown now', async () => {
    await forge()
    await preview('staging', { runId: '4711' })
    await hosted.host.openGate(REPOSITORY, 4711, 'staging')
    hosted.host.decide(REPOSITORY, 4711, 'staging', { state: 'approved', user: APPROVER, comment: 'seen' })
    hosted.host.completeRun(REPOSITORY, 4711, 'failure')

    await expect(preview('staging', { runId: '4711', attempt: 2 })).rejects.toThrow(
      'Someone has answered at staging in an earlier attempt of run 4711 already, and that answer would count for what is shown now. Start the workflow anew'
    )
  })

  it('is refused in a run that asks for something else, too', async () => {
    await forge()
    const { run } = await hosted.open({ run: { runId: '4712', event: 'workflow_dispatch' } })
    const name = `deliver / staging / ${stageJobName('deploy', 'staging', RELEASE.digest)}`
    hosted.host.reportJob(REPOSITORY, Number(run.runId), { name, status: 'completed', conclusion: 'success' })
    hosted.host.completeRun(REPOSITORY, Number(run.runId), 'failure')

    await expect(repair('staging', { run: { runId: '4712', attempt: 2 } })).rejects.toThrow(
      `Run 4712 also has the job "${name}", and GitHub does not tell which of both its reviewers agreed to. Repair in a run of its own`
    )
  })

  it('is refused in a run whose approval may have been meant for a deployment', async () => {
    await hosted.record({ event: 'planned', environment: 'staging', release: RELEASE }, { id: '4711' })
    await push({ 'state.json': '{}' })

    await expect(repair('staging', { run: { runId: '4711' } })).rejects.toThrow(
      'This run also plans a deployment to staging, so its approval may have been meant for that. Repair in a run of its own'
    )
  })

  it('needs nobody else where no environment asks anyone', async () => {
    await hosted.commit({ 'delivery.yml': DELIVERY.replace(/ {2}- \{ name: (staging|fair).*\n/g, '') })
    await push({ 'state.json': '{}' })

    const { record } = await repair('integration', { agreed: [] })

    expect(record).not.toHaveProperty('protection')
  })

  it('refuses another file than the product began with (promise 5)', async () => {
    await forge()
    await hosted.commit({ 'mine.yml': DELIVERY.replace('gate: approval', 'gate: dispatch') })

    await expect(repair('staging', { config: 'mine.yml' })).rejects.toThrow('This run reads its policy from mine.yml')
  })

  it('refuses a branch on which a token was taken from a valid record', async () => {
    await push({ [recordPath(2).replace('.json', '.jwt')]: undefined, 'newest.jwt': '' })

    await expect(repair('staging')).rejects.toThrow(
      /^On sluice-ledger, records\/0\/2\.jwt was not left as it was written: commit \w+: it was removed\. No record can repair that: make the later commits anew without the one that did it, with the same dates and each file as it was before\. "Commits made anew" in Sluice's docs\/ledger\.md/
    )
  })

  it('does not stop at evidence that somebody removed, and that stays a problem', async () => {
    const plan = sha256('plan')
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE, plan }, {}, ['plan'])
    const path = evidencePath(plan)
    await push({ [path]: undefined })
    await forge(4)

    const { skipped } = await repair('staging')

    expect(skipped).toMatchObject([{ sequence: 4 }])
    const { problems } = await verify()
    const found = problems.map(it => `${it.path}: ${it.problem}`)
    expect(found).toContain(`${path}: the evidence that record 3 names is missing`)
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${path}: commit \\w+: it was removed$`)))
    await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
    expect(await (await hosted.open()).history.standing('staging')).toMatchObject({ live: [] })
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
  })

  it.each<[string, (plan: Digest) => string]>([
    ['the token of a record', () => recordPath(2).replace('.json', '.jwt')],
    ['evidence', evidencePath]
  ])(
    'goes on, and the ledger verifies, when the commits after the one that removed %s were made anew',
    async (_, pathOf) => {
      const plan = sha256('plan')
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE, plan }, {}, ['plan'])
      const path = pathOf(plan)
      await push({ [path]: undefined })
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
      await forge(5)
      const before = await ledgerFiles()

      const printed = await makeAnew(await badCommit(path), path)
      const after = await ledgerFiles()
      const { skipped } = await repair('staging')

      expect(printed).toMatch(/^ .* \|.*\n 1 file changed, /)
      expect(new Map([...after].filter(([name]) => name !== path))).toEqual(before)
      expect(skipped).toMatchObject([{ sequence: 5 }])
      expect(await verify()).toEqual({ problems: [], skipped: [[5, 6]] })
      await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
      expect(await (await hosted.open()).history.standing('staging')).toMatchObject({ live: [] })
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
      expect(await verify()).toEqual({ problems: [], skipped: [[5, 6]] })
    }
  )

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['a record far beyond the newest', 'records/0/30.json', { 'records/0/30.json': 'x' }],
    ['a file, and no record', 'x.txt', { 'x.txt': 'x' }]
  ])(
    'goes on, and the ledger verifies, when the commits after one that added %s were made anew',
    async (_, path, files) => {
      await push(files)
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
      await forge(4)
      const before = await ledgerFiles()

      await makeAnew(await badCommit(), path)

      const after = await ledgerFiles()
      expect(after).toEqual(new Map([...before].filter(([name]) => name !== path)))
      await repair('staging')
      expect(await verify()).toEqual({ problems: [], skipped: [[4, 5]] })
    }
  )

  describe('by commits made anew', () => {
    it('loses no record that came where a file was planted, nor one that needs what was planted', async () => {
      const plan = sha256('plan')
      await push({ [recordPath(3)]: 'x', [evidencePath(plan)]: 'plan' })
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE, plan }, {}, ['plan'])
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
      const before = await ledgerFiles()

      await makeAnew(await badCommit(), recordPath(3))

      expect(await ledgerFiles()).toEqual(before)
      expect((await verify()).problems).toEqual([])
    })

    it('gives each file its mode again, whatever commit changed that', async () => {
      const clone = await mkdtemp(join(folder, 'clone-'))
      await hosted.git('clone', '-q', '-b', BRANCH, hosted.bare, clone)
      await hosted.git('-C', clone, 'update-index', '--chmod=+x', recordPath(2))
      await hosted.git(
        '-C',
        clone,
        '-c',
        'user.name=m',
        '-c',
        'user.email=m@shop.example',
        'commit',
        '-q',
        '-m',
        'Mode'
      )
      await hosted.git('-C', clone, 'push', '-q')
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
      const before = await ledgerFiles()
      expect((await verify()).problems).not.toEqual([])

      await makeAnew(await badCommit(), '')

      expect(await ledgerFiles()).toEqual(before)
      expect((await verify()).problems).toEqual([])
    })

    it('pushes nothing where a commit could not be made anew, or the bad one is none of the branch by now', async () => {
      const path = recordPath(2).replace('.json', '.jwt')
      await push({ [path]: undefined })
      await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
      const [before, bad] = [await ledgerFiles(), await badCommit(path)]

      await expect(makeAnew(bad, path, { env: { GIT_COMMITTER_NAME: '', GIT_COMMITTER_EMAIL: '' } })).rejects.toThrow(
        'ident'
      )
      expect(await ledgerFiles()).toEqual(before)

      await makeAnew(bad, path)
      const after = await ledgerFiles()
      await expect(makeAnew(bad, path)).rejects.toThrow(
        `${bad} is not on ${BRANCH}: take the name that sluice verify tells now`
      )
      expect(await ledgerFiles()).toEqual(after)
      expect((await verify()).problems).toEqual([])
    })
  })

  it.each<[string, (head: object) => Readonly<Record<string, string | undefined>>]>([
    ['a HEAD.json that counts too far', head => ({ 'HEAD.json': canonicalJson({ ...head, sequence: 50 }) })],
    ['a HEAD.json that is none', () => ({ 'HEAD.json': 'x' })],
    ['no HEAD.json', () => ({ 'HEAD.json': undefined })],
    ['a HEAD.json of another product', head => ({ 'HEAD.json': canonicalJson({ ...head, product: 'other' }) })],
    ['a record far beyond the newest', () => ({ 'records/0/30.json': 'x', 'records/0/30.json.sig': 'x' })],
    [
      'a record of the highest number that there is',
      () => ({
        'records/90071992547409/9007199254740991.json': 'x',
        'records/90071992547409/9007199254740991.jwt': 'x'
      })
    ],
    [
      'a HEAD.json that counts to the highest number',
      head => ({ 'HEAD.json': canonicalJson({ ...head, sequence: Number.MAX_SAFE_INTEGER }) })
    ]
  ])('puts right what %s did, and only its commit is told of from then on', async (_, files) => {
    const before = await readLedgerFiles({ directory: hosted.bare, branch: BRANCH })
    await push(files(JSON.parse(Buffer.from(before.get('HEAD.json') ?? '').toString()) as object))

    const { record } = await repair('staging')
    await hosted.git('fetch', '-q', hosted.bare, '+refs/heads/*:refs/remotes/origin/*')
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })

    expect(record).toMatchObject({ sequence: 3, detail: { skipped: [] } })
    const { problems } = await verify()
    const commits = problems.map(({ path, problem }) => [path, problem.split(': ')[0]].join(' '))
    expect([...new Set(commits)]).toEqual([expect.stringMatching(/^HEAD\.json commit [0-9a-f]{12}$/)])
  })

  it('refuses a branch whose history is not one line: what a merge took away, no one could tell', async () => {
    await hosted.git('fetch', '-q', hosted.bare, BRANCH)
    const tip = await hosted.git('rev-parse', 'FETCH_HEAD')
    const first = await hosted.git('rev-list', '--max-parents=0', tip)
    const other = await hosted.git('commit-tree', '-m', 'Other', `${first}^{tree}`)
    const merged = await hosted.git('commit-tree', '-m', 'Merge', '-p', other, '-p', tip, `${first}^{tree}`)
    await hosted.git('push', '-q', hosted.bare, `${merged}:refs/heads/${BRANCH}`)

    await expect(repair('staging')).rejects.toThrow(
      /HEAD\.json was not left as it was written: commit \w+: history is not linear/
    )

    // The ledger is its second parent.
    await makeAnew(await badCommit(), '', { parent: 'bad^2' })
    expect(await hosted.git('ls-remote', hosted.bare, `refs/heads/${BRANCH}`)).toContain(tip)
  })

  it('removes what was planted beside the record, and the ledger verifies', async () => {
    const paths = [evidencePath(sha256('x')), `keys/${'ab'.repeat(32)}.pem`, `issuer/${'ab'.repeat(32)}.json`, 'x.txt']
    await forge(3, {}, Object.fromEntries(paths.map(path => [path, 'x'])))

    await repair('staging')

    expect(await verify()).toEqual({ problems: [], skipped: [[3, 4]] })
    await hosted.record({ event: 'failed', environment: 'staging', release: RELEASE })
    expect(await verify()).toEqual({ problems: [], skipped: [[3, 4]] })
  })

  it('needs the branch, as it was fetched', async () => {
    const pipeline = await hosted.open({ run: { event: 'workflow_dispatch' } })

    await expect(repairSection(pipeline, { environment: 'staging', reason: REASON })).rejects.toThrow(
      'The clone of this job does not have the branch sluice-ledger'
    )
  })

  it('writes nothing where there is nothing to repair', async () => {
    await expect(repair('staging')).rejects.toThrow('There is nothing to repair in environments/staging')
  })
})
