import { Failure } from '@sluice/core'

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
