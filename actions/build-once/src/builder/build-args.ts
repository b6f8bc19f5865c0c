import { basename } from 'node:path'
import { UserError } from '@sluice/core'
import type { BuildRequest } from './builder.ts'
import { EPOCH } from './timestamps.ts'

/**
 * The build arguments that Sluice itself gives to every build by BuildKit. They keep the daemon's past out of the result: one time
 * for all images, and cache mounts that are empty at the start of each build. Layers are reused, since they follow from what went
 * into them. buildah has options for both instead.
 */
const OWN: Readonly<Record<string, (request: BuildRequest) => string>> = {
  SOURCE_DATE_EPOCH: () => String(EPOCH),
  BUILDKIT_CACHE_MOUNT_NS: ({ context }) => basename(context)
}

/** Names that change what builds or how, instead of being an argument of the Dockerfile. */
const BUILDKIT = /^BUILDKIT_/

/**
 * A unit's build arguments, as `NAME=value`.
 * @throws UserError for a name that Sluice sets or BuildKit itself obeys: time and frontend are not the unit's to choose.
 */
export function buildArguments(args: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(args).map(([name, value]) => {
    if (Object.hasOwn(OWN, name) || BUILDKIT.test(name))
      throw new UserError(`Build argument ${name} is reserved. Remove it from the unit's args in delivery.yml.`)
    return `${name}=${value}`
  })
}

/** The build arguments of a request, as `NAME=value`: those of Sluice, and those of the unit. */
export function buildKitArguments(request: BuildRequest): readonly string[] {
  return [
    ...Object.entries(OWN).map(([name, valueFor]) => `${name}=${valueFor(request)}`),
    ...buildArguments(request.args)
  ]
}
