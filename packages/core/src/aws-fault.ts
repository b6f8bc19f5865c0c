import { messageOf } from './errors.ts'

/** What an error of the SDK, or of the socket below it, says. */
export interface AwsFault {
  /** AWS's error code, e.g. `ThrottlingException`, or the system's, e.g. `ECONNRESET`. */
  readonly code: string
  readonly reason: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
}

/** Reads an error as AWS meant it. Errors that carry these facts already are taken by their word. */
export function awsFault(error: unknown): AwsFault {
  const it = Object(error) as {
    readonly name?: unknown
    readonly code?: unknown
    readonly status?: unknown
    readonly reason?: unknown
    readonly $metadata?: { readonly httpStatusCode?: unknown }
  }
  if (typeof it.code === 'string' && typeof it.status === 'number' && typeof it.reason === 'string')
    return { code: it.code, reason: it.reason, status: it.status }
  const named = typeof it.name === 'string' ? it.name : ''
  const code = (named === '' || named === 'Error') && typeof it.code === 'string' ? it.code : named
  const status = it.$metadata?.httpStatusCode
  return { code, reason: messageOf(error), status: typeof status === 'number' ? status : 0 }
}

/** What to do besides where AWS refused for a key of KMS: S3 says which right on which key was missing. Empty: something else was missing. */
export function keyAdvice(message: string): string {
  return KEY.test(message)
    ? ' The bucket is encrypted with a key of KMS: give its ARN as `kmsKey` of the account in delivery.yml, and make the roles anew, as `sluice roles` prints them; a key of another account must allow them by its policy, too.'
    : ''
}

const KEY = /\bkms:[A-Z]|KMS\./

const THROTTLING =
  /^(Throttl(ing|ed)(Exception)?|RequestThrottled(Exception)?|RequestLimitExceeded|TooManyRequestsException|SlowDown)$/
/** A session, a token or a signature that is over by AWS's clock, whatever this machine's says. */
const EXPIRED = /^(ExpiredToken(Exception)?|TokenRefreshRequired|RequestExpired)$/
/** The network, before or within an answer; and S3, where another conditional write to the same key is under way. */
const PASSING =
  /^(TimeoutError|RequestTimeout|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|ConditionalRequestConflict|OperationAborted)$/
/**
 * STS could not fetch GitHub's keys just then: it answers so now and then, above all where many jobs ask at once, and does not mark it as
 * retryable (aws/aws-cli#7194, aws-actions/configure-aws-credentials#299). Other words under the same code are about the token itself.
 */
const KEYS_OUT_OF_REACH = { code: /^InvalidIdentityToken(Exception)?$/, reason: /couldn't retrieve verification key/i }

/** Whether AWS says that it was asked too often. */
export function isThrottling(error: unknown): boolean {
  const { code, reason, status } = awsFault(error)
  return status === 429 || THROTTLING.test(code) || /rate exceeded/i.test(reason)
}

/** Whether what a call was made with is over: a new session, token or signature may succeed. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.test(awsFault(error).code)
}

/** Whether the same call may succeed a little later: AWS throttles, fails inside, or cannot be reached, or it takes a new session. */
export function isTransient(error: unknown): boolean {
  const { code, reason, status } = awsFault(error)
  // The SDK leaves of an error from another realm of Node nothing but the message.
  const cut = status === 0 && reason.endsWith('socket hang up')
  const keyless = KEYS_OUT_OF_REACH.code.test(code) && KEYS_OUT_OF_REACH.reason.test(reason)
  return (
    cut || keyless || isExpired(error) || isThrottling(error) || status >= 500 || PASSING.test(code) || isMarked(error)
  )
}

/** What the SDK itself marks: errors that AWS's model calls retryable, and a clock that it has just corrected by the answer. */
function isMarked(error: unknown): boolean {
  const { $retryable, $metadata } = Object(error) as {
    readonly $retryable?: unknown
    readonly $metadata?: { readonly clockSkewCorrected?: unknown }
  }
  return $retryable !== undefined || $metadata?.clockSkewCorrected === true
}
