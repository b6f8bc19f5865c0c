import { readFile } from 'node:fs/promises'
import { Failure, messageOf, runTool } from '@sluice/core'
import { buildKitArguments } from './build-args.ts'
import { secretOptions } from './build-secrets.ts'
import { networkExposure, processExposure } from './buildctl.ts'
import type { Probe } from './builder.ts'
import { confine, runsImage } from './builder-container.ts'
import { buildKitBuilder, type Solve } from './buildkit.ts'

/**
 * What runs in the builder that is made where docker's only one is built into its daemon: the image of the release that the tests
 * build with (tools/buildkit), for all platforms, by digest, since it gets to see everything that is built.
 */
const IMAGE = 'moby/buildkit:v0.29.0@sha256:0039c1d47e8748b5afea56f4e85f14febaf34452bd99d9552d2daa82262b5cc5'

/** Its name: on a machine that is kept, another release of Sluice must not find the BuildKit of this one. */
const OWN = `sluice-${IMAGE.slice(IMAGE.lastIndexOf(':') + 1).slice(0, 12)}`

const DRIVERS = ['docker-container', 'remote', 'kubernetes']

/** docker's client of BuildKit, on the builder that is selected (`BUILDX_BUILDER`, `docker buildx use`). */
export async function probeBuildx(env: NodeJS.ProcessEnv): Promise<Probe> {
  try {
    const selected = await inspect(env, undefined)
    if ('absent' in selected || selected.driver !== 'docker' || env['BUILDX_BUILDER'] !== undefined)
      return await usable(env, selected)
    // A machine fresh from GitHub has the daemon's own builder only: it can neither write layouts nor set times.
    return await usable(env, await ownBuilder(env))
  } catch (error: unknown) {
    return { absent: messageOf(error) }
  }
}

interface Inspected {
  readonly builder: string
  readonly driver: string
  readonly nodes: readonly string[]
  /** What its workers say of themselves. */
  readonly workers: string
}

interface Absent {
  readonly absent: string
}

/** The suite's own builder, made if it is not there. */
async function ownBuilder(env: NodeJS.ProcessEnv): Promise<Inspected | Absent> {
  const present = await inspect(env, OWN)
  if ('driver' in present) {
    if (await runsImage(env, present.nodes, IMAGE)) return present
    // Whoever made it, what runs in it gets to see everything that is built.
    await buildx(env, ['rm', '--force', OWN])
  }
  const options = ['--name', OWN, '--driver', 'docker-container', '--driver-opt', `image=${IMAGE}`]
  const made = await buildx(env, ['create', ...options])
  // Another job may have made it meanwhile: what counts is that it is there.
  const found = await inspect(env, OWN)
  if ('driver' in found) return found
  if (made.code === 0) {
    // It did not start. Nothing of it is left to a later job, which begins anew.
    await buildx(env, ['rm', '--force', OWN])
    return found
  }
  return EXISTS.test(made.stderr)
    ? found
    : { absent: `docker buildx could not create a builder (${reason(made.stderr)})` }
}

const EXISTS = /existing instance for/

/** What docker says when it does not know the command. */
const NO_PLUGIN = /^unknown (shorthand )?flag|is not a docker command/m

