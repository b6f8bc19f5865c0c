import { type Log, UserError } from '@sluice/core'
import { probeBuildah } from './buildah.ts'
import { probeBuildctl } from './buildctl.ts'
import type { Builder, Probe } from './builder.ts'
import { builderEnvironment } from './builder-env.ts'
import { BUILDERS, type BuilderChoice, type BuilderName } from './builder-order.ts'
import { probeBuildx } from './buildx.ts'

const PROBES: Readonly<Record<BuilderName, (env: NodeJS.ProcessEnv) => Promise<Probe>>> = {
  buildkit: probeBuildctl,
  buildx: probeBuildx,
  buildah: probeBuildah
}

/**
 * Finds the builder to use: the first sandboxed one that is there, in the order BuildKit, buildx, buildah.
 *
 * A builder without a sandbox is refused, because what a Dockerfile runs could take the job's tokens (promise 9), unless delivery.yml
 * says `builds: { sandbox: none }`. A job that builds always has one: `github-token`, of which no one can tell here what it may write,
 * and the runner's own.
 * @throws UserError when no builder is there, or none that may be used.
 */
export async function detectBuilder(
  choice: BuilderChoice,
  options: {
    readonly env: NodeJS.ProcessEnv
    readonly sandbox: 'required' | 'none'
    readonly log: Log
  }
): Promise<Builder> {
  const env = builderEnvironment(options.env)
  const names: readonly BuilderName[] = choice === 'auto' ? BUILDERS : [choice]
  const weak: Builder[] = []
  const absent: string[] = []
  for (const name of names) {
    const probe = await PROBES[name](env)
    if ('absent' in probe) absent.push(`${name}: ${probe.absent}`)
    else if (probe.builder.sandboxed) return chosen(probe.builder, options.log)
    else weak.push(probe.builder)
  }
  const [builder] = weak
  if (builder === undefined) {
    throw new UserError(
      `No builder was found (${absent.join('; ')}). Start buildkitd and set BUILDKIT_HOST, or run docker/setup-buildx-action first.`
    )
  }
  if (options.sandbox === 'required') {
    throw new UserError(
      `Builder ${builder.name} does not sandbox Dockerfile steps (${builder.exposes ?? 'it does not say how it runs them'}), so a Dockerfile could steal this job's tokens, or act as this machine${
        absent.length === 0 ? '' : ` (${absent.join('; ')})`
      }. Use BuildKit (BUILDKIT_HOST, or buildx with the driver docker-container), or accept the risk with \`builds: { sandbox: none }\` in delivery.yml.`
    )
  }
  return chosen(builder, options.log)
}

function chosen(builder: Builder, log: Log): Builder {
  if (builder.sandboxed) log.info(`Builder: ${builder.name}.`)
  else
    log.warning(
      `Builder: ${builder.name}, without a sandbox: ${builder.exposes ?? 'it does not say how it runs steps'}.`
    )
  return builder
}
