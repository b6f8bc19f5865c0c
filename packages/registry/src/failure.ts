import { type Digest, Failure, UserError } from '@sluice/core'

/** A registry did not do what was asked: it answered with an error, with wrong content, or not at all. */
export class RegistryFailure extends Failure {
  /** HTTP status; 0 when there was no whole answer. */
  readonly status: number
  /** Whether asking again may help; a number is the wait, in milliseconds, that the registry asked for. */
  readonly again: boolean | number

  constructor(
    message: string,
    options: { readonly status?: number; readonly again?: boolean | number; readonly cause?: unknown } = {}
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.status = options.status ?? 0
    this.again = options.again ?? false
  }
}

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
