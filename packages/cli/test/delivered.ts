import { generateKeyPairSync, sign } from 'node:crypto'
import { join } from 'node:path'
import {
  type Approval,
  type ChecksReport,
  checksReport,
  type EvidenceDocument,
  encodeChecks,
  encodeRelease,
  evidenceOfText,
  fastRetry,
  GITHUB_ISSUER,
  githubClient,
  type LedgerEvent,
  ManualClock,
  type NamedRelease,
  type PolicyFile,
  type Protection,
  parseDraft,
  type RecordDraft,
  type Release,
  type SignerName,
  type Statement,
  sha256,
  systemClock
} from '@sluice/core'
import { signersNamed } from '@sluice/delivery'
import { appendRecords, githubStore, type LedgerStore, type Signer, type SignerFor, type Trust } from '@sluice/ledger'
import { type GitHubStandIn, startGitHub } from '@sluice-lab/github'
import { NOW } from './captured.ts'
import { FILES, git, repositoryWith, storefront, writeFiles } from './storefront.ts'

const HOUR = 3_600_000

/** Releases by a letter, each of a commit and nothing that was built. */
export const release = (letter: string): NamedRelease => ({
  digest: encodeRelease(documentOf(letter)).digest,
  commit: letter.repeat(40)
})

function documentOf(letter: string): Release {
  return { version: 1, repository: '123456', product: 'storefront', commit: letter.repeat(40), units: {} }
}

/** A clone of a product with a ledger that was written through GitHub's API. */
export interface DeliveredProduct {
  readonly clone: string
  /** A fresh clone of it, to be damaged. */
  another(name: string): Promise<string>
  /** `signer=fingerprint`, as `--trust` takes it. */
  readonly trust: readonly string[]
  readonly host: GitHubStandIn
  readonly store: LedgerStore
  readonly clock: ManualClock
  readonly signer: SignerFor
  stop(): Promise<void>
}

/**
 * A ledger of three days: release a went to production; release b is accepted in integration, was not accepted in staging; release c
 * changes nothing in integration and waits at staging; b was rejected for production.
 * @param options.earlier makes of delivery.yml what it said in the commit before.
 * @param options.issuer who issued the tokens, if not GitHub's own issuer.
 * @param options.lastRepository whose run wrote the last record, if not the run of the repository that wrote all others.
 */
export async function deliverProduct(
  root: string,
  options: {
    readonly signed: boolean
    readonly earlier?: (config: string) => string
    readonly issuer?: string
    readonly lastRepository?: string
  } = { signed: true }
): Promise<DeliveredProduct> {
  const signers = new Map(PARTIES.map(party => [party, localSigner()]))
  const trust = await Promise.all(
    [...signers].map(async ([party, signer]) => [party, (await signer.publicKey()).fingerprint] as const)
  )
  const text = storefront(trust)
  const config = options.signed ? text : withoutKey(text)

  const work = join(root, 'work')
  const bare = join(root, 'storefront.git')
  await repositoryWith(work, { ...FILES, 'delivery.yml': options.earlier?.(config) ?? config })
  if (options.earlier !== undefined) {
    await writeFiles(work, { 'delivery.yml': config })
    await git(work, 'commit', '-q', '-am', 'Change the rules')
  }
  await git(root, 'clone', '-q', '--bare', work, bare)
  const clock = new ManualClock(NOW - 72 * HOUR)
  const host = await startGitHub({ clock })
  const commit = await git(work, 'rev-parse', 'HEAD')
  const policy = { path: 'delivery.yml', commit, digest: sha256(config) }
  const store = storeOn(host, bare)
  await writeLedger(
    { host, store, issuer: options.issuer ?? GITHUB_ISSUER },
    clock,
    options.signed ? signers : undefined,
    policy,
    options.lastRepository
  )

  const another = async (name: string): Promise<string> => {
    const directory = join(root, name)
    await git(root, 'clone', '-q', bare, directory)
    return directory
  }
  return {
    clone: await another('clone'),
    another,
    trust: trust.map(([party, fingerprint]) => `${party}=${fingerprint}`),
    ...{ host, store, clock },
    signer: name => signerAmong(signers, name),
    stop: async () => host.stop()
  }
}

/** The same delivery with an advisory ledger, which no environment of level production may have. */
function withoutKey(text: string): string {
  return text
    .replace(/ {2}key: .*\n {2}anchors: .*\n {2}trust:\n( {4}.*\n)+/, '')
    .replace('level: production', 'level: preproduction')
}

/** Who has a key of their own: below production all of an environment together. */
const PARTIES = ['builds', 'integration', 'staging', 'production/plan', 'production/intent', 'production/outcome']

type Signers = ReadonlyMap<string, Signer>

/** What delivery.yml would list. */
async function trustOf(signers: Signers = new Map()): Promise<Trust> {
  return Promise.all(
    [...signers].map(async ([party, signer]) => ({
      key: (await signer.publicKey()).fingerprint,
      signs: signersNamed(party)
    }))
  )
}

function signerAmong(signers: Signers, name: SignerName): Signer {
  const found = signers.get(name) ?? signers.get(name.split('/')[0] ?? '')
  if (found === undefined) throw new Error(`Nobody signs as ${name}.`)
  return found
}

/** The ledger of the storefront, whose repository the stand-in hosts from now on. */
export function storeOn(host: GitHubStandIn, gitDirectory: string): LedgerStore {
  host.addRepository({ owner: 'octo-org', name: 'storefront', id: 123456, defaultBranch: 'main', gitDirectory })
  const github = githubClient({
    token: host.createToken('octo-org/storefront', { contents: 'write' }),
    env: { GITHUB_API_URL: host.url },
    clock: systemClock,
    log: { info: () => undefined },
    policy: fastRetry
  })
  return githubStore({ github, repository: 'octo-org/storefront', branch: 'sluice-ledger' })
}

