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
  const { deployed, release, until, unknownSince, units, started, replacing, approvals, acceptance, found } = stay
  const accepted = stay.accepted && {
    time: stay.accepted.time,
    record: stay.accepted.sequence,
    checks: checksOf(stay.accepted, evidence)?.checks
  }
  return {
    release: { id: releaseId(release.digest), ...release },
    units,
    started: started && { time: started.time, record: started.sequence },
    deployed: { time: deployed.time, record: deployed.sequence, run: deployed.run, actor: deployed.actor },
    until: until === undefined ? undefined : new Date(until).toISOString(),
    replacing: replacing && { time: replacing.time, record: replacing.sequence, run: replacing.run },
    unknownSince: sinceJson(unknownSince),
    plan: deployed.plan,
    dossier: started?.dossier,
    reviewers: started?.protection?.reviewers,
    secondPerson: started?.protection?.secondPerson,
    approvals,
    acceptance: acceptance.state === 'accepted' ? { ...accepted, ...acceptance } : acceptance,
    acceptedBefore: acceptance.state === 'accepted' ? undefined : accepted,
    unchanged: found.map(({ release: it, time, sequence }) => ({ release: it, time, record: sequence }))
  }
}
