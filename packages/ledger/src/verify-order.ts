import type { LedgerRecord } from '@sluice/core'
import { findAdoptionProblem } from './adoption-problem.ts'
import { type EnvironmentOrder, environmentBefore } from './environment-order.ts'
import { recordPath } from './paths.ts'
import { findOrderProblem } from './record-rules.ts'
import { ReleaseCommits } from './release-commits.ts'
import type { Repairs } from './repairs.ts'
import type { LedgerProblem } from './snapshot.ts'
import { findAcceptanceProblem, findUnchangedProblem } from './verify-acceptance.ts'
import { findSkip, findWithdrawalProblem } from './verify-entry.ts'
import { findGate, type GateRules } from './verify-gate.ts'
import { findReleaseProblem } from './verify-release.ts'
import type { LedgerCheck } from './walk.ts'

/** Something that a ledger says and cannot prove: nothing is wrong with it, and somebody may want to ask elsewhere. */
export interface LedgerNote {
  readonly path: string
  readonly sequence: number
  readonly note: string
}

export interface OrderRules extends GateRules, EnvironmentOrder {
  /**
   * Judges how old the policy is that a record names, by those of the records before it: to be called once for each, in their order, since it remembers them.
   * @returns what is wrong; `undefined`: nothing, or nobody can tell.
   */
  readonly judgeAge?: (record: LedgerRecord) => string | undefined
  /** Is told what the ledger cannot prove. */
  readonly onNote?: (note: LedgerNote) => void
}

/**
 * Each event follows from earlier ones, by the rules that let it happen: whoever holds every key and recomputes every hash still has to invent a
 * past that follows them. Only rules that no honest run can break: a run that dies between two records, is repeated, or is overtaken by
 * another must not look like fraud.
 */
export function orderCheck(rules: OrderRules, repairs: Repairs): LedgerCheck {
  const replay = repairs.replayPast()
  const commits = new ReleaseCommits()
  /** What only the order of now says. */
  const ofNow = new Map<number, string>()
  const problemOf = ({
    sequence,
    problem
  }: {
    readonly sequence: number
    readonly problem: string
  }): LedgerProblem => ({
    ...(ofNow.get(sequence) === problem ? { kind: 'order' } : {}),
    ...{ path: recordPath(sequence), sequence, problem }
  })
  return {
    *visit({ sequence, record, evidence }) {
      if (repairs.isRepair(sequence)) repairs.leaveOut(sequence, replay)
      replay.begin(sequence)
      if (record === undefined) return
      const past = replay.value
      if (repairs.isSkipped(sequence)) {
        // Until it was left out, others relied on it.
        past.add(record)
        return
      }
      const gate = findGate(record, past, rules)
      const age = rules.judgeAge?.(record)
      const before = environmentBefore(record, rules, past)
      const skip = findSkip(record, before?.name, past)
      if (skip !== undefined && before?.isOfNow === true) ofNow.set(sequence, skip)
      const problem =
        findReleaseProblem(record, evidence, past) ??
        findOrderProblem(record, past) ??
        findUnchangedProblem(record, past) ??
        gate.problem ??
        age ??
        findAcceptanceProblem(record, evidence, past) ??
        findWithdrawalProblem(record, past) ??
        skip ??
        findAdoptionProblem(record, past)
      for (const found of commits.judge(record, problem)) yield problemOf(found)
      if (gate.note !== undefined) rules.onNote?.({ path: recordPath(sequence), sequence, note: gate.note })
      past.add(record)
    },
    *end() {
      for (const found of commits.undecided()) yield problemOf(found)
    }
  }
}
