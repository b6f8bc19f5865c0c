import type { Proof, ProofRow } from './prove.ts'
import { paint, type Terminal } from './terminal.ts'

const PLACES = ['ledger', 'release', 'stack', 'registry', 'running'] as const

/** The table that a rehearsal ends with: every digest where it lives, one line a unit and environment. */
export function proofTable(proof: Proof, terminal: Pick<Terminal, 'live'>): string {
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
