import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Clock,
  Failure,
  fastRetry,
  githubClient,
  type LedgerRecord,
  type Log,
  type RecordDraft,
  type RunContext,
  runCommand,
  systemClock
} from '@sluice/core'
import { trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import { type GitHubStandIn, startGitHub } from '@sluice-lab/github'
import { openPipeline, type Pipeline, type PipelineOptions } from '../src/index.ts'

export const REPOSITORY = 'octo-org/shop'
export const REPOSITORY_ID = 123456
export const AUTHOR = { login: 'author', id: 7 } as const
export const APPROVER = { login: 'approver', id: 8 } as const

/** A delivery of one bundle to two environments, with a ledger that nobody signs. */
export const DELIVERY = `version: 1
product: shop
accounts:
  ops: { id: "111111111111", region: eu-west-1 }
  prod: { id: "333333333333", region: eu-central-1 }
registry: { account: ops }
units:
  site: { bundle: { path: site }, stack: { template: site.yml } }
environments:
  - { name: integration, account: ops, level: development, gate: continuous }
  - { name: staging, account: prod, level: preproduction, gate: approval }
  - { name: fair, account: prod, level: preproduction, gate: dispatch }
ledger: { branch: sluice-ledger }
`

/** A product's repository on a stand-in for GitHub, and a clone of it. */
export interface Hosted {
  readonly host: GitHubStandIn
  /** The clone that jobs work in. */
  readonly work: string
  /** The repository behind GitHub's API. */
  readonly bare: string
  readonly log: readonly string[]
  git(...args: readonly string[]): Promise<string>
  /** Commits files to the branch that is checked out, and pushes it; the commit's id. */
  commit(files?: Readonly<Record<string, string>>): Promise<string>
  /** Starts a run, and opens the delivery as one of its jobs would. */
  open(options?: OpenOptions): Promise<Pipeline>
  /** Appends an unsigned record. */
  record(
    draft: Pick<RecordDraft, 'event'> & Partial<RecordDraft>,
    run?: Partial<RecordDraft['run']>,
    attached?: readonly string[]
  ): Promise<LedgerRecord>
  stop(): Promise<void>
}

export interface OpenOptions
  extends Partial<Pick<PipelineOptions, 'clock' | 'config' | 'env' | 'roleToAssume' | 'token'>> {
  readonly run?: Partial<RunContext>
}

export async function hostProduct(): Promise<Hosted> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-pipeline-'))
  const work = join(root, 'work')
  const bare = join(root, 'shop.git')
  const lines: string[] = []
  let commits = 0
  const log: Log = {
    info: line => lines.push(line),
    warning: line => lines.push(`warning: ${line}`),
    debug: () => undefined,
    untrusted: () => undefined,
    group: (_, work) => work()
  }
  const git: Hosted['git'] = async (...args) => {
    const identity = ['-c', 'user.name=author', '-c', 'user.email=author@shop.example']
    const { code, stdout, stderr } = await runCommand('git', ['-C', work, ...identity, ...args])
    if (code !== 0) throw new Failure(stderr)
    return stdout.toString('utf8').trim()
  }
  const commit: Hosted['commit'] = async (files = {}) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(work, path)), { recursive: true })
      await writeFile(join(work, path), text)
    }
    await git('add', '--all')
    // Two commits of one second are two commits all the same.
    await git('commit', '--quiet', '--allow-empty', '--message', `change ${++commits}`)
    await git('push', '--quiet', bare, 'HEAD')
    return git('rev-parse', 'HEAD')
  }
  await mkdir(work)
  await git('init', '--quiet', '--initial-branch=main')
  await runCommand('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare])
  await commit({ 'delivery.yml': DELIVERY, 'site/index.html': 'page', 'site.yml': 'Resources: {}' })

  const host = await startGitHub()
  host.addRepository({
    owner: 'octo-org',
    name: 'shop',
    id: REPOSITORY_ID,
    defaultBranch: 'main',
    gitDirectory: bare,
    accounts: { 'author@shop.example': AUTHOR },
    protectedBranches: ['main'],
    classicBranches: ['release/classic'],
    branchRules: {
      'release/named': [{ type: 'branch_name_pattern', parameters: { operator: 'starts_with', pattern: 'release/' } }],
      'release/kept': [{ type: 'deletion' }, { type: 'non_fast_forward' }]
    },
    protectedTags: ['v1']
  })
  let lastRun = 1000

  const open: Hosted['open'] = async (options = {}) => {
    const id = Number(options.run?.runId ?? ++lastRun)
    const attempt = options.run?.attempt ?? 1
    const headSha = await git('rev-parse', 'HEAD')
    const { token, idToken } = host.startRun(REPOSITORY, {
      id,
      attempt,
      actor: AUTHOR,
      headSha,
      headBranch: 'main',
      event: 'push'
    })
    const clock: Clock = options.clock ?? systemClock
    return openPipeline({
      run: {
        repository: REPOSITORY,
        repositoryId: String(REPOSITORY_ID),
        runId: String(id),
        attempt,
        job: 'deploy',
        actor: { id: String(AUTHOR.id), login: AUTHOR.login },
        triggeringActor: AUTHOR.login,
        sha: headSha,
        ref: 'refs/heads/main',
        event: 'push',
        workflow: `${REPOSITORY}/.github/workflows/deliver.yml@refs/heads/main`,
        workflowSha: headSha,
        runner: 'github-hosted',
        serverUrl: 'https://github.com',
        workspace: work,
        // A job's own; in it steps tell later ones what they did.
        temp: join(root, 'temp', `${id}-${attempt}`),
        ...options.run
      },
      github: githubClient({ token, env: { GITHUB_API_URL: host.url }, clock, log, policy: fastRetry }),
      env: {
        GITHUB_API_URL: host.url,
        ACTIONS_ID_TOKEN_REQUEST_URL: host.idTokenUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken,
        ...options.env
      },
      clock,
      log,
      config: options.config ?? 'delivery.yml',
      ...(options.token === undefined ? {} : { token: options.token }),
      ...(options.roleToAssume === undefined ? {} : { roleToAssume: options.roleToAssume })
    })
  }
  const writer = await open()

  return {
    host,
    work,
    bare,
    log: lines,
    git,
    commit,
    open,
    async record(draft, run = {}, attached = []) {
      const common = writer.draft()
      const drafted = { ...common, run: { ...common.run, id: String(++lastRun), ...run }, ...draft }
      const [appended] = await appendRecords({
        store: writer.ledger,
        voucher: host.voucher(drafted),
        owner: { repository: String(REPOSITORY_ID), product: writer.policy.product },
        rules: { ...trustRulesOf(writer.policy), tokens: { issuer: host.url } },
        clock: systemClock,
        log,
        drafts: [drafted],
        attachments: attached.map(text => ({ content: Buffer.from(text) }))
      })
      if (appended === undefined) throw new Failure('Nothing was appended.')
      return appended.record
    },
    async stop() {
      await host.stop()
      await rm(root, { recursive: true, force: true })
    }
  }
}
