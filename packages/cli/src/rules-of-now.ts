import { visible } from '@sluice/core'
import { type CheckedLedger, problemLine } from './checked-ledger.ts'
import type { Io } from './io.ts'
import { objectionTo } from './record-groups.ts'
import { painter } from './terminal.ts'

/**
 * What has to be put right in the clone or in delivery.yml before anybody thinks of putting the ledger back: problems of records that were right by the
 * rules of their time, for all that anybody knows.
 */
export function objectionsOfNow({ problems, records, source: { delivery } }: CheckedLedger): readonly string[] {
  const ordered = problems.flatMap(({ kind, sequence }) =>
    kind === 'order' && sequence !== undefined ? [sequence] : []
  )
  const numbers = new Set(problems.map(({ sequence }) => sequence))
  const disowned = records.filter(record => {
    const objection = delivery && numbers.has(record.sequence) ? objectionTo(record, delivery)?.kind : undefined
    // Of a key that leaked, what is later is forged: that is a matter of the ledger.
    return objection !== undefined && objection !== 'late'
  })
  return [
    ...(ordered.length === 0
      ? []
      : [
          `Nothing but the order of environments in delivery.yml as it is now speaks against ${list(ordered)}: the policy of then cannot be looked at here. Fetch the default branch whole (git fetch --unshallow; without --filter), and verify again`
        ]),
    ...(disowned.length === 0
      ? []
      : [
          `delivery.yml as it is now does not take ${list(disowned.map(({ sequence }) => sequence))}: sluice validate says what to write`
        ])
  ]
}

const MOST = 20

function list(numbers: readonly number[]): string {
  const shown = numbers.slice(0, MOST).join(', ')
  return numbers.length > MOST ? `records ${shown} and ${numbers.length - MOST} more` : `record ${shown}`
}

/** Says what to put right: the ledger may be right, and delivery.yml wrong, and nothing is put back for that. */
export function showOfNow(broken: CheckedLedger, objections: readonly string[], io: Io): void {
  showProblems(broken, io)
  const lines = [
    'Put this right first, since no record is wrong because delivery.yml was changed:',
    ...objections.map(text => `  ${text}`),
    'Then run `sluice repair` again for what is left.'
  ]
  for (const line of lines) io.stdout.write(`${visible(line)}\n`)
}

/** Shows all that is wrong with a ledger. */
export function showProblems({ problems }: CheckedLedger, io: Io): void {
  const red = painter(io.stderr, io.env)
  for (const problem of problems) io.stderr.write(`${red('red', problemLine(problem))}\n`)
}
