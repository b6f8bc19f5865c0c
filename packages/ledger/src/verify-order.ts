import { EVENT_RULES, type LedgerRecord } from '@sluice/core'
import { findAdoptionProblem } from './adoption-problem.ts'
import type { Outline } from './outline.ts'
import { recordPath } from './paths.ts'
import { ReleaseCommits } from './release-commits.ts'
import { environmentSection } from './section.ts'
import { findAcceptanceProblem, findUnchangedProblem } from './verify-acceptance.ts'
import { findSkip, findWithdrawalProblem } from './verify-entry.ts'
import { findGate, type GateRules } from './verify-gate.ts'
import { Past } from './verify-past.ts'
import { findReleaseProblem } from './verify-release.ts'
import type { LedgerCheck } from './walk.ts'

/** Something that a ledger says and cannot prove: nothing is wrong with it, and somebody may want to ask elsewhere. */
export interface LedgerNote {
  readonly path: string
  readonly sequence: number
  readonly note: string
}

export interface OrderRules extends GateRules {
  /**
   * The order of the environments, as delivery.yml has it now: none may be skipped (promise 3). The ledger does not tell the order of its past,
   * so an environment joins with its first record: what was delivered before is not wrong because it was put in between later. One without
   * any record is demanded all along.
   */
  readonly environments?: readonly string[]
  /** Is told what the ledger cannot prove. */
  readonly onNote?: (note: LedgerNote) => void
}

/**
 * Each event follows from earlier ones, by the rules that let it happen: whoever holds every key and recomputes every hash still has to invent a
 * past that follows them. Only rules that no honest run can break: a run that dies between two records, is repeated, or is overtaken by
 * another must not look like fraud.
 */
export function orderCheck({ others }: Outline, rules: OrderRules): LedgerCheck {
  const { environments = [], onNote } = rules
  // An environment that has a record has a section, or else that is a problem of its own.
  const seen = new Set(others.map(({ kind }) => (kind?.kind === 'section-state' ? kind.section : undefined)))
  const past = new Past(environments.filter(name => !seen.has(environmentSection(name))))
  const commits = new ReleaseCommits()
  return {
    *visit({ record, evidence }) {
      if (record === undefined) return
      const { sequence } = record
      const gate = findGate(record, past, rules)
      const problem =
        findReleaseProblem(record, evidence, past) ??
        findOrderProblem(record, past) ??
        findUnchangedProblem(record, past) ??
        gate.problem ??
        findAcceptanceProblem(record, evidence, past) ??
        findSkip(record, environments, past) ??
        findWithdrawalProblem(record, environments, past) ??
        findAdoptionProblem(record)
      for (const found of commits.judge(record, problem)) yield { path: recordPath(found.sequence), ...found }
      if (gate.note !== undefined) onNote?.({ path: recordPath(sequence), sequence, note: gate.note })
      past.add(record)
    },
    *end() {
      for (const found of commits.undecided()) yield { path: recordPath(found.sequence), ...found }
    }
  }
}

function findOrderProblem(record: LedgerRecord, { facts }: Past): string | undefined {
  const { event, environment, release, run, plan } = record
  if (EVENT_RULES[event].needsRelease) {
    if (release === undefined) return `${event} names no release`
    if (!facts.has(`released ${release.digest}`)) {
      return `${event} of release ${release.digest}, which was never released`
    }
  }
  if (event !== 'deployed') return undefined
  const started = `started ${environment} ${release?.digest} ${run.repository} ${run.id}`
  if (!facts.has(started)) return `deployed in ${environment} by run ${run.id}, which never recorded that it started`
  if (!facts.has(`${started} ${plan ?? ''}`))
    return `deployed in ${environment} another plan than run ${run.id} recorded that it started`
  const { environmentId } = record
  return environmentId === undefined || facts.has(`${started} ${plan ?? ''} at ${environmentId}`)
    ? undefined
    : `deployed in ${environment} behind GitHub Environment ${environmentId}, which is not the one that run ${run.id} recorded that it started at`
}
