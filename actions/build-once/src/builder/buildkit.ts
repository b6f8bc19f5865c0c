import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { baseImages } from './base-images.ts'
import { runBuild } from './build-deadline.ts'
import { secretVariables } from './build-secrets.ts'
import type { Builder, BuildRequest, Fetched } from './builder.ts'
import { checkLayout } from './check-layout.ts'
import { dependenciesOf, refuseOwnMachine } from './dependencies.ts'
import { requireFiles } from './made-files.ts'

/** One build as BuildKit sees it, whichever client asks for it. */
export interface Solve {
  readonly context: string
  readonly dockerfile: string
  readonly request: BuildRequest
  readonly target?: string
  /** Of the exporter; absent: the result is discarded. */
  readonly output?: string
  /** File in which the client says what `provenanceOf` needs; absent: nothing. */
  readonly report?: string
}

/** A client of BuildKit. */
export interface BuildKitClient {
  readonly name: string
  /** What its steps reach that they should not, as a clause; absent where they are sandboxed. */
  readonly exposes: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** What is to be done before each build. */
  prepare?(): Promise<void>
  /** Program and arguments that run a build. */
  command(solve: Solve): readonly [string, ...string[]]
  /** What BuildKit itself says of a build that is done, one provenance for each platform. @throws Failure when it says nothing. */
  provenanceOf(report: string, platforms: readonly string[]): Promise<readonly unknown[]>
}

/** A builder on BuildKit, which runs each step of a Dockerfile in a sandbox of its own. */
export function buildKitBuilder(client: BuildKitClient): Builder {
  return {
    name: client.name,
    sandboxed: client.exposes === undefined,
    ...(client.exposes === undefined ? {} : { exposes: client.exposes }),
    async buildImage({ layout, target, ...request }) {
      await mkdir(layout, { recursive: true })
      // rewrite-timestamp: BuildKit sets the times of the layers' files as well, not only those of the config.
      const output = `type=oci,"dest=${resolve(layout)}",tar=false,rewrite-timestamp=true,oci-mediatypes=true,compression=gzip,force-compression=true`
      const fetched = await solveAndTell(client, request, { output, ...(target === undefined ? {} : { target }) })
      const { digest } = await checkLayout(layout)
      return { digest, ...fetched }
    },
    async buildFiles({ folder, target, ...request }) {
      const output = `type=local,"dest=${resolve(folder)}"`
      const wanted = { output, ...(target === undefined ? {} : { target }) }
      return solveAndTell(client, request, wanted, () => requireFiles({ folder, ...(target && { target }) }))
    },
    async runTarget({ target, ...request }) {
      await solve(client, { ...places(request), target })
    }
  }
}

/** Runs a build, and finds out what it fetched. @throws UserError where that is of the machine's own services */
async function solveAndTell(
  client: BuildKitClient,
  request: BuildRequest,
  wanted: Pick<Solve, 'target' | 'output'>,
  check?: () => Promise<void>
): Promise<Required<Fetched>> {
  const bases = baseImages()
  const folder = await mkdtemp(join(tmpdir(), 'sluice-report-'))
  try {
    const report = join(folder, 'report')
    await solve(client, { ...places(request), ...wanted, report }, bases.onLine)
    await check?.()
    const resolvedDependencies = dependenciesOf(await client.provenanceOf(report, request.platforms))
    refuseOwnMachine(resolvedDependencies)
    return { base: bases.found(), resolvedDependencies }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function places(request: BuildRequest): Pick<Solve, 'context' | 'dockerfile' | 'request'> {
  return { context: resolve(request.context), dockerfile: resolve(request.context, request.dockerfile), request }
}

async function solve(client: BuildKitClient, build: Solve, onLine?: (line: string) => void): Promise<void> {
  const { name, env } = client
  const { dockerfile, target, request } = build
  const named = { builder: name, dockerfile, ...(target === undefined ? {} : { target }) }
  const heard = onLine === undefined ? {} : { onLine }
  await client.prepare?.()
  await runBuild(
    { ...named, ...heard, command: client.command(build), env: { ...env, ...secretVariables(request) } },
    request
  )
}
