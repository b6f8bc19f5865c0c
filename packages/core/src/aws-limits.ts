import type { RetryPolicy } from './retry.ts'

/** How long AWS may keep a call waiting, in milliseconds. */
export interface AwsLimits {
  /** Until the connection stands. */
  readonly connect: number
  /** During which nothing moves in either direction: an answer that stops halfway, an upload that nobody takes. */
  readonly stall: number
  /** From the request to the head of the answer. Uploads have no such limit: they may take as long as they move. */
  readonly answer: number
}

/** A dead server is noticed in a minute; a busy one gets the time that CloudFormation and S3 take on bad days. */
export const awsLimits: AwsLimits = { connect: 10_000, stall: 120_000, answer: 60_000 }

/**
 * AWS publishes few of its request rates: it throttles early, and bursts pass within seconds. About 40 s in all where AWS answers; where
 * it does not, each attempt waits for its limit, so no attempt starts later than two minutes after the first.
 */
export const awsRetry: RetryPolicy = { attempts: 9, base: 300, cap: 10_000, within: 120_000 }

/** For a call whose body is streamed: no limit on the whole of it, only on its standing still. */
export const unhurried = { requestTimeout: 0 } as const
