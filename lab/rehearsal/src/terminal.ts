/** Columns of a terminal that does not say how many it has. */
const USUAL_WIDTH = 100

/** What the rehearsal may do with the place it writes to. */
export interface Terminal {
  /** Whether a person can be asked. */
  readonly interactive: boolean
  /** Whether lines may be redrawn and coloured. */
  readonly live: boolean
  write(text: string): void
  readonly columns: number
  /** Lines that are in sight at once; without end where that is not known. */
  readonly rows: number
}

/** The terminal of this process. Colours and redrawing only on a terminal, and not with NO_COLOR or TERM=dumb (no-color.org). */
export function processTerminal(): Terminal {
  const { stdin, stdout, env } = process
  return {
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    live: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    write: text => {
      stdout.write(text)
    },
    get columns() {
      // A pseudo-terminal that nobody gave a size says 0.
      return stdout.columns > 0 ? stdout.columns : USUAL_WIDTH
    },
    get rows() {
      return stdout.rows > 0 ? stdout.rows : Number.POSITIVE_INFINITY
    }
  }
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

/** Paints a text, where that is wanted. */
export function paint(terminal: Pick<Terminal, 'live'>, color: keyof typeof CODES, text: string): string {
  return terminal.live ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text
}
