import type { Delivered } from './deliver.ts'
import { EXIT } from './exit-codes.ts'
import { type Calls, describeCalls } from './meter.ts'
import type { Proof, ProofRow } from './prove.ts'
import { paint, type Terminal } from './terminal.ts'
import type { World } from './world.ts'

const PLACES = ['ledger', 'release', 'stack', 'registry', 'running'] as const

/** The last lines of a rehearsal: the proof, what does not agree, and how it ended. What programs read is in `report-json.ts`. */
export function showResult(
  proof: Proof,
  world: World,
  delivered: Delivered,
  calls: Calls,
  exitCode: number,
  terminal: Terminal
): void {
  const line = (text: string): void => terminal.write(`${text}\n`)
  line('')
  line(proofTable(proof, terminal))
  line('')
  line(
    `ledger: ${proof.ledger.records} records, ${proof.ledger.signed} signed, ${proof.ledger.verified ? 'verified' : paint(terminal, 'red', 'NOT verified')}`
  )
  line(describeCalls(calls))
  for (const problem of [...proof.ledger.problems, ...proof.mismatches, ...world.github.defects])
    line(paint(terminal, 'red', problem))
  const rejected = delivered.records.find(record => record.event === 'rejected')
  if (exitCode === EXIT.proven) line(paint(terminal, 'green', 'One digest went all the way.'))
  if (exitCode === EXIT.rejected) {
    const by = rejected?.approvals?.find(approval => approval.state === 'rejected')
    line(
      paint(
        terminal,
        'yellow',
        `Rejected: ${rejected?.environment ?? ''} by ${by?.login ?? 'an unknown reviewer'} (${by?.comment ?? ''}). Nothing was changed there.`
      )
    )
  }
  if (exitCode === EXIT.failed)
    line(paint(terminal, 'red', 'The delivery failed. Run again with --verbose for the logs of all jobs.'))
}

/** The table that a rehearsal ends with: every digest where it lives, one line a unit and environment. */
function proofTable(proof: Proof, terminal: Pick<Terminal, 'live'>): string {
  const head = ['environment', 'unit', ...PLACES]
  const rows = proof.rows.map(row => [row.environment, row.unit, ...PLACES.map(place => shown(row, place))])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)))
  const pad = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    paint(terminal, 'bold', pad(head)),
    ...proof.rows.map((row, index) => paint(terminal, agrees(row) ? 'green' : 'red', pad(rows[index] ?? [])))
  ].join('\n')
}

function shown(row: ProofRow, place: (typeof PLACES)[number]): string {
  return row[place]?.replace(/^sha256:/, '').slice(0, 12) ?? '-'
}

function agrees(row: ProofRow): boolean {
  return PLACES.every(place => row[place] === row.ledger)
}
