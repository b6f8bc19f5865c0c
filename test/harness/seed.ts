import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBundle } from '@sluice/bundle'
import {
  type AwsSession,
  awsTerms,
  bundleBucket,
  type Digest,
  encodeRelease,
  evidenceOfText,
  type GitHub,
  githubClient,
  hexOf,
  type LedgerRecord,
  parseAccountId,
  type RecordDraft,
  type ReleasedUnit,
  type SignerName,
  signerAlias,
  signerOf,
  systemClock
} from '@sluice/core'
import { accountNamed, fingerprintOf, folderOf, trustRulesOf, type Unit, unitNamed } from '@sluice/delivery'
import { exportTree, openRepository } from '@sluice/git'
import {
  appendRecords,
  githubStore,
  kmsSigner,
  type LedgerStore,
  openSnapshot,
  recordPath,
  type Signer
} from '@sluice/ledger'
import { readProtection } from '@sluice/pipeline'
import { type BundleStore, bundleStore, connectRegistry, type Registry } from '@sluice/registry'
import { AUTHOR, accessTo, accountOfSigner } from '@sluice-lab/rehearsal'
import { type Image, writeImage } from './image.ts'
import type { Run, Scene } from './scene.ts'

/** Puts things where a delivery would have put them, without a delivery: as earlier runs, or as somebody with too many rights. */
export interface Seed {
  readonly registry: Registry
  readonly ledger: LedgerStore
  readonly github: GitHub
  session(account: string): AwsSession
  /** Signs with a signer's ledger key. */
  signer(name: SignerName): Signer
  /** Appends a record: now, signed by the one whose word it is, and with the gate as it stands, unless told otherwise. */
  record(draft: SeedDraft, how?: SeedRecording): Promise<LedgerRecord>
  /** Stores a bundle as the one of a unit at a commit, without a word on the ledger. */
  plantBundle(unit: string, commit: string, bundle: { readonly digest: Digest; readonly file: string }): Promise<void>
  /** Builds, stores and records every unit of a commit, and its release; the release's digest. */
  release(commit: string): Promise<SeededRelease>
}

export type SeedDraft = Pick<RecordDraft, 'event'> & Partial<RecordDraft>

export interface SeedRecording {
  /** The run whose job writes it; by default one that GitHub does not know. */
  readonly of?: Run
  /** Signs instead of the one whose word it is. Whoever writes so reads no delivery.yml that would refuse it. */
  readonly signer?: Signer
  readonly ledger?: LedgerStore
  /** A file that the record names by its digest, to be kept with it. */
  readonly evidence?: string
  /** A document that the record names. */
  readonly document?: Uint8Array
}

export interface SeededRelease {
  readonly digest: Digest
  readonly commit: string
  readonly units: Readonly<Record<string, ReleasedUnit>>
}

