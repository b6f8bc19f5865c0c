import { basename, dirname } from 'node:path'
import { messageOf, runTool } from '@sluice/core'
import { buildKitArguments } from './build-args.ts'
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
        sandboxed: runsSandboxed(stdout.toString('utf8')),
        env,
        command: solve => [...client, ...solveArguments(solve)]
      })
    }
  } catch (error: unknown) {
    return { absent: messageOf(error) }
  }
}

/**
 * Whether all workers give each step a process namespace of its own: a daemon started with
 * `--oci-worker-no-process-sandbox` lets a Dockerfile see, and kill, the processes of the machine. Workers tell by labels; a client
 * too old to show them proves nothing.
 */
export function runsSandboxed(workers: string): boolean {
  const values = (label: string): readonly (string | undefined)[] =>
    [...workers.matchAll(new RegExp(`worker\\.${label}:\\s*(\\S+)`, 'g'))].map(([, value]) => value)
  return values('executor').length > 0 && values('oci\\.process-mode').every(mode => mode === 'sandbox')
}

function solveArguments({ context, dockerfile, request, target, output }: Solve): readonly string[] {
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
    ...(output === undefined ? [] : [`--output=${output}`])
  ]
}
