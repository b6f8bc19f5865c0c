const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json'
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** The media types that an image index may have, and those of an image manifest; the first is meant where a manifest names none. */
export const FITTING_TYPES = {
  index: [OCI_INDEX, DOCKER_INDEX],
  image: [OCI_MANIFEST, DOCKER_MANIFEST]
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>

/** Every kind of manifest that travels; naming all of them keeps a registry from converting what it stores. */
export const MANIFEST_TYPES: readonly string[] = Object.values(FITTING_TYPES).flat()
