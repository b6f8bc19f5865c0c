import type { LedgerRecord, PolicyFile } from '@sluice/core'
import { LONGEST_RUN } from '@sluice/ledger'

const HOUR = 60 * 60_000

/** How long GitHub lets a job run, in milliseconds, on its own machines and on others ("Actions limits"). */
const LONGEST_JOB = { own: 6 * HOUR, other: 5 * 24 * HOUR }

/** Where policies stand on the default branch: the later, the higher. `undefined`: nobody can tell. */
export interface PolicyPlaces {
  /** Of the commit that a record names. */
  placeOf(policy: PolicyFile): number | undefined
  /** The last one that has its text: whoever names that asks for no less. */
  lastPlaceOf(policy: PolicyFile): number | undefined
}

/**
 * Compares the policies that records name, one after the other: along the default branch none is older than an earlier record's, or by the branch as it once was a gate could ask for less. Jobs
 * read the branch when they begin, or as it was when their run began, so two of the same time may come in either order.
 */
export class PolicyOrder {
  readonly #gates = new Steps()
  readonly #all = new Steps()

  /** Puts the next record behind those before it, and says why its policy is too old; `undefined` where it is not, or where nobody can tell. */
  judgeNext(record: LedgerRecord, places: PolicyPlaces): string | undefined {
    const { event, policy, run } = record
    if (policy === undefined) return undefined
    const named: Named = { record, policy }
    const longest = run.runner === 'github-hosted' ? LONGEST_JOB.own : LONGEST_JOB.other
    // A plan and an intent are recorded by a job that has made sure of the policy; what else a run says, it may have waited for as long as it lives.
    const isGated = event === 'planned' || event === 'started'
    const ofGate = isGated ? this.#gates.judgeNext(named, longest, places) : undefined
    const ofRun = this.#all.judgeNext(named, LONGEST_RUN, places)
    if (ofGate !== undefined) return tooOld(named, ofGate, 'no job runs that long')
    return ofRun && tooOld(named, ofRun, 'no run lives that long')
  }
}

interface Named {
  readonly record: LedgerRecord
  readonly policy: PolicyFile
}

function tooOld({ record, policy }: Named, newer: Named, why: string): string {
  const { event, environment } = record
  const what = environment === undefined ? event : `${event} for ${environment}`
  return `${what} under the policy of commit ${policy.commit}, though record ${newer.record.sequence} names a newer one, of commit ${newer.policy.commit}, and ${why}`
}

/** A record under a policy that was newer than all before it. */
type Step = Named & { readonly place: number }

/** Records, as far as each names a newer policy than those before it. */
class Steps {
  readonly #steps: Step[] = []

  /** @returns the record that shows that the next one's policy was replaced longer ago than `longest`. */
  judgeNext(named: Named, longest: number, { placeOf, lastPlaceOf }: PolicyPlaces): Step | undefined {
    const { record, policy } = named
    const [place, last] = [placeOf(policy), lastPlaceOf(policy)]
    const newest = this.#steps.at(-1)
    if (place !== undefined && place > (newest?.place ?? -1)) this.#steps.push({ ...named, place })
    // The same text asks for no less, whatever its commit.
    if (last === undefined || newest === undefined || newest.policy.digest === policy.digest) return undefined
    const before = this.#steps.find(step => step.place > last && step.policy.digest !== policy.digest)
    return before && Date.parse(record.time) - Date.parse(before.record.time) > longest ? before : undefined
  }
}
