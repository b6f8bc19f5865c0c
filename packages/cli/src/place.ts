import {
  type Approval,
  approvalsSince,
  type Digest,
  type LedgerRecord,
  type Protection,
  unchangedBy
} from '@sluice/core'
import { isSameAs, type Known } from '@sluice/ledger'
import { type AcceptanceState, acceptanceOf, isSameRun, type LiveRelease } from './acceptance-state.ts'
import { barOf } from './barred-plan.ts'
import { lastMomentOf } from './environment-past.ts'
import { type Pending, pendingIn } from './pending.ts'
import { Words } from './words.ts'

/** What the ledger knows of one environment. */
export interface Place {
  readonly environment: string
  /** Absent: nothing was ever recorded as deployed. */
  readonly live: LivePlace | undefined
  /** The record since which something else may be there; absent: nothing. */
  readonly unknownSince?: LedgerRecord
  /** Other runs that are not through, or did not get through since, newest first. */
  readonly pending: readonly Pending[]
}

/** The release that an environment has. */
export interface LivePlace {
  /** The record that says so: `deployed`, or of a release that was found to need no change. */
  readonly record: LedgerRecord
  readonly acceptance: AcceptanceState
  /** Answers to the plan, of reviewers; none where nobody is asked. */
  readonly approvals: readonly Approval[]
  /** The gate as it was when that began; absent where no record says so. */
  readonly gate?: Protection
}

/**
 * Reads one environment off a verified ledger.
 * @param records oldest first. @param now milliseconds since the epoch. @param previous the environment before; absent for the first.
 */
export function placeOf(environment: string, records: readonly LedgerRecord[], now: number, previous?: string): Place {
  const here = records.filter(record => record.environment === environment)
  const last = lastMomentOf(here)
  const live = last === undefined ? undefined : liveIn(environment, last.known, records)
  const withBar = (one: Pending): Pending => {
    const bar = one.state === 'waiting' ? barOf(one.record, previous, records, now) : undefined
    return bar === undefined ? one : { ...one, bar }
  }
  return {
    environment,
    live:
      live === undefined
        ? undefined
        : {
            record: live.record,
            acceptance: acceptanceOf(live, {
              words: new Words(here).on(live.names, Number.POSITIVE_INFINITY),
              since: here
            }),
            approvals: approvalsOf(live.record, here),
            ...gateOf(live.record, here)
          },
    ...(last?.unknownSince === undefined ? {} : { unknownSince: last.unknownSince }),
    pending: last === undefined ? [] : pendingIn(here, last.known.open, live, now).map(withBar)
  }
}

/** What an environment has: what was announced to change nothing there is live, too. */
function liveIn(environment: string, known: Known, records: readonly LedgerRecord[]): LiveRelease | undefined {
  const [found] = known.live
  if (found === undefined) return undefined
  const deployed = known.deployed ?? found
  const same = records.findLast(it => unchangedBy(it).some(place => place.environment === environment))
  // Under the name that it was deployed by, the deployment says more: since when it is there, and who let it in.
  const placed = nameOf(found) === nameOf(deployed) ? deployed : found
  const record = isSameAs(same, environment, found) ? same : placed
  return { record, deployed, names: [...new Set([placed, record].flatMap(it => nameOf(it) ?? []))] }
}

function nameOf({ release }: LedgerRecord): Digest | undefined {
  return release?.digest
}

/** The gate through which a run came. @param here the records of its environment, oldest first. */
function gateOf(live: LedgerRecord, here: readonly LedgerRecord[]): Pick<LivePlace, 'gate'> {
  const started = here.findLast(it => it.event === 'started' && isSameRun(it, live) && it.sequence < live.sequence)
  return started?.protection === undefined ? {} : { gate: started.protection }
}

/** Who approved the plan of the run that a record is of. @param here the records of its environment, oldest first. */
export function approvalsOf(live: LedgerRecord, here: readonly LedgerRecord[]): readonly Approval[] {
  const before = here.filter(record => isSameRun(record, live) && record.sequence < live.sequence)
  const planned = before.findLast(({ event }) => event === 'planned')
  const started = before.findLast(({ event }) => event === 'started')
  const answers = started?.approvals ?? live.approvals ?? []
  return approvalsSince(planned?.approvals ?? [], answers).filter(({ state }) => state === 'approved')
}