async function inspect(env: NodeJS.ProcessEnv, builder: string | undefined): Promise<Inspected | Absent> {
  const { code, stdout, stderr } = await buildx(env, [
    'inspect',
    '--bootstrap',
    ...(builder === undefined ? [] : [builder])
  ])
  if (code !== 0) {
    if (NO_PLUGIN.test(stderr)) return { absent: 'docker has no plugin buildx' }
    return { absent: `docker buildx cannot start ${builder ?? 'its builder'} (${reason(stderr)})` }
  }
  const text = stdout.toString('utf8')
  const field = (label: string): string | undefined => new RegExp(`^${label}:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1]
  const [name, driver, problem] = [field('Name'), field('Driver'), field('Error')]
  if (problem !== undefined) return { absent: `docker buildx cannot use its builder (${problem})` }
  if (name === undefined || driver === undefined) return { absent: 'docker buildx inspect reports no driver' }
  const [, ...nodes] = [...text.matchAll(/^Name:[ \t]*(\S+)$/gm)].flatMap(([, node]) => node ?? [])
  return { builder: name, driver, nodes, workers: text }
}

async function usable(env: NodeJS.ProcessEnv, found: Inspected | Absent): Promise<Probe> {
  if ('absent' in found) return found
  if (!DRIVERS.includes(found.driver)) {
    return {
      absent: `docker buildx builder ${found.builder} has driver ${found.driver}, which cannot write reproducible layouts; supported drivers: ${DRIVERS.join(', ')}`
    }
  }
  const command = (solve: Solve): readonly [string, ...string[]] => [
    'docker',
    'buildx',
    ...solveArguments(found.builder, solve)
  ]
  const name = `buildx ${found.builder} (${found.driver})`
  // Told apart from an attestation, which would be part of the image.
  const building = { ...env, BUILDX_METADATA_PROVENANCE: 'min' }
  return {
    builder: buildKitBuilder({
      name,
      exposes: await exposureOf(env, found),
      env: building,
      command,
      provenanceOf: (report, platforms) => provenanceOf(env, found.builder, report, platforms)
    })
  }
}

/** What steps reach: a container has docker's network, which its workers call that of the host; others have what their workers say. */
async function exposureOf(env: NodeJS.ProcessEnv, found: Inspected): Promise<string | undefined> {
  const { driver, nodes, workers } = found
  const exposure = processExposure(workers)
  if (exposure !== undefined) return exposure
  return driver === 'docker-container' ? confine(env, nodes) : networkExposure(workers)
}

/**
 * Its report holds the provenance of a build for one platform. That of several is left out, so each is asked for by the build's name
 * in the history of the builder.
 */
async function provenanceOf(
  env: NodeJS.ProcessEnv,
  builder: string,
  report: string,
  platforms: readonly string[]
): Promise<readonly unknown[]> {
  const metadata = JSON.parse(await readFile(report, 'utf8')) as Readonly<Record<string, unknown>>
  const found = metadata['buildx.build.provenance']
  if (found !== undefined) return [found]
  if (platforms.length === 0)
    throw new Failure('docker buildx does not say what the build fetched. Use a newer buildx.')
  const ref = String(metadata['buildx.build.ref']).split('/').at(-1) ?? ''
  return Promise.all(
    platforms.map(async (platform): Promise<unknown> => {
      const options = [`--builder=${builder}`, '--type=provenance', `--platform=${platform}`]
      const { code, stdout, stderr } = await buildx(env, ['history', 'inspect', 'attachment', ...options, ref])
      if (code === 0) return JSON.parse(stdout.toString('utf8'))
      throw new Failure(
        `docker buildx does not say what the build for ${platform} fetched (${reason(stderr)}). Use a newer buildx.`
      )
    })
  )
}

function solveArguments(
  builder: string,
  { context, dockerfile, request, target, output, report }: Solve
): readonly string[] {
  return [
    'build',
    `--builder=${builder}`,
    '--progress=plain',
    // An attestation holds times and ids of this one build.
    '--provenance=false',
    '--sbom=false',
    `--file=${dockerfile}`,
    ...buildKitArguments(request).map(argument => `--build-arg=${argument}`),
    ...secretOptions(request),
    ...(request.platforms.length === 0 ? [] : [`--platform=${request.platforms.join(',')}`]),
    ...(target === undefined ? [] : [`--target=${target}`]),
    `--output=${output ?? 'type=cacheonly'}`,
    ...(report === undefined ? [] : [`--metadata-file=${report}`]),
    context
  ]
}

function buildx(env: NodeJS.ProcessEnv, args: readonly string[]): ReturnType<typeof runTool> {
  return runTool('docker', ['buildx', ...args], { env })
}

/** Its last line, which is the error; progress comes before. */
function reason(stderr: string): string {
  return (stderr.trim().split('\n').at(-1) ?? '').replace(/^ERROR: /, '')
}
