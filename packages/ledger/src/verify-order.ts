import { findAdoptionProblem } from './adoption-problem.ts'
import type { Outline } from './outline.ts'
import { recordPath } from './paths.ts'
import { findOrderProblem } from './record-rules.ts'
import { ReleaseCommits } from './release-commits.ts'
import type { Repairs } from './repairs.ts'
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
export function orderCheck({ others }: Outline, rules: OrderRules, repairs: Repairs): LedgerCheck {
  const { environments = [], onNote } = rules
  // An environment that has a record has a section, or else that is a problem of its own.
  const seen = new Set(others.map(({ kind }) => (kind?.kind === 'section-state' ? kind.section : undefined)))
  const demanded = environments.filter(name => !seen.has(environmentSection(name)))
  let past = new Past(demanded)
  const commits = new ReleaseCommits()
  return {
    *visit({ record, evidence }) {
      if (record === undefined) return
      const { sequence } = record
      if (repairs.isSkipped(sequence)) {
        // Until it was left out, others relied on it.
        past.add(record)
        return
      }
      if (repairs.isRepair(sequence)) {
        const { documents } = past
        past = repairs.pastBefore(sequence, demanded)
        // Each is what its digest says, whoever announced it.
        for (const [digest, document] of documents) past.documents.set(digest, document)
      }
      const gate = findGate(record, past, rules)
      const problem =
        findReleaseProblem(record, evidence, past) ??
        findOrderProblem(record, past) ??
        findUnchangedProblem(record, past) ??
        gate.problem ??
        findAcceptanceProblem(record, evidence, past) ??
        findWithdrawalProblem(record, environments, past) ??
        findSkip(record, environments, past) ??
        findAdoptionProblem(record, past)
      for (const found of commits.judge(record, problem)) yield { path: recordPath(found.sequence), ...found }
      if (gate.note !== undefined) onNote?.({ path: recordPath(sequence), sequence, note: gate.note })
      past.add(record)
    },
    *end() {
      for (const found of commits.undecided()) yield { path: recordPath(found.sequence), ...found }
    }
  }
}
