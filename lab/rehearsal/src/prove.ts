import {
  artifactParameter,
  type Digest,
  decodePlan,
  decodeRelease,
  environmentTag,
  evidencePath,
  type LedgerRecord,
  type Release,
  stackName
} from '@sluice/core'
import { type Delivery, trustRulesOf, type Unit } from '@sluice/delivery'
import { readHistory, readLedgerFiles, verifyLedger } from '@sluice/ledger'
import { bundleDigestInStore, imageDigestOfTag, releaseBytes, runningImage, stackParameter } from './live-digests.ts'
import type { World } from './world.ts'

/** One unit in one environment: its digest in every place that holds one. A place that holds none is absent. */
export interface ProofRow {
  readonly environment: string
  readonly unit: string
  /** In the plan that the ledger's last `deployed` record names. */
  readonly ledger: string | undefined
  /** In the release document of the ops registry. */
  readonly release: string | undefined
  /** In the parameter of the live stack. */
  readonly stack: string | undefined
  /** Under the environment's tag (image), or of the archive's bytes (bundle). */
  readonly registry: string | undefined
  /** In the task definition that the service runs (image), of the bundle whose files are published, byte by byte, or of the code of the function (bundle). */
  readonly running: string | undefined
}

/** What was read after a delivery, and what does not agree. */
export interface Proof {
  readonly rows: readonly ProofRow[]
  /** One line each: unit, environment, place, and both values. */
  readonly mismatches: readonly string[]
  readonly ledger: {
    readonly records: number
    readonly signed: number
    readonly verified: boolean
    readonly problems: readonly string[]
  }
}

const PLACES = ['release', 'stack', 'registry', 'running'] as const

/**
 * Reads every digest where it lives: ledger files by git, release document and tags from the registry, stacks and services from AWS.
 * Nothing is taken from the run that put them there.
 */
export async function prove(world: World): Promise<Proof> {
  const { delivery, product, github } = world
  const where = { directory: product.bare, branch: delivery.ledger.branch }
  const files = await readLedgerFiles(where)
  const history = await readHistory(where)
  const report = await verifyLedger({
    files,
    committed: history.committed,
    ...trustRulesOf(delivery),
    repository: String(product.repositoryId),
    tokens: {
      issuer: github.url,
      ...(delivery.sluice === undefined ? {} : { sluice: { repository: delivery.sluice.repository } })
    },
    environments: delivery.environments.map(({ name }) => name)
  })
  const problems = [...report.problems, ...history.problems].map(({ path, problem }) => `${path}: ${problem}`)

  const rows: ProofRow[] = []
  for (const environment of delivery.environments) {
    const record = lastDeployed(files, environment.name)
    if (record?.plan === undefined || record.release === undefined) continue
    const plan = decodePlan(files.get(evidencePath(record.plan)) ?? new Uint8Array(), record.plan)
    const release = await readRelease(world, record.release.digest)
    rows.push(
      ...(await Promise.all(
        delivery.units.map(async unit =>
          proofOf(world, environment.name, unit, release, plan.stacks.find(stack => stack.unit === unit.name)?.artifact)
        )
      ))
    )
  }
  return {
    rows,
    mismatches: rows.flatMap(row => mismatchesOf(row, delivery)),
    ledger: { records: report.records, signed: report.signed, verified: problems.length === 0, problems }
  }
}

async function proofOf(
  world: World,
  environment: string,
  unit: Unit,
  release: Release | undefined,
  ledger: Digest | undefined
): Promise<ProofRow> {
  const stack = stackName(world.delivery.product, environment, unit.name)
  // A bundle that is the code of a function is passed by its object, whose name has the digest.
  const inStack =
    (await stackParameter(world, environment, stack, artifactParameter(unit.kind))) ??
    (await stackParameter(world, environment, stack, 'BundleKey'))
  return {
    environment,
    unit: unit.name,
    ledger,
    release: release?.units[unit.name]?.digest,
    stack: inStack,
    registry:
      unit.kind === 'image'
        ? await imageDigestOfTag(world, unit.name, environmentTag(environment))
        : ledger === undefined
          ? undefined
          : await bundleDigestInStore(world, unit.name, ledger),
    running: await runningImage(world, environment, unit, stack)
  }
}

function mismatchesOf(row: ProofRow, delivery: Delivery): readonly string[] {
  const stack = stackName(delivery.product, row.environment, row.unit)
  const names: Readonly<Record<(typeof PLACES)[number], string>> = {
    release: 'the release document',
    stack: `stack ${stack}`,
    registry: `the ops registry (${environmentTag(row.environment)})`,
    running: 'what runs'
  }
  return PLACES.filter(place => row[place] !== row.ledger).map(
    place =>
      `${row.unit} in ${row.environment}: ${names[place]} has ${row[place] ?? 'nothing'}, the ledger says ${row.ledger ?? 'nothing'}.`
  )
}

function lastDeployed(files: ReadonlyMap<string, Uint8Array>, environment: string): LedgerRecord | undefined {
  const records: LedgerRecord[] = []
  for (const [path, bytes] of files) {
    if (/^records\/\d+\/\d+\.json$/.test(path))
      records.push(JSON.parse(Buffer.from(bytes).toString('utf8')) as LedgerRecord)
  }
  return records
    .filter(record => record.environment === environment && record.event === 'deployed')
    .sort((a, b) => b.sequence - a.sequence)[0]
}

async function readRelease(world: World, digest: Digest): Promise<Release | undefined> {
  const bytes = await releaseBytes(world, digest)
  return bytes === undefined ? undefined : decodeRelease(bytes, digest, world.delivery.product)
}
