import type { Io, Output } from './io.ts'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (color: keyof typeof CODES, text: string) => string

/** Colours on terminals only, and not with NO_COLOR (no-color.org) or TERM=dumb. */
export function painter(output: Output, env: Io['env']): Paint {
  const colored = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return (color, text) => (colored ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text)
}

/** One line that says what is being done; on a terminal only. */
export interface StatusLine {
  show(text: string): void
  clear(): void
}

/** The line is on the error stream, so that what goes into a pipe or a file stays clean. */
export function progressOn({ stderr, env }: Io): StatusLine {
  const live = stderr.isTTY === true && env['TERM'] !== 'dumb'
  const write = (text: string): void => {
    if (live) stderr.write(`\r\u001b[2K${text}`)
  }
  return { show: write, clear: () => write('') }
}

/** Rows of cells under each other, two blanks between columns; the first row is the head. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows.map(row =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  )
}
