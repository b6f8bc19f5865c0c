import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { writeBundle } from '@sluice/bundle'
import { code, type Digest, escapeMarkdown, maskOf, plural, type Report, table } from '@sluice/core'
import { buildOf, checkRepository, type DockerfileBuild, fingerprintOf, type Unit, unitNamed } from '@sluice/delivery'
import { exportTree } from '@sluice/git'
import type { Pipeline } from '@sluice/pipeline'
import { secretsOf } from './build-secrets.ts'
import {
  type Builder,
  contextTime,
  detectBuilder,
  type Fetched,
  type FilesRequest,
  requireKnownFrontend
} from './builder/index.ts'
import type { BuildOnceInputs } from './inputs.ts'

type BuildRequest = Extract<BuildOnceInputs, { mode: 'build' }>

/** What came out of a build, and what is worth recording of it. */
interface BuildResult {
  readonly digest: Digest
  readonly tested: boolean
  readonly detail: Readonly<Record<string, unknown>>
}

/** What of a delivery a build needs. */
export type BuildPipeline = Pick<Pipeline, 'at' | 'clock' | 'log' | 'policy' | 'repository' | 'run'>

/** Runs the unit's test target, then builds the unit from the commit's tree: exactly what git holds, nothing beside it. */
export async function build(request: BuildRequest, pipeline: BuildPipeline, env: NodeJS.ProcessEnv): Promise<Report> {
  const { log, run, repository } = pipeline
  const delivery = await pipeline.at(run.sha)
  await checkRepository(delivery, repository, run.sha)
  const unit = unitNamed(delivery, request.unit)
  const fingerprint = await fingerprintOf(repository, run.sha, unit)
  const layout =
    request.layout ?? join(run.temp, 'sluice', 'builds', unit.kind === 'image' ? unit.name : `${unit.name}.zip`)
  await rm(layout, { recursive: true, force: true })
  await mkdir(dirname(layout), { recursive: true })

  const facts = join(run.temp, 'sluice', 'builds', `${unit.name}.json`)
  await mkdir(dirname(facts), { recursive: true })

  const started = pipeline.clock.now()
  const result =
    unit.kind === 'image'
      ? await buildImage(unit, { fingerprint, layout }, request, pipeline, env)
      : await buildBundle(unit, { fingerprint, layout }, request, pipeline, env)
  const seconds = ((pipeline.clock.now() - started) / 1000).toFixed(1)
  log.info(`${unit.name}: ${result.digest} in ${seconds} s`)
  await writeFile(facts, JSON.stringify(result.detail))

  return {
    outputs: {
      digest: result.digest,
      fingerprint,
      layout,
      built: 'true',
      events: result.tested ? 'tested,built' : 'built',
      // By file: Linux hands no program more than 128 KiB in one variable, and a build can fetch thousands of things.
      'detail-path': facts
    },
    summary: `### Built ${escapeMarkdown(unit.name)}\n\n${table(
      ['', ''],
      [
        ['digest', code(result.digest)],
        ['fingerprint', code(fingerprint)],
        ['tests', result.tested ? 'passed' : 'the unit has no test target'],
        ['time', `${seconds} s`],
        ...Object.entries(result.detail).map(([name, value]) => [escapeMarkdown(name), shown(value)])
      ]
    )}\n`
  }
}

/** Characters of a fact that the summary shows: more would bury the others. */
const READABLE = 1_000

/** A fact for the summary: of a long list, how long it is. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return Array.isArray(value) && text.length > READABLE ? plural(value.length, 'entry', 'entries') : code(text)
}

/** What a Dockerfile is built with, and what it is the build of. */
interface Making {
  readonly name: string
  readonly secrets: Readonly<Record<string, string>>
  readonly build: DockerfileBuild
  readonly platforms: readonly string[]
  readonly fingerprint: Digest
}

