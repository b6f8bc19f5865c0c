import { plural, visible } from '@sluice/core'
import type { LedgerProblem } from '@sluice/ledger'
import type { CheckedLedger } from './checked-ledger.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { showProblems } from './rules-of-now.ts'
import { writeJson } from './write-json.ts'

/** Whether nothing is wrong but that a record was committed long after it was written. No repair leaves that out, and going back loses what may be genuine. */
export function isLate({ kind }: LedgerProblem): boolean {
  return kind === 'late'
}

/** What is left to say of a ledger of which nothing else is wrong. */
export function butLate({ problems }: CheckedLedger): string {
  const late = problems.filter(isLate).length
  return late === 0 ? '' : `, but for when ${late} of them were committed`
}

/** Says what to make of records that were committed late, and that nothing is to be given up for it. */
export function showLate(broken: CheckedLedger, json: boolean, io: Io): number {
  const { problems, records, source } = broken
  const numbers = new Set(problems.flatMap(({ sequence }) => sequence ?? []))
  const late = records.filter(({ sequence }) => numbers.has(sequence))
  if (json) {
    const said = late.map(({ sequence, event, environment, time, run }) => ({
      ...{ sequence, event, environment, time },
      run: run.id
    }))
    writeJson(io.stdout, { verified: false, branch: source.branch, late: said, problems })
    return EXIT.problems
  }
  showProblems(broken, io)
  const runs = [...new Set(late.map(({ run }) => run.id))]
  const lines = [
    `Nothing speaks against ${plural(late.length, 'record')} but when they were committed. A job that had to wait after it signed may have written them so:`,
    'deliveries go on, there is nothing to repair, no key to end, and nothing to go back for. `sluice verify` goes on saying it.',
    `To make sure, look at ${runs.length === 1 ? 'the log of run' : 'the logs of runs'} ${runs.join(', ')}: a job says which records it wrote, with the hash of each.`,
    `Only a record that no job says to have written is forged: Sluice's docs/ledger.md, "When a record was written".`
  ]
  for (const line of lines) io.stdout.write(`${visible(line)}\n`)
  return EXIT.problems
}
