import type { Io, Output } from './io.ts'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (color: keyof typeof CODES, text: string) => string

/** Colours on terminals only, and not with NO_COLOR (no-color.org) or TERM=dumb. */
export function painter(output: Output, env: Io['env']): Paint {
  const colored = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return (color, text) => (colored ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text)
}
