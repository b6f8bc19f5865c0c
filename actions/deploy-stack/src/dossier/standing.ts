import { type Digest, releaseId } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { line } from './clip.ts'

/** A release that somebody stopped in the environment. */
export interface Withdrawal {
  /** The release that the page is about, or the one that the ledger holds as live there. */
  readonly of: 'this' | 'live'
  readonly release: Digest
  readonly sequence: number
  readonly by: string
  readonly reason: string
}

/** A deployment that began, and was never recorded as done. */
export interface Begun {
  readonly release: Digest
  readonly sequence: number
  readonly run: string
}

/** What the ledger holds against taking the environment for what was recorded of it last. */
export interface StandingFacts {
  /** The release that the ledger holds as live. */
  readonly live: Digest | undefined
  readonly withdrawals: readonly Withdrawal[]
  readonly begun: Begun | undefined
}

/** Reads how sure it is what runs in an environment, and whether somebody stopped that, or the release that is to come. */
export async function readStanding(
  { history }: Pick<Pipeline, 'history'>,
  environment: string,
  release: Digest
): Promise<StandingFacts> {
  const live = (await history.live(environment))?.release?.digest
  const asked: readonly (readonly [Withdrawal['of'], Digest])[] = [
    ['this', release],
    ...(live === undefined || live === release ? [] : [['live', live] as const])
  ]
  const found = await Promise.all(
    asked.map(async ([of, digest]): Promise<readonly Withdrawal[]> => {
      const record = await history.withdrawal(environment, digest)
      if (record === undefined) return []
      const { sequence, actor, detail } = record
      return [{ of, release: digest, sequence, by: actor.login, reason: detail?.reason ?? '' }]
    })
  )
  const begun = await history.halfDeployed(environment)
  return {
    live,
    withdrawals: found.flat(),
    begun:
      begun?.release === undefined
        ? undefined
        : { release: begun.release.digest, sequence: begun.sequence, run: begun.run.id }
  }
}

/** What somebody stopped, and what nobody knows the end of: nothing on the page is worth more than what it is compared with. */
export function standingWarnings({ withdrawals, begun }: StandingFacts, environment: string): readonly string[] {
  const place = line(environment)
  return [
    ...withdrawals.map(({ of, release, sequence, by, reason }) => {
      const what = of === 'this' ? 'This release' : `What is live in ${place}, ${releaseId(release)},`
      const means = of === 'this' ? ' Applying this plan lets it in again.' : ''
      return `**${what} was withdrawn${of === 'this' ? ` from ${place}` : ''}** by ${line(by)} (record ${sequence}). Reason: ${line(reason)}.${means}`
    }),
    ...(begun === undefined
      ? []
      : [
          `**What runs in ${place} is not certain:** run ${line(begun.run)} began to deploy ${releaseId(begun.release)} (record ${begun.sequence}), and its end is not recorded. This page compares with what was recorded last.`
        ])
  ]
}
