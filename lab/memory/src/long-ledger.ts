import { generateKeyPairSync, sign } from 'node:crypto'
import {
  type Digest,
  GITHUB_ISSUER,
  hexOf,
  type Jwk,
  type NamedRelease,
  type PolicyFile,
  type RecordDraft,
  readJwks,
  type SignerName,
  sha256
} from '@sluice/core'
import { type Delivery, parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords, type LedgerOwner, type Signer, type SignerFor, type Voucher } from '@sluice/ledger'
import { ImportedLedger } from './imported-ledger.ts'
import { appendsOf } from './long-delivery.ts'
import { longProduct } from './long-product.ts'

const REPOSITORY = '123456'
const SLUICE = { repository: 'sluice-dev/sluice', commit: '0'.repeat(40) }

/** When the first delivery begins; from one to the next, and from one append to the next, in milliseconds. */
const [BEGIN, INTERVAL, STEP] = [Date.parse('2026-01-01T00:00:00Z'), 20 * 60_000, 60_000]

export interface LongLedgerOptions {
  /** A bare repository is made here: the product on `main`, its ledger beside it. */
  readonly directory: string
  /** How many records, at least: a delivery that has begun is written to its end. */
  readonly records: number
  /** Whether GitHub vouches for them; it does unless told. */
  readonly vouched?: boolean
  readonly onProgress?: (records: number) => void
}

/** A long ledger, and what it takes to carry it on. */
export interface LongLedger {
  readonly records: number
  /** The policy of all of its deliveries, and of the next. */
  readonly delivery: Delivery
  readonly policy: PolicyFile
  readonly owner: LedgerOwner
  readonly signer: SignerFor
  /** The last release: accepted everywhere. */
  readonly newest: NamedRelease
  /** The moment after its last record. */
  readonly now: number
}

/**
 * Writes a ledger of any length as Sluice would have, delivery after delivery: the same functions append, so it verifies. But for its keys and
 * signatures, it is the same whenever it is written.
 */
export async function writeLongLedger({
  directory,
  records,
  vouched = true,
  onProgress
}: LongLedgerOptions): Promise<LongLedger> {
  const signers = await localSigners()
  const config = configOf(signers)
  const delivery = parseDelivery(Buffer.from(config), 'delivery.yml')
  const timeOf = (n: number): number => BEGIN + n * INTERVAL
  const product = await longProduct(directory, { path: 'delivery.yml', text: config }, n => timeOf(n) / 1000)
  const ledger = new ImportedLedger(directory, delivery.ledger.branch)
  const issuer = vouched ? testIssuer() : undefined
  const owner = { repository: REPOSITORY, product: delivery.product }
  const rules = { ...trustRulesOf(delivery), repository: REPOSITORY }
  const signer = (name: SignerName): Signer => signers.get(keyOf(name)) ?? noSigner(name)
  const policyAt = (commit: string): PolicyFile => ({ path: 'delivery.yml', commit, digest: sha256(config) })
  let [written, newest]: [number, NamedRelease | undefined] = [0, undefined]
  for (let n = 0; written < Math.max(1, records); n++) {
    const commit = product.commit(n)
    ledger.time = timeOf(n)
    for (const { drafts, documents } of appendsOf({ n, ...owner, commit, policy: policyAt(commit), sluice: SLUICE })) {
      ledger.time += STEP
      const { time } = ledger
      await appendRecords({
        ...{ store: ledger, owner, rules, signer, drafts },
        clock: { now: () => time, sleep: async () => undefined },
        attachments: documents.map(content => ({ content })),
        log: { info: () => undefined },
        ...(issuer === undefined ? {} : { voucher: issuer(drafts, time) })
      })
      written += drafts.length
      newest = drafts[0]?.release ?? newest
    }
    onProgress?.(written)
  }
  await ledger.end()
  await product.end()
  if (newest === undefined) throw new Error('Nothing was delivered.')
  const policy = policyAt(newest.commit)
  return { records: written, delivery, policy, owner, signer, newest, now: ledger.time + STEP }
}

/** Who has a key: below production one for all of both environments. */
const PARTIES = ['builds', 'nonprod', 'production/plan', 'production/intent', 'production/outcome']

function keyOf(name: SignerName): string {
  return name === 'builds' || name.startsWith('production/') ? name : 'nonprod'
}

