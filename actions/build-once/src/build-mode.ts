import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { writeBundle } from '@sluice/bundle'
import { code, type Digest, escapeMarkdown, plural, type Report, table } from '@sluice/core'
import { checkRepository, fingerprintOf, type Unit, unitNamed } from '@sluice/delivery'
import { exportTree } from '@sluice/git'
import type { Pipeline } from '@sluice/pipeline'
import { type Builder, contextTime, detectBuilder, requireKnownFrontend } from './builder/index.ts'
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
      : await buildBundle(unit, layout, pipeline)
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

async function buildImage(
  unit: Extract<Unit, { kind: 'image' }>,
  { fingerprint, layout }: { readonly fingerprint: Digest; readonly layout: string },
  request: BuildRequest,
  pipeline: BuildPipeline,
  env: NodeJS.ProcessEnv
): Promise<BuildResult> {
  const { log, run } = pipeline
  const { image } = unit
  const builder = await builderFor(request, pipeline, env)
  return withTemporaryFolder(run.temp, async context => {
    const epoch = contextTime(fingerprint)
    await exportTree({
      repository: run.workspace,
      commit: run.sha,
      path: image.context,
      into: context,
      epoch,
      purpose: 'image'
    })
    const { dockerfile } = image
    await requireKnownFrontend({ context, dockerfile, name: posix.join(image.context, dockerfile) })
    const common = {
      context,
      dockerfile,
      args: image.args,
      platforms: image.platforms,
      log
    }
    const { test, target } = image
    if (test !== undefined)
      await log.group(`Run the tests of ${unit.name}`, async () => builder.runTarget({ ...common, target: test }))
    const built = await log.group(`Build ${unit.name}`, async () =>
      builder.buildImage({ ...common, ...(target === undefined ? {} : { target }), layout })
    )
    return {
      digest: built.digest,
      tested: test !== undefined,
      detail: {
        builder: builder.name,
        sandbox: builder.sandboxed,
        ...(built.base.length === 0 ? {} : { base: built.base }),
        ...(built.resolvedDependencies === undefined ? {} : { resolvedDependencies: built.resolvedDependencies })
      }
    }
  })
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
  file: string,
  pipeline: BuildPipeline
): Promise<BuildResult> {
  const { log, run } = pipeline
  return withTemporaryFolder(run.temp, async directory => {
    await exportTree({
      repository: run.workspace,
      commit: run.sha,
      path: unit.bundle.path,
      into: directory,
      purpose: 'bundle'
    })
    const built = await log.group(`Pack ${unit.name}`, async () => writeBundle({ directory, file }))
    return { digest: built.digest, tested: false, detail: { files: built.files, bytes: built.bytes } }
  })
}

async function withTemporaryFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'sluice-tree-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
