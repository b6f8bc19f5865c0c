import { type LedgerRecord, UserError, visible } from '@sluice/core'
import { NO_DELIVERY_REF } from '@sluice/ledger'
import { type CheckedLedger, problemLine } from './checked-ledger.ts'
import type { Io } from './io.ts'
import { objectionTo } from './record-groups.ts'
import { painter } from './terminal.ts'

/**
 * What has to be put right in the clone or in delivery.yml before anybody thinks of putting the ledger back: problems of records that were right by the
 * rules of their time, for all that anybody knows.
 */
export function objectionsOfNow(broken: CheckedLedger): readonly string[] {
  const {
    problems,
    records,
    source: { delivery }
  } = broken
  const ordered = problems.flatMap(({ kind, sequence }) =>
    kind === 'order' && sequence !== undefined ? [sequence] : []
  )
  const numbers = new Set(problems.map(({ sequence }) => sequence))
  const disowned = records.filter(record => {
    const objection = delivery && numbers.has(record.sequence) ? objectionTo(record, delivery)?.kind : undefined
    // Of a key that leaked, what is later is forged: that is a matter of the ledger. So is another Sluice than the ledger began with.
    if (objection === 'suite') return suiteOf(record) === records.map(suiteOf).find(it => it !== undefined)
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
        ]),
    ...renamedBranch(broken)
  ]
}

function suiteOf({ run }: LedgerRecord): string | undefined {
  return run.sluice?.repository
}

const BRANCH = 'refs/heads/'

/** A default branch that was renamed: the ledger began with runs of its old name, and the one of now does not take its first record. */
function renamedBranch({ problems, records }: CheckedLedger): readonly string[] {
  const [first] = records
  const isDisowned = problems.some(
    ({ sequence, problem }) => sequence === 1 && problem.includes(NO_DELIVERY_REF) && first?.sequence === 1
  )
  if (first === undefined || !isDisowned || !first.run.ref.startsWith(BRANCH)) return []
  const until = records.findLast(({ run }) => run.ref === first.run.ref)?.sequence
  const name = first.run.ref.slice(BRANCH.length)
  return [
    `The ledger began with runs of ${name}, which is none of the delivery refs now. If that was the default branch until it was renamed, write ledger: { formerBranches: [{ name: ${JSON.stringify(name)}, until: ${until} }] }; lower, if runs of that name wrote after the rename`
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

/**
 * Says that not even the first record fits: such a ledger is not put back to none, since the rules are those of another one.
 * @throws UserError
 */
export function refuseOfNow(broken: CheckedLedger, io: Io): never {
  showProblems(broken, io)
  throw new UserError(
    `No commit of ${broken.source.branch} with a record verifies by the rules of now. If delivery.yml changed (a key, an environment, a name), put that right first: the lines above say what it misses.`
  )
}

/** Shows all that is wrong with a ledger. */
export function showProblems({ problems }: CheckedLedger, io: Io): void {
  const red = painter(io.stderr, io.env)
  for (const problem of problems) io.stderr.write(`${red('red', problemLine(problem))}\n`)
}
