import { messageOf, runCommand } from '@sluice/core'
import { runsSandboxed } from './buildctl.ts'
import type { Probe } from './builder.ts'
import { buildKitArguments, buildKitBuilder, type Solve } from './buildkit.ts'

/** The builder that is made where docker's only one is built into its daemon. */
const OWN = 'sluice'

/**
 * What runs in it: the image of the release that the tests build with (tools/buildkit), for all platforms, by digest, since it gets
 * to see everything that is built.
 */
const IMAGE = 'moby/buildkit:v0.29.0@sha256:0039c1d47e8748b5afea56f4e85f14febaf34452bd99d9552d2daa82262b5cc5'

const DRIVERS = ['docker-container', 'remote', 'kubernetes']

/** docker's client of BuildKit, on the builder that is selected (`BUILDX_BUILDER`, `docker buildx use`). */
export async function probeBuildx(env: NodeJS.ProcessEnv): Promise<Probe> {
  try {
    const selected = await inspect(env, undefined)
    if ('absent' in selected || selected.driver !== 'docker' || env['BUILDX_BUILDER'] !== undefined)
      return usable(env, selected)
    // A machine fresh from GitHub has the daemon's own builder only: it can neither write layouts nor set times.
    const own = await inspect(env, OWN)
    if ('driver' in own) return usable(env, own)
    const made = await buildx(env, [
      'create',
      '--name',
      OWN,
      '--driver',
      'docker-container',
      '--driver-opt',
      `image=${IMAGE}`
    ])
    const found = await inspect(env, OWN)
    // Another job may have made it meanwhile: what counts is that it is there.
    if ('driver' in found) return usable(env, found)
    return {
      absent: made.code === 0 ? found.absent : `docker buildx could not make a builder (${lastLine(made.stderr)})`
    }
  } catch (error: unknown) {
    return { absent: messageOf(error) }
  }
}

interface Inspected {
  readonly builder: string
  readonly driver: string
  readonly sandboxed: boolean
}

async function inspect(
  env: NodeJS.ProcessEnv,
  builder: string | undefined
): Promise<Inspected | { readonly absent: string }> {
  const { code, stdout, stderr } = await buildx(env, [
    'inspect',
    '--bootstrap',
    ...(builder === undefined ? [] : [builder])
  ])
  if (code !== 0) return { absent: `docker buildx has no builder (${lastLine(stderr)})` }
  const text = stdout.toString('utf8')
  const field = (label: string): string | undefined => new RegExp(`^${label}:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1]
  const [name, driver, problem] = [field('Name'), field('Driver'), field('Error')]
  if (problem !== undefined) return { absent: `docker buildx cannot use its builder (${problem})` }
  if (name === undefined || driver === undefined) return { absent: 'docker buildx inspect names no driver' }
  return { builder: name, driver, sandboxed: runsSandboxed(text) }
}

function usable(env: NodeJS.ProcessEnv, found: Inspected | { readonly absent: string }): Probe {
  if ('absent' in found) return found
  if (!DRIVERS.includes(found.driver)) {
    return {
      absent: `docker buildx builder ${found.builder} has driver ${found.driver}, which cannot write reproducible layouts; it takes ${DRIVERS.join(', ')}`
    }
  }
  const command = (solve: Solve): readonly [string, ...string[]] => [
    'docker',
    'buildx',
    ...solveArguments(found.builder, solve)
  ]
  const name = `buildx ${found.builder} (${found.driver})`
  return { builder: buildKitBuilder({ name, sandboxed: found.sandboxed, env, command }) }
}

function solveArguments(builder: string, { context, dockerfile, request, target, output }: Solve): readonly string[] {
  return [
    'build',
    `--builder=${builder}`,
    '--progress=plain',
    // An attestation holds times and ids of this one build.
    '--provenance=false',
    '--sbom=false',
    `--file=${dockerfile}`,
    ...buildKitArguments(request).map(argument => `--build-arg=${argument}`),
    ...(request.platforms.length === 0 ? [] : [`--platform=${request.platforms.join(',')}`]),
    ...(target === undefined ? [] : [`--target=${target}`]),
    `--output=${output ?? 'type=cacheonly'}`,
    context
  ]
}

function buildx(env: NodeJS.ProcessEnv, args: readonly string[]): ReturnType<typeof runCommand> {
  return runCommand('docker', ['buildx', ...args], { env })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
