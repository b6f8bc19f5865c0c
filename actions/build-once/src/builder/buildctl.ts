import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, messageOf, runTool } from '@sluice/core'
import { buildKitArguments } from './build-args.ts'
import { secretOptions } from './build-secrets.ts'
import type { Probe } from './builder.ts'
import { buildKitBuilder, type Solve } from './buildkit.ts'

const DEFAULT_ADDRESS = 'unix:///run/buildkit/buildkitd.sock'

/** BuildKit's own client, on the daemon at `BUILDKIT_HOST` or at the default address. */
export async function probeBuildctl(env: NodeJS.ProcessEnv): Promise<Probe> {
  const address = env['BUILDKIT_HOST'] ?? DEFAULT_ADDRESS
  const client = ['buildctl', '--addr', address, '--timeout', '10'] as const
  try {
    const { code, stdout, stderr } = await runTool(client[0], [...client.slice(1), 'debug', 'workers', '--verbose'], {
      env
    })
    if (code !== 0)
      return { absent: `no buildkitd is reachable at ${address} (${stderr.trim().split('\n').at(-1) ?? ''})` }
    return {
      builder: buildKitBuilder({
        name: `buildkit at ${address}`,
        exposes: exposureOf(stdout.toString('utf8')),
        env,
        prepare: async () => forgetContexts(client, env),
        command: solve => [...client, ...solveArguments(solve)],
        provenanceOf: report => provenanceOf(client, env, report)
      })
    }
  } catch (error: unknown) {
    return { absent: messageOf(error) }
  }
}

/**
 * What the steps of a build reach by what its workers say of themselves. A daemon started with `--oci-worker-no-process-sandbox` lets a
 * Dockerfile see, and kill, the processes of the machine; one whose worker has the network `host`, which is what it has without
 * CNI, lets it speak to every service that listens on the machine alone. A client too old to show labels proves nothing.
 */
export function exposureOf(workers: string): string | undefined {
  return processExposure(workers) ?? networkExposure(workers)
}

/** The half of {@link exposureOf} that is about processes. */
export function processExposure(workers: string): string | undefined {
  const sandboxed = labels(workers, 'oci\\.process-mode').every(mode => mode === 'sandbox')
  if (labels(workers, 'executor').length === 0) return 'its workers do not say how they run steps'
  return sandboxed ? undefined : 'its steps can see the processes of its machine'
}

/** The half that is about the network. */
export function networkExposure(workers: string): string | undefined {
  const networks = labels(workers, 'network')
  if (networks.length === 0) return 'its workers do not say which network steps have'
  return networks.includes('host')
    ? 'its steps have the network of its machine: start buildkitd with --oci-worker-net=bridge or cni'
    : undefined
}

function labels(workers: string, label: string): readonly string[] {
  return [...workers.matchAll(new RegExp(`worker\\.${label}:\\s*(\\S+)`, 'g'))].flatMap(([, value]) => value ?? [])
}

/**
 * Has a daemon forget the files that it was sent for earlier builds. It would take one of the same path, size and time for unchanged, and with this client
 * it keeps all contexts in one place; times have too few bits to rely on them alone where an author may look for two commits with equal ones. What a build beside this one uses, the daemon keeps.
 */
async function forgetContexts(client: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<void> {
  const [program, ...common] = client
  const { code, stderr } = await runTool(program, [...common, 'prune', '--filter=type==source.local'], { env })
  if (code !== 0)
    throw new Failure(`buildctl could not have its daemon forget the files of earlier builds: ${stderr.trim()}`)
}

function solveArguments({ context, dockerfile, request, target, output, report }: Solve): readonly string[] {
  const options = [
    `filename=${basename(dockerfile)}`,
    ...buildKitArguments(request).map(argument => `build-arg:${argument}`),
    ...(request.platforms.length === 0 ? [] : [`platform=${request.platforms.join(',')}`]),
    ...(target === undefined ? [] : [`target=${target}`])
  ]
  return [
    'build',
    '--progress=plain',
    '--frontend=dockerfile.v0',
    `--local=context=${context}`,
    `--local=dockerfile=${dirname(dockerfile)}`,
    ...options.map(option => `--opt=${option}`),
    ...secretOptions(request),
    ...(output === undefined ? [] : [`--output=${output}`]),
    ...(report === undefined ? [] : [`--ref-file=${report}`])
  ]
}

/** What counts here of a build in the daemon's history. */
interface HistoryEvent {
  readonly record?: {
    readonly Ref?: string
    readonly Result?: HistoryResult
    readonly Results?: Readonly<Record<string, HistoryResult>>
  }
}

interface HistoryResult {
  readonly Attestations?: readonly { readonly digest: string }[]
}

/** How often the history is asked for a build that has just ended, and how long it is waited in between, in milliseconds. */
const TRIES = 30
const WAIT = 100

/** The daemon keeps a provenance of each build; the report is the build's name. */
async function provenanceOf(
  client: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  report: string
): Promise<readonly unknown[]> {
  const debug = async (...args: readonly string[]): Promise<Buffer> => {
    const { code, stdout, stderr } = await runTool(client[0], [...client.slice(1), 'debug', ...args], { env })
    if (code !== 0) throw new Failure(`BuildKit does not say what the build fetched: ${stderr.trim()}`)
    return stdout
  }
  const ref = (await readFile(report, 'utf8')).trim()
  for (let tries = 0; tries < TRIES; tries += 1) {
    const events = (await debug('histories', '--format', '{{json .}}')).toString('utf8').split('\n').filter(Boolean)
    const record = events.map(line => (JSON.parse(line) as HistoryEvent).record).find(it => it?.Ref === ref)
    const results = [record?.Result, ...Object.values(record?.Results ?? {})]
    const attestations = results.flatMap(result => result?.Attestations ?? [])
    if (attestations.length > 0)
      return Promise.all(
        attestations.map(async ({ digest }): Promise<unknown> => JSON.parse(String(await debug('get', digest))))
      )
    await sleep(WAIT)
  }
  throw new Failure(`BuildKit has no provenance of the build ${ref}. BuildKit 0.11 is the oldest that keeps one.`)
}