/** What an acceptance says of its checks, and the report of them. */
export function checked(
  environment: string,
  { digest }: Pick<NamedRelease, 'digest'>,
  ...checks: ChecksReport['checks']
): { readonly members: Partial<Statement>; readonly report: EvidenceDocument } {
  const report = evidenceOfText('checks', encodeChecks(checksReport({ environment, release: digest }, checks, [])))
  return { members: { detail: { checks: checks.length }, evidence: [report.evidence] }, report }
}

async function writeLedger(
  { host, store, issuer }: Pick<DeliveredProduct, 'host' | 'store'> & { readonly issuer: string },
  clock: ManualClock,
  signers: Signers | undefined,
  policy: PolicyFile,
  lastRepository = '123456'
): Promise<void> {
  const add = async (
    letter: string,
    run: string,
    steps: readonly (readonly [LedgerEvent, Partial<Statement>?])[],
    environment?: string
  ): Promise<void> => {
    const document = evidenceOfText('release', encodeRelease(documentOf(letter)).text)
    const acceptance = checked(environment ?? '', release(letter))
    const drafts = steps.map(([event, members]) =>
      parseDraft({
        ...draft(event, run),
        policy,
        release: release(letter),
        ...(event === 'released' ? { evidence: [document.evidence] } : {}),
        ...(event === 'accepted' ? acceptance.members : {}),
        ...gateOf(event, environment),
        ...(environment === undefined ? {} : { environment }),
        ...members
      })
    )
    const signer = signers === undefined ? {} : { signer: (name: SignerName) => signerAmong(signers, name) }
    const [first] = drafts
    const voucher = first === undefined ? {} : { voucher: host.voucher(first, issuer) }
    const attachments = [
      ...[{ content: Buffer.from('plan') }].filter(() => steps.some(([, members]) => members?.plan)),
      ...[document].filter(() => steps.some(([event]) => event === 'released')),
      ...[acceptance.report].filter(() => steps.some(([event]) => event === 'accepted'))
    ]
    await appendRecords({
      store,
      owner: { repository: '123456', product: 'storefront' },
      rules: { trust: await trustOf(signers), advisory: true, tokens: { issuer } },
      clock,
      drafts,
      attachments,
      log: { info: () => undefined },
      ...signer,
      ...voucher
    })
    clock.advance(HOUR)
  }
  const plan = sha256('plan')
  const approved = { plan, approvals: [answer('approved', 'approver')] }

  await add('a', '1001', [['released']])
  await add('a', '1001', [['started'], ['deployed'], ['accepted']], 'integration')
  await add('a', '1001', [['planned', { plan }]], 'staging')
  await add('a', '1001', [['started', approved], ['deployed', { plan }], ['accepted']], 'staging')
  await add(
    'a',
    '1001',
    [['planned', { plan }], ['started', approved], ['deployed', { plan }], ['accepted']],
    'production'
  )
  clock.advance(48 * HOUR)
  await add('b', '1002', [['released']])
  await add('b', '1002', [['started'], ['deployed'], ['accepted']], 'integration')
  await add('b', '1002', [['planned', { plan }], ['started', approved], ['deployed', { plan }], ['failed']], 'staging')
  const rejected = { approvals: [answer('rejected', 'second-approver')] }
  await add(
    'b',
    '1003',
    [
      ['planned', { plan }],
      ['rejected', rejected]
    ],
    'production'
  )
  await add('c', '1004', [['released']])
  await add('c', '1004', [['unchanged', { detail: { acceptedBy: 16, sameAs: release('b').digest } }]], 'integration')
  const { run } = draft('planned', '1004')
  await add('c', '1004', [['planned', { plan, run: { ...run, repository: lastRepository } }]], 'staging')
}

/** What a plan or an intent says of its gate: behind integration, two people are asked. */
function gateOf(event: LedgerEvent, environment = ''): Partial<Statement> {
  if (event !== 'planned' && event !== 'started') return {}
  const asked = environment === 'integration' ? [] : ['approver', 'second-approver']
  const protection: Protection = {
    id: 501,
    environment,
    reviewers: asked.map(name => ({ type: 'User', id: name, name })),
    preventSelfReview: asked.length > 0,
    adminBypass: false,
    branchPolicy: 'custom',
    refs: ['refs/heads/main']
  }
  const authors = { accounts: [{ id: '7', login: 'author' }], unknown: [] }
  return { protection, ...(event === 'planned' && asked.length > 0 ? { detail: { authors } } : {}) }
}

function answer(state: Approval['state'], login: string): Approval {
  return { userId: login, login, state, comment: 'seen', seenAt: '2026-01-02T12:00:00Z' }
}

/** A draft of an event, as a job of a run would make it. */
export function draft(event: LedgerEvent, run: string): RecordDraft {
  return parseDraft({
    product: 'storefront',
    event,
    actor: { id: '7', login: 'author' },
    run: {
      repository: '123456',
      id: run,
      attempt: 1,
      job: 'deploy',
      ref: 'refs/heads/main',
      workflow: 'octo-org/storefront/.github/workflows/delivery.yml@refs/heads/main',
      workflowSha: '1'.repeat(40),
      runner: 'github-hosted'
    }
  })
}

function localSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = {
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: sha256(publicKey.export({ type: 'spki', format: 'der' }))
  }
  return { publicKey: async () => key, sign: async bytes => sign('sha256', bytes, privateKey) }
}
