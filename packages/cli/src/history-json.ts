import { type LedgerRecord, releaseId } from '@sluice/core'
import { refusedBy } from './acceptance-state.ts'
import { type CheckedLedger, isProved } from './checked-ledger.ts'
import { promotionOf } from './promotion-rows.ts'
import { sinceJson } from './status-json.ts'
import { checksOf, type Stay } from './stay.ts'
import { type Unfinished, unfinishedJson } from './unfinished.ts'

/** What is told of an environment. */
interface History {
  readonly stays: readonly Stay[]
  readonly unfinished: readonly Unfinished[]
}

/** What `history --json` prints. Members that do not apply are absent. */
export function historyJson(ledger: CheckedLedger, environment: string, { stays, unfinished }: History): unknown {
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
    unfinished: unfinished.map(unfinishedJson),
    problems
  }
}

function stayJson(stay: Stay, { evidence }: CheckedLedger): unknown {
  const { deployed, release, until, unknownSince, units, started, replacing, approvals, acceptance, accepted } = stay
  return {
    release: { id: releaseId(release.digest), ...release },
    units,
    started: started && { time: started.time, record: started.sequence },
    deployed: { time: deployed.time, record: deployed.sequence, run: deployed.run, actor: deployed.actor },
    until: until === undefined ? undefined : new Date(until).toISOString(),
    replacing: replacing && { time: replacing.time, record: replacing.sequence, run: replacing.run },
    unknownSince: sinceJson(unknownSince),
    promotion: promotionOf(started),
    plan: deployed.plan,
    dossier: started?.dossier,
    reviewers: started?.protection?.reviewers,
    secondPerson: started?.protection?.secondPerson,
    approvals,
    acceptance: { ...acceptance, record: accepted?.sequence, checks: checksOf(accepted, evidence)?.checks },
    verdicts: stay.verdicts.map(it => verdictJson(it, evidence)),
    unchanged: stay.found.map(({ release: it, time, sequence }) => ({ release: it, time, record: sequence }))
  }
}

function verdictJson(record: LedgerRecord, evidence: CheckedLedger['evidence']): unknown {
  const { event, time, sequence } = record
  if (event === 'accepted') {
    const checks = checksOf(record, evidence)?.checks
    return { event, time, record: sequence, release: record.release?.digest, checks }
  }
  const { by, reason } = refusedBy(record)
  return { event, time, record: sequence, by, reason }
}
