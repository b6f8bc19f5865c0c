import { type LedgerRecord, partialIn, releaseId } from '@sluice/core'
import { type CheckedLedger, isProved } from './checked-ledger.ts'
import { toldBy } from './pending.ts'
import type { Place } from './place.ts'

/** What `status --json` prints. Members that do not apply are absent. */
export function statusJson(ledger: CheckedLedger, places: readonly Place[]): unknown {
  const { source, count, signed, vouched, problems, origin } = ledger
  return {
    product: source.delivery?.product,
    ledger: {
      branch: source.branch,
      origin,
      records: count,
      signed,
      vouched,
      advisory: source.advisory,
      verified: isProved(ledger),
      gatesChecked: ledger.gatesChecked
    },
    environments: places.map(({ environment, live, unknownSince, pending }) => {
      const configured = source.delivery?.environments.find(({ name }) => name === environment)
      return {
        name: environment,
        level: configured?.level,
        gate: configured?.gate,
        release:
          live?.record.release === undefined
            ? undefined
            : { id: releaseId(live.record.release.digest), ...live.record.release },
        event: live?.record.event,
        time: live?.record.time,
        acceptance: live?.acceptance,
        unknownSince: sinceJson(unknownSince),
        approvals: live?.approvals,
        pending: pending.map(one => ({
          state: one.state,
          bar: one.bar,
          partial: partialIn(toldBy(one)),
          withdrawn: sinceJson(one.withdrawn),
          release: one.record.release,
          plan: one.record.plan,
          run: one.record.run.id,
          time: toldBy(one).time
        }))
      }
    }),
    problems
  }
}

/** The record since which it is not known what an environment has. */
export function sinceJson(record: LedgerRecord | undefined): unknown {
  if (record === undefined) return undefined
  const { sequence, time, event, run, release } = record
  return { record: sequence, time, event, run: run.id, release }
}
