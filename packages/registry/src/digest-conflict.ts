import { type Digest, UserError } from '@sluice/core'

/**
 * Refuses to let a name that stays for good, a tag or a key of a bucket, point to something else.
 * @param name the whole name, as a person finds it. @param things what it names, in the plural.
 */
export function refuseAnother(
  name: string,
  things: 'images' | 'bundles',
  { found, digest }: { readonly found: Digest; readonly digest: Digest }
): UserError {
  return new UserError(
    `${name} is immutable and already points to ${found}, not ${digest}. The same inputs produced two different ${things}: re-run all jobs to use the first one, or make the build reproducible.`
  )
}
