import { type Digest, hexOf } from './digest.ts'
import { sourceTag } from './tag-names.ts'

/** What the key of every object in a bundle bucket begins with. */
export const BUNDLE_PREFIX = 'bundles/'

/** The object that is a bundle, by the digest of its bytes. */
export function bundleKey(unit: string, digest: Digest): string {
  return `${BUNDLE_PREFIX}${unit}/${hexOf(digest)}.zip`
}

/** The object that Lambda takes a bundle from, in the account of an environment; products may share a bucket there. */
export function codeKey(product: string, unit: string, digest: Digest): string {
  return `${codePrefix(product)}${unit}/${hexOf(digest)}.zip`
}

/** The object that CloudFormation reads a template from, in the account of an environment, by the digest of its bytes. */
export function templateKey(product: string, digest: Digest): string {
  return `${codePrefix(product)}templates/${hexOf(digest)}.template`
}

/** What the key of every object begins with that a product's functions take their code from, and its stacks their templates. */
export function codePrefix(product: string): string {
  return `${product}/`
}

/** The object that says which bundle a fingerprint was built to. It never changes. */
export function bundleSourceKey(unit: string, fingerprint: Digest, place = 0): string {
  return `${BUNDLE_PREFIX}${unit}/${sourceTag(fingerprint, place)}`
}

/** The object in which a bucket of published files says which bundle it holds; written last, so that a half-published bundle is seen as such. */
export const BUNDLE_MARKER = '.sluice/bundle'

/** The object in which a bucket of published files says which of its objects Sluice has put there. */
export const BUNDLE_FILES = '.sluice/files.json'