async function buildImage(
  unit: Extract<Unit, { kind: 'image' }>,
  { fingerprint, layout }: { readonly fingerprint: Digest; readonly layout: string },
  request: BuildRequest,
  pipeline: BuildPipeline,
  env: NodeJS.ProcessEnv
): Promise<BuildResult> {
  const { platforms, ...build } = unit.image
  const builder = await builderFor(request, pipeline, env)
  const made = await make(
    { name: unit.name, build, secrets: mounted(unit, request, env), platforms, fingerprint },
    builder,
    pipeline,
    common => builder.buildImage({ ...common, layout })
  )
  return { digest: made.digest, tested: build.test !== undefined, detail: factsOf(builder, made) }
}

/** The secrets of a unit, which no log shows from then on. */
function mounted(unit: Unit, request: BuildRequest, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const secrets = secretsOf(unit.name, buildOf(unit)?.secrets ?? [], request.secrets ?? new Map())
  Object.values(secrets).forEach(maskOf(env))
  return secrets
}

/** Runs the tests of a build from the commit's tree, and then makes its result. */
async function make<T>(
  { name, build, secrets, platforms, fingerprint }: Making,
  builder: Builder,
  { log, run }: BuildPipeline,
  work: (common: Omit<FilesRequest, 'folder'>) => Promise<T>
): Promise<T> {
  return withTemporaryFolder(run.temp, async context => {
    const epoch = contextTime(fingerprint)
    await exportTree({
      repository: run.workspace,
      commit: run.sha,
      path: build.context,
      into: context,
      epoch,
      purpose: 'image'
    })
    const { dockerfile, args, test, target } = build
    await requireKnownFrontend({ context, dockerfile, name: posix.join(build.context, dockerfile) })
    const common = { context, dockerfile, args, secrets, platforms, log }
    if (test !== undefined)
      await log.group(`Run the tests of ${name}`, async () => builder.runTarget({ ...common, target: test }))
    return log.group(`Build ${name}`, async () => work({ ...common, ...(target === undefined ? {} : { target }) }))
  })
}

/** What is worth recording of a build by a Dockerfile. */
function factsOf(builder: Builder, { base, resolvedDependencies }: Fetched): Readonly<Record<string, unknown>> {
  return {
    builder: builder.name,
    sandbox: builder.sandboxed,
    ...(base.length === 0 ? {} : { base }),
    ...(resolvedDependencies === undefined ? {} : { resolvedDependencies })
  }
}

async function builderFor(
  { builder }: BuildRequest,
  { log, policy }: Pick<BuildPipeline, 'log' | 'policy'>,
  env: NodeJS.ProcessEnv
): Promise<Builder> {
  return detectBuilder(builder, { env, sandbox: policy.builds.sandbox, log })
}

async function buildBundle(
  unit: Extract<Unit, { kind: 'bundle' }>,
  { fingerprint, layout: file }: { readonly fingerprint: Digest; readonly layout: string },
  request: BuildRequest,
  pipeline: BuildPipeline,
  env: NodeJS.ProcessEnv
): Promise<BuildResult> {
  const { log, run } = pipeline
  const { build, path = '.' } = unit.bundle
  return withTemporaryFolder(run.temp, async directory => {
    let facts: Readonly<Record<string, unknown>> = {}
    if (build === undefined)
      await exportTree({ repository: run.workspace, commit: run.sha, path, into: directory, purpose: 'bundle' })
    else {
      const builder = await builderFor(request, pipeline, env)
      const secrets = mounted(unit, request, env)
      const making = { name: unit.name, build, secrets, platforms: BUNDLE_PLATFORMS, fingerprint }
      const made = await make(making, builder, pipeline, common => builder.buildFiles({ ...common, folder: directory }))
      facts = factsOf(builder, made)
    }
    const { digest, files, bytes } = await log.group(`Pack ${unit.name}`, async () => writeBundle({ directory, file }))
    return { digest, tested: build?.test !== undefined, detail: { ...facts, files, bytes } }
  })
}

/** Files are the same wherever they are served from; what makes them runs on what GitHub's runners are. */
const BUNDLE_PLATFORMS = ['linux/amd64']

async function withTemporaryFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'sluice-tree-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
