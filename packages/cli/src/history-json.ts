import { releaseId } from '@sluice/core'
import { type CheckedLedger, isProved } from './checked-ledger.ts'
import { sinceJson } from './status-json.ts'
import { checksOf, type Stay } from './stay.ts'

/** What `history --json` prints. Members that do not apply are absent. */
export function historyJson(ledger: CheckedLedger, environment: string, stays: readonly Stay[]): unknown {
  const { source, count, signed, problems, origin } = ledger
  return {
    product: source.delivery?.product,
    environment,
    ledger: {
      branch: source.branch,
      origin,
      records: count,
      signed,
      advisory: source.advisory,
      verified: isProved(ledger),
      gatesChecked: ledger.gatesChecked
    },
    releases: stays.map(stay => stayJson(stay, ledger)),
    problems
  }
}

function stayJson(stay: Stay, { evidence }: CheckedLedger): unknown {
  const { deployed, release, until, unknownSince, units, started, approvals, acceptance, accepted, found } = stay
  return {
    release: { id: releaseId(release.digest), ...release },
    units,
    deployed: { time: deployed.time, record: deployed.sequence, run: deployed.run, actor: deployed.actor },
    until: until === undefined ? undefined : new Date(until).toISOString(),
    unknownSince: sinceJson(unknownSince),
    plan: deployed.plan,
    dossier: started?.dossier,
    reviewers: started?.protection?.reviewers,
    secondPerson: started?.protection?.secondPerson,
    approvals,
    acceptance: { ...acceptance, record: accepted?.sequence, checks: checksOf(accepted, evidence)?.checks },
    unchanged: found.map(({ release: it, time, sequence }) => ({ release: it, time, record: sequence }))
  }
}
