import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastRetry, githubClient, type NamedRelease, parseDraft, runCommand, sha256, systemClock } from '@sluice/core'
import { parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords, githubStore, type LedgerStore, rememberingStore, remoteLedger } from '@sluice/ledger'
import { historyOf } from '@sluice/pipeline'
import { type GitHubStandIn, startGitHub } from '@sluice-lab/github'

const [OWNER, NAME, ID] = ['octo-org', 'storefront', '123456']

/** What the next delivery asks GitHub for. */
export interface CallsOfNext {
  /** Records that were there before. */
  readonly records: number
  /** Calls to decide whether the newest release may enter production again: where it stands, and each word on it. */
  readonly decision: number
  /** Calls to add a record. */
  readonly append: number
  /** What git fetches of the ledger for the same decision in a job whose clone does not have it, which then takes no call. */
  readonly fetched: { readonly times: number; readonly bytes: number }
}

/** Counts what a ledger of {@link writeLongLedger} costs its next delivery, at the stand-in for GitHub. The ledger stays as it is. */
export async function callsOfNext(directory: string): Promise<CallsOfNext> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-calls-'))
  const copy = join(folder, 'storefront.git')
  const host = await startGitHub()
  try {
    await git('clone', '-q', '--bare', '--shared', directory, copy)
    host.addRepository({ owner: OWNER, name: NAME, id: Number(ID), defaultBranch: 'main', gitDirectory: copy })
    const policy = parseDelivery(Buffer.from(await git('-C', copy, 'show', 'HEAD:delivery.yml')), 'delivery.yml')
    const commit = (await git('-C', copy, 'rev-parse', 'HEAD')).trim()
    const before = host.calls.length
    const decided = await decide(openStore(host, policy.ledger.branch), policy)
    const middle = host.calls.length
    const run = {
      ...{ repository: ID, id: '9000000', attempt: 1, job: 'plan', ref: 'refs/heads/main', runner: 'github-hosted' },
      ...{ workflow: `${OWNER}/${NAME}/.github/workflows/deliver.yml@refs/heads/main`, workflowSha: commit }
    }
    const fetched = await fetchedToDecide(host, policy, folder)
    const asked = host.calls.length
    const draft = parseDraft({
      product: policy.product,
      event: 'planned',
      environment: 'production',
      release: decided.release,
      plan: sha256('plan'),
      actor: { id: '7', login: 'author' },
      run
    })
    await appendRecords({
      store: openStore(host, policy.ledger.branch),
      owner: { repository: ID, product: policy.product },
      // The keys of the ledger are gone; what signs asks GitHub for nothing.
      rules: { ...trustRulesOf(policy), repository: ID, advisory: true },
      clock: systemClock,
      drafts: [draft],
      attachments: [{ content: Buffer.from('plan') }],
      log: { info: () => undefined }
    })
    if (host.defects.length > 0) throw new Error(host.defects.join('\n'))
    return { records: decided.records, decision: middle - before, append: host.calls.length - asked, fetched }
  } finally {
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function openStore(host: GitHubStandIn, branch: string): LedgerStore {
  const repository = `${OWNER}/${NAME}`
  const github = githubClient({
    token: host.createToken(repository, { contents: 'write' }),
    env: { GITHUB_API_URL: host.url },
    clock: systemClock,
    log: { info: () => undefined },
    policy: fastRetry
  })
  return githubStore({ github, repository, branch })
}

/** Asks what a promotion to production is decided on. */
async function decide(
  ledger: LedgerStore,
  policy: ReturnType<typeof parseDelivery>,
  since?: 'job'
): Promise<{ readonly records: number; readonly release: NamedRelease }> {
  const history = historyOf(
    {
      ...{ ledger, policy, anchors: undefined, clock: systemClock, log: { info: () => undefined } },
      vouching: { tokens: async () => ({ unvouched: true }) },
      run: { repositoryId: ID, runId: '9000000', temp: '/nowhere' }
    },
    since
  ).about({ environments: ['staging', 'production'] })
  const { live } = await history.standing('production')
  const release = live[0]?.release
  if (release === undefined) throw new Error('Nothing is live.')
  const words = await history.relevantTo(release.digest, ['staging', 'production'])
  if (!words.some(({ event, environment }) => event === 'accepted' && environment === 'staging'))
    throw new Error('What is live was never accepted.')
  await history.acceptanceOfLive('production')
  await history.released(release.digest)
  return { records: (await history.newest())?.sequence ?? 0, release }
}

/** The same decision, for which git fetches what it reads. */
async function fetchedToDecide(
  host: GitHubStandIn,
  policy: ReturnType<typeof parseDelivery>,
  folder: string
): Promise<CallsOfNext['fetched']> {
  let [times, bytes] = [0, 0]
  const quiet = [
    host.on('fetch', answer => {
      bytes += answer.bytes
    }),
    host.on('request', ({ path }) => {
      if (path.endsWith('/info/refs')) times += 1
    })
  ]
  const { branch } = policy.ledger
  const refuse = (line: string): never => {
    throw new Error(line)
  }
  const fetched = remoteLedger({
    directory: join(folder, 'fetched.git'),
    remote: {
      url: `${host.url}/${OWNER}/${NAME}`,
      token: host.createToken(`${OWNER}/${NAME}`, { contents: 'read' })
    },
    branch,
    clock: systemClock,
    log: { info: refuse }
  })
  const calls = host.calls.length
  await decide(rememberingStore(openStore(host, branch), fetched, branch), policy, 'job')
  for (const off of quiet) off()
  if (host.calls.length > calls) throw new Error('GitHub was asked for what git had fetched.')
  return { times, bytes }
}

async function git(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('git', args)
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout.toString('utf8')
}