export function seedOf(scene: Scene): Seed {
  const { world } = scene
  const { delivery, product } = world
  const registry = connectRegistry({ host: world.registry.host, clock: systemClock })
  const token = world.github.createToken(product.repository, { actions: 'read', contents: 'write' })
  const env = { GITHUB_API_URL: world.github.url, AWS_ENDPOINT_URL: world.aws.url }
  const terms = awsTerms(env)
  const github = githubClient({ token, env, clock: systemClock, log: { info: () => undefined } })
  const ledger = githubStore({
    github,
    repository: product.repository,
    branch: delivery.ledger.branch
  })
  const session = (account: string): AwsSession => {
    const { region, credentials } = accessTo(delivery, account, world.aws.url)
    return { region, credentials: async () => credentials, terms }
  }
  const signer = (name: SignerName): Signer =>
    kmsSigner({
      session: session(accountOfSigner(delivery, name)),
      alias: signerAlias(delivery.ledger.key ?? '', name),
      name
    })
  let run = 100

  /** What goes with a plan or an intent, as the action would have found it. */
  const protectionOf = async ({ event, environment }: SeedDraft): Promise<Pick<RecordDraft, 'protection'>> => {
    if (environment === undefined || (event !== 'planned' && event !== 'started')) return {}
    const protection = await readProtection({ github, run: { repository: product.repository } }, environment)
    return protection === undefined ? {} : { protection }
  }

  const record: Seed['record'] = async (draft, how = {}) => {
    const drafted = {
      product: delivery.product,
      actor: { id: String(AUTHOR.id), login: AUTHOR.login },
      run: {
        repository: String(product.repositoryId),
        id: String(how.of?.id ?? ++run),
        attempt: how.of?.attempt ?? 1,
        job: 'seed',
        ref: 'refs/heads/main',
        workflow: 'deliver.yml',
        workflowSha: '0'.repeat(40),
        runner: 'github-hosted'
      },
      ...(await protectionOf(draft)),
      ...draft
    }
    const rules = trustRulesOf(delivery)
    const foreign =
      how.signer === undefined ? [] : [{ key: (await how.signer.publicKey()).fingerprint, signs: [signerOf(drafted)] }]
    const [appended] = await appendRecords({
      store: how.ledger ?? ledger,
      owner: { repository: String(product.repositoryId), product: delivery.product },
      rules: {
        ...rules,
        trust: [...rules.trust, ...foreign],
        repository: String(product.repositoryId),
        tokens: { issuer: world.github.url }
      },
      signer: name => how.signer ?? signer(name),
      voucher: world.github.voucher(drafted),
      clock: systemClock,
      log: { info: () => undefined },
      attachments: [
        ...(how.evidence === undefined ? [] : [{ content: await readFile(how.evidence) }]),
        ...(how.document === undefined ? [] : [{ content: how.document }])
      ],
      drafts: [drafted]
    })
    if (appended === undefined) throw new Error('Nothing was appended.')
    return appended.record
  }

  return {
    registry,
    ledger,
    github,
    session,
    signer,
    record,
    async plantBundle(unit, commit, { digest, file }) {
      const fingerprint = await fingerprintOf(openRepository(product.work), commit, unitNamed(delivery, unit))
      await bundles().push(unit, fingerprint, file, digest)
    },
    async release(commit) {
      const repository = openRepository(product.work)
      const units: Record<string, ReleasedUnit> = {}
      const folder = await mkdtemp(join(tmpdir(), 'sluice-seed-'))
      try {
        for (const unit of delivery.units) {
          const fingerprint = await fingerprintOf(repository, commit, unit)
          const digest = await store(unit, fingerprint, commit, join(folder, unit.name))
          units[unit.name] = { kind: unit.kind, digest, fingerprint }
          const of = { unit: { name: unit.name, kind: unit.kind, digest, fingerprint } }
          if (unit.kind === 'image' && unit.image.test !== undefined) await record({ event: 'tested', ...of })
          await record({ event: 'built', ...of, detail: { builder: 'seed', sandbox: true } })
        }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      const document = encodeRelease({
        version: 1,
        repository: String(product.repositoryId),
        product: delivery.product,
        commit,
        units
      })
      await registry.putDocument(`${delivery.product}/releases`, document.text, {
        artifactType: 'application/vnd.sluice.release.v1+json'
      })
      const { evidence, content } = evidenceOfText('release', document.text)
      await record(
        { event: 'released', release: { digest: document.digest, commit }, evidence: [evidence] },
        { document: content }
      )
      return { digest: document.digest, commit, units }
    }
  }

  function bundles(): BundleStore {
    const owner = parseAccountId(accountNamed(delivery, delivery.registry.account).id)
    return bundleStore({ session: session(delivery.registry.account), bucket: bundleBucket(delivery.product, owner) })
  }

  async function store(unit: Unit, fingerprint: Digest, commit: string, folder: string): Promise<Digest> {
    if (unit.kind === 'bundle') {
      await exportTree({ repository: product.work, commit, path: folderOf(unit), into: folder, purpose: 'bundle' })
      const { digest } = await writeBundle({ directory: folder, file: `${folder}.zip` })
      await bundles().push(unit.name, fingerprint, `${folder}.zip`, digest)
      return digest
    }
    const image: Image = await writeImage(folder, `${unit.name} ${fingerprint}`)
    await registry.pushLayout(`${delivery.product}/${unit.name}`, folder, image.digest)
    await registry.tagOnce(`${delivery.product}/${unit.name}`, image.digest, `src-${hexOf(fingerprint)}`)
    return image.digest
  }
}

/** What is on a ledger, oldest first. */
export async function recordsOn(ledger: LedgerStore): Promise<readonly LedgerRecord[]> {
  const { sequence = 0 } = (await ledger.head()) ?? {}
  const paths = Array.from({ length: sequence }, (_, n) => recordPath(n + 1))
  return openSnapshot(await ledger.read(paths)).records.flatMap(({ record }) => (record === undefined ? [] : [record]))
}
