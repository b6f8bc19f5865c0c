import { type Digest, isDigest, UserError } from '@sluice/core'

/** Names as the distribution specification allows them (OCI distribution-spec 1.1, "Pulling manifests"). */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** Characters that clients and registries take for a repository, the host not counted. */
const REPOSITORY_LIMIT = 255

/** The name of a repository in a registry, e.g. `storefront/api`. */
export type RepositoryName = string & { readonly __brand: 'RepositoryName' }

/** A tag: a label that somebody may move, never an input. */
export type Tag = string & { readonly __brand: 'Tag' }

/** Parses a repository name. @throws UserError */
export function parseRepository(text: string): RepositoryName {
  if (text.length > REPOSITORY_LIMIT || !REPOSITORY.test(text)) {
    throw new UserError(
      `${JSON.stringify(text.slice(0, 300))} is not a repository name. Use lower-case letters and digits, joined by ".", "_", "-" or "/".`
    )
  }
  return text as RepositoryName
}

/** Parses a tag. @throws UserError */
export function parseTag(text: string): Tag {
  if (!TAG.test(text)) {
    throw new UserError(
      `${JSON.stringify(text.slice(0, 200))} is not a tag. Use up to 128 letters, digits, "_", "." and "-"; not "." or "-" first.`
    )
  }
  return text as Tag
}

/** Parses what names a manifest: a digest or a tag. @throws UserError */
export function parseReference(text: string): Digest | Tag {
  return isDigest(text) ? text : parseTag(text)
}