function noSigner(name: SignerName): never {
  throw new Error(`No key signs as ${name}.`)
}

interface LocalSigner extends Signer {
  readonly fingerprint: Digest
}

async function localSigners(): Promise<ReadonlyMap<string, LocalSigner>> {
  return new Map(
    PARTIES.map(party => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const fingerprint = sha256(publicKey.export({ type: 'spki', format: 'der' }))
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      const signer = {
        fingerprint,
        publicKey: async () => ({ pem, fingerprint }),
        sign: async (bytes: Uint8Array) => sign('sha256', bytes, privateKey)
      }
      return [party, signer]
    })
  )
}

function configOf(signers: ReadonlyMap<string, LocalSigner>): string {
  const trust = [...signers].map(([party, { fingerprint }]) => {
    const signs = party === 'nonprod' ? 'integration, staging' : party
    return `    - { key: "${fingerprint}", signs: [${signs}] }\n`
  })
  return `version: 1
product: storefront
accounts:
  ops: { id: "111111111111", region: eu-west-1 }
  nonprod: { id: "222222222222", region: eu-west-1 }
  prod: { id: "333333333333", region: eu-west-1 }
registry: { account: ops }
units:
  api: { image: { context: services/api }, stack: { template: infra/api.yml } }
  worker: { image: { context: services/worker }, stack: { template: infra/worker.yml } }
  site: { bundle: { path: site }, stack: { template: infra/site.yml } }
environments:
  - { name: integration, account: nonprod, level: development, gate: continuous }
  - { name: staging, account: nonprod, level: preproduction, gate: approval }
  - { name: production, account: prod, level: production, gate: approval }
sluice: { repository: ${SLUICE.repository}, commits: ["${SLUICE.commit}"] }
ledger:
  branch: sluice-ledger
  key: alias/sluice-storefront-ledger
  anchors: sluice-storefront-anchors-111111111111
  trust:
${trust.join('')}`
}

/** Vouches for records as GitHub does for a job that ran at a time, with a key of its own. */
function testIssuer(): (drafts: readonly RecordDraft[], time: number) => Voucher {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = readJwks({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1' }] }) ?? ([] as readonly Jwk[])
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = part({ typ: 'JWT', alg: 'RS256', kid: 'key-1' })
  return (drafts, time) => ({
    vouch: async hash => {
      const signed = `${header}.${part(claimsOf(drafts, time, hash))}`
      return { token: `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`, keys }
    }
  })
}

/** What GitHub says of the job, with all the claims of its tokens. */
function claimsOf([draft]: readonly RecordDraft[], time: number, hash: Digest): unknown {
  if (draft === undefined) return {}
  const { run, actor, environment } = draft
  const issued = Math.floor(time / 1000)
  return {
    jti: '6f4762ed-0758-4ccb-808d-ee3af5d723a8',
    sub: `repo:octo-org@65/storefront@${run.repository}:${environment === undefined ? `ref:${run.ref}` : `environment:${environment}`}`,
    ...(environment === undefined ? {} : { environment, environment_node_id: 'EN_kwDOAAAAAc4AAAAB' }),
    aud: `sluice:${hexOf(hash)}`,
    ref: run.ref,
    sha: run.workflowSha,
    repository: 'octo-org/storefront',
    repository_owner: 'octo-org',
    repository_id: run.repository,
    repository_owner_id: '65',
    repository_visibility: 'private',
    run_id: run.id,
    run_number: '10',
    run_attempt: String(run.attempt),
    check_run_id: '52345678901',
    runner_environment: run.runner,
    actor: actor.login,
    actor_id: actor.id,
    workflow: 'delivery',
    head_ref: '',
    base_ref: '',
    event_name: 'push',
    enterprise: 'octo-corp',
    enterprise_id: '2',
    ref_protected: 'true',
    ref_type: 'branch',
    workflow_ref: run.workflow,
    workflow_sha: run.workflowSha,
    job_workflow_ref: `${SLUICE.repository}/.github/workflows/stage.yml@${SLUICE.commit}`,
    job_workflow_sha: SLUICE.commit,
    iss: GITHUB_ISSUER,
    nbf: issued - 600,
    exp: issued + 300,
    iat: issued
  }
}
