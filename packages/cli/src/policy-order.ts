import type { PolicyFile, RecordOf } from '@sluice/core'

type Gated = RecordOf<'planned' | 'started'>

const HOUR = 60 * 60_000

/** How long GitHub lets a job run, in milliseconds, on its own machines and on others ("Actions limits"). */
const LONGEST_JOB = { own: 6 * HOUR, other: 5 * 24 * HOUR }

/** A record under a policy that was newer than all before it. */
interface Step {
  readonly place: number
  readonly record: Gated
}

/**
 * Compares the policies that records name, one after the other: along the default branch none is older than an earlier record's, or by the branch
 * as it once was a gate could ask for less. A job reads the branch when it begins, so two of the same hours may come in either order.
 */
export class PolicyOrder {
  readonly #steps: Step[] = []

  /**
   * Puts the next record behind those before it, and says why its policy is too old; `undefined` where it is not, or where nobody can tell.
   * @param placeOf a policy on the default branch: the later, the higher.
   */
  judgeNext(record: Gated, placeOf: (policy: PolicyFile) => number | undefined): string | undefined {
    const { event, environment, policy, run, time } = record
    const place = policy === undefined ? undefined : placeOf(policy)
    if (policy === undefined || place === undefined) return undefined
    const newest = this.#steps.at(-1)
    if (newest === undefined || place > newest.place) this.#steps.push({ place, record })
    // The same text asks for no less, whatever its commit.
    if (newest === undefined || place >= newest.place || newest.record.policy?.digest === policy.digest)
      return undefined
    const before = this.#steps.find(step => step.place > place && step.record.policy?.digest !== policy.digest)?.record
    const longest = run.runner === 'github-hosted' ? LONGEST_JOB.own : LONGEST_JOB.other
    if (before === undefined || Date.parse(time) - Date.parse(before.time) <= longest) return undefined
    return `${event} for ${environment} under the policy of commit ${policy.commit}, though record ${before.sequence} names a newer one, of commit ${before.policy?.commit}, and no job runs that long`
  }
}
