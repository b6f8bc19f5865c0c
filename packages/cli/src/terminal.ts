import type { Io, Output } from './io.ts'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (color: keyof typeof CODES, text: string) => string

/** Colours on terminals only, and not with NO_COLOR (no-color.org) or TERM=dumb. */
export function painter(output: Output, env: Io['env']): Paint {
  const colored = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return (color, text) => (colored ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text)
}

/** Says what is being done. */
export interface StatusLine {
  show(text: string): void
  clear(): void
}

/** For results that a program reads. */
export const NO_PROGRESS: StatusLine = { show: () => undefined, clear: () => undefined }

/** How often somebody who reads a log is told that work goes on, in milliseconds. */
const PATIENCE = 5_000

/**
 * On a terminal, one line that is written over and over; elsewhere a line every few seconds, and none of work that takes no longer. On the error
 * stream, so that what goes into a pipe or a file stays clean.
 */
export function progressOn({ stderr, env, now }: Pick<Io, 'stderr' | 'env' | 'now'>): StatusLine {
  if (stderr.isTTY === true && env['TERM'] !== 'dumb') {
    const write = (text: string): void => {
      stderr.write(`\r\u001b[2K${text}`)
    }
    return { show: write, clear: () => write('') }
  }
  let told = now()
  return {
    show(text) {
      if (now() - told < PATIENCE) return
      told = now()
      stderr.write(`${text}\n`)
    },
    clear: () => undefined
  }
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
