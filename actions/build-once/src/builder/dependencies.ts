import { isLoopback, UserError } from '@sluice/core'

/**
 * Something that a build fetched, and what it was then: an image, a download, a repository. A ResourceDescriptor of SLSA, as in
 * `resolvedDependencies` of its provenance.
 * @see https://slsa.dev/spec/v1.1/provenance
 */
export interface Dependency {
  readonly uri: string
  /** By algorithm, in hex. */
  readonly digest: Readonly<Record<string, string>>
}

/** Everything that provenances of a build name as fetched, each once and sorted. BuildKit leaves no credentials in them. */
export function dependenciesOf(provenances: readonly unknown[]): readonly Dependency[] {
  const found = new Map<string, Dependency>()
  for (const provenance of provenances) {
    for (const { uri, digest } of listOf(provenance)) found.set(JSON.stringify([uri, digest]), { uri, digest })
  }
  return [...found.keys()].sort().flatMap(key => found.get(key) ?? [])
}

interface Provenance {
  /** Version 1. */
  readonly buildDefinition?: { readonly resolvedDependencies?: readonly Dependency[] }
  /** Version 0.2. */
  readonly materials?: readonly Dependency[]
}

function listOf(provenance: unknown): readonly Dependency[] {
  const { buildDefinition, materials } = provenance as Provenance
  return buildDefinition?.resolvedDependencies ?? materials ?? []
}

/**
 * Refuses what was fetched from the machine that built, or from its metadata service: `ADD` is done by the builder itself, whose network
 * reaches further than that of a step.
 * @throws UserError
 */
export function refuseOwnMachine(dependencies: readonly Dependency[]): void {
  for (const { uri } of dependencies) {
    if (!/^(https?|git|ssh):/.test(uri) || !URL.canParse(uri)) continue
    const host = new URL(uri).hostname.replace(/^\[(.*)\]$/, '$1')
    if (isLoopback(host) || /^(169\.254\.|0\.|fe80:|fd00:ec2:|::ffff:)/.test(host) || host === '::')
      throw new UserError(
        `The build fetched ${JSON.stringify(uri)}, an address of the machine that built it. Nothing of that may be in an image: add it to the context, or fetch it from a server.`
      )
  }
}
