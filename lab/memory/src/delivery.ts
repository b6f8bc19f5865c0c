import {
  encodeRelease,
  evidenceOfText,
  type LedgerRecord,
  ManualClock,
  type NamedRelease,
  type PolicyFile,
  parseDraft,
  type Release,
  type ReleasedUnit,
  type RunContext,
  type Statement,
  sha256,
  UserError
} from '@sluice/core'
import { type Delivery, environmentNamed, parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import { historyOf, type Pipeline, readProtection } from '@sluice/pipeline'
import { MemoryAnchors } from './anchors.ts'
import { MemoryBundles } from './bundles.ts'
import { AUTHOR, MemoryGitHub } from './github.ts'
import { MemoryLedger } from './ledger.ts'
import { MemoryLog } from './log.ts'
import { MemoryRegistry } from './registry.ts'
import { MemoryRepository } from './repository.ts'

export const REPOSITORY = 'octo-org/shop'
export const REPOSITORY_ID = '123456'

/** An image and a bundle, three environments with three kinds of gate, and a ledger that nobody signs. */
export const SHOP = `version: 1
product: shop
accounts:
  ops: { id: "111111111111", region: eu-west-1 }
  nonprod: { id: "222222222222", region: eu-central-1 }
registry: { account: ops }
units:
  api: { image: { context: api }, stack: { template: infra/api.yml } }
  site:
    bundle: { path: site, publish: BucketName }
    stack: { template: infra/site.yml, parameters: { Address: "\${api.Address}" } }
    dependsOn: [api]
environments:
  - { name: integration, account: nonprod, level: development, gate: continuous }
  - name: staging
    account: nonprod
    level: preproduction
    gate: approval
    url: "https://\${site.BucketName}.shop.example"
    runbook: runbooks/staging.md
  - { name: fair, account: nonprod, level: preproduction, gate: dispatch }
ledger: { branch: sluice-ledger }
`

const FILES = {
  'delivery.yml': SHOP,
  'api/Dockerfile': 'FROM scratch\n',
  'site/index.html': 'page\n',
  'infra/api.yml': 'Resources: {}\n',
  'infra/site.yml': 'Resources: {}\n',
  'runbooks/staging.md': '- [ ] Look at the queue\n'
}

/** A release that is on the ledger and in the registry. */
export interface Seeded extends NamedRelease {
  readonly document: Release
}

/** A delivery without servers: what actions are handed, at the doors that they ask for things. */
export interface MemoryDelivery {
  readonly policy: Delivery
  readonly clock: ManualClock
  readonly github: MemoryGitHub
  readonly ledger: MemoryLedger
  readonly anchors: MemoryAnchors
  readonly log: MemoryLog
  readonly registry: MemoryRegistry
  readonly bundles: MemoryBundles
  readonly repository: MemoryRepository
  /** What a job of a run is handed. No AWS account answers it: whoever asks for a session fails the test. */
  open(run?: Partial<RunContext>): Pipeline
  /** Appends a record of a run; of a new one, unless told. Plans and intents say how the gate is protected, unless told otherwise. */
  record(
    statement: Pick<Statement, 'event'> & Partial<Statement>,
    run?: string,
    attempt?: number,
    documents?: readonly Uint8Array[]
  ): Promise<LedgerRecord>
  /** Releases a commit whose units have digests of their own, or these. */
  release(commit: string, units?: Readonly<Record<string, ReleasedUnit>>): Promise<Seeded>
  /** What is on the ledger, oldest first. */
  recorded(): Promise<readonly LedgerRecord[]>
}

/** Starts a delivery with one commit. @param text delivery.yml of the default branch. */
export function memoryDelivery(text: string = SHOP): MemoryDelivery {
  const clock = new ManualClock()
  const policy = parseDelivery(text, 'delivery.yml')
  const github = new MemoryGitHub(REPOSITORY, clock)
  const [ledger, log, registry] = [new MemoryLedger(), new MemoryLog(), new MemoryRegistry()]
  const anchors = new MemoryAnchors()
  const [bundles, repository] = [new MemoryBundles(), new MemoryRepository()]
  const releases = new Map<string, Release>()
  for (const { name, gate } of policy.environments) if (gate !== 'approval') github.restrict(name)
  github.policy = { commit: repository.add({ ...FILES, 'delivery.yml': text }), text }
  // No GitHub is near: nobody vouches for the records.
  const vouching = { tokens: async () => ({ unvouched: true }) }
  let lastRun = 1000

  const open: MemoryDelivery['open'] = (changes = {}) => {
    const run = { ...runContext(String(++lastRun)), ...changes }
    const findRelease: Pipeline['findRelease'] = async digest => releases.get(digest)
    return {
      run,
      github,
      clock,
      log,
      repository,
      policy,
      policyFile: policyFileOf(policy),
      defaultBranch: 'main',
      at: async commit => parseDelivery(await textAt(repository, commit), 'delivery.yml'),
      environment: name => environmentNamed(policy, name),
      environmentBefore: name => policy.environments[policy.environments.indexOf(environmentNamed(policy, name)) - 1],
      session: purpose => {
        throw new Error(`This test did not expect a session for ${JSON.stringify(purpose)}.`)
      },
      registryHost: registry.host,
      registry: () => registry,
      prepareRepository: async name => {
        registry.changes.push(`prepare ${name}`)
      },
      requireImages: async images => {
        registry.inspected.push(images)
      },
      bundles: () => bundles,
      findRelease,
      release: async digest => {
        const found = await findRelease(digest)
        if (found === undefined) throw new UserError(`Release ${digest} is not in the ops registry.`)
        return found
      },
      ledger,
      vouching,
      anchors,
      history: historyOf({ ledger, anchors, policy, run, clock, log, vouching }),
      draft: () => ({ product: policy.product, actor: run.actor, policy: policyFileOf(policy), run: stampOf(run) })
    }
  }

  /** What goes with a plan or an intent, as the action would have found it. */
  const protectionOf = async ({ event, environment }: Partial<Statement>): Promise<Partial<Statement>> => {
    if (environment === undefined || (event !== 'planned' && event !== 'started')) return {}
    // Not a question of the action under test.
    const quiet = { ...github, get: async (path: string): Promise<unknown> => github.answers.get(path) }
    const protection = await readProtection({ run: open().run, github: quiet }, environment)
    return protection === undefined ? {} : { protection }
  }

  const record: MemoryDelivery['record'] = async (statement, run = String(++lastRun), attempt = 1, documents = []) => {
    const { product, actor, run: stamp } = open().draft()
    const protection = await protectionOf(statement)
    const draft = parseDraft({ product, actor, run: { ...stamp, id: run, attempt }, ...protection, ...statement })
    const [appended] = await appendRecords({
      store: ledger,
      owner: { repository: REPOSITORY_ID, product: policy.product },
      rules: trustRulesOf(policy),
      clock,
      // The log is for what the action under test says.
      log: { info: () => undefined },
      drafts: [draft],
      attachments: documents.map(content => ({ content }))
    })
    if (appended === undefined) throw new Error('Nothing was appended.')
    return appended.record
  }

  return {
    policy,
    clock,
    github,
    ledger,
    anchors,
    log,
    registry,
    bundles,
    repository,
    open,
    record,
    async release(commit, units = unitsOf(policy, commit)) {
      const document: Release = { version: 1, repository: REPOSITORY_ID, product: policy.product, commit, units }
      const { text, digest } = encodeRelease(document)
      const { evidence, content } = evidenceOfText('release', text)
      releases.set(digest, document)
      await record({ event: 'released', release: { digest, commit }, evidence: [evidence] }, undefined, 1, [content])
      return { digest, commit, document }
    },
    async recorded() {
      return ledger.records()
    }
  }
}

function policyFileOf({ digest }: Delivery): PolicyFile {
  return { path: 'delivery.yml', commit: '0'.repeat(40), digest }
}

async function textAt(repository: MemoryRepository, commit: string): Promise<string> {
  const bytes = await repository.fileAt(commit, 'delivery.yml')
  if (bytes === undefined) throw new UserError(`delivery.yml does not exist in commit ${commit}.`)
  return bytes.toString('utf8')
}

function unitsOf(policy: Delivery, commit: string): Readonly<Record<string, ReleasedUnit>> {
  return Object.fromEntries(
    policy.units.map(({ name, kind }) => [
      name,
      { kind, digest: sha256(`${name} of ${commit}`), fingerprint: sha256(`sources of ${name} of ${commit}`) }
    ])
  )
}

function runContext(runId: string): RunContext {
  return {
    repository: REPOSITORY,
    repositoryId: REPOSITORY_ID,
    runId,
    attempt: 1,
    job: 'deploy',
    actor: { id: String(AUTHOR.id), login: AUTHOR.login },
    triggeringActor: AUTHOR.login,
    sha: '0'.repeat(40),
    ref: 'refs/heads/main',
    event: 'push',
    workflow: 'deliver.yml',
    workflowSha: '0'.repeat(40),
    runner: 'github-hosted',
    serverUrl: 'https://github.com',
    workspace: '/nowhere',
    temp: '/nowhere'
  }
}

function stampOf(run: RunContext): Statement['run'] {
  const { repositoryId, runId, attempt, job, ref, workflow, workflowSha, runner, triggeringActor } = run
  return { repository: repositoryId, id: runId, attempt, job, ref, workflow, workflowSha, runner, triggeringActor }
}
