import { createInterface } from 'node:readline/promises'
import { onOneLine, UserError } from '@sluice/core'
import type { GateAnswer, WaitingGate } from './gate.ts'
import { paint, type Terminal } from './terminal.ts'

/** Shows the dossier and asks the person at the terminal. */
export async function askPerson(gate: WaitingGate, terminal: Terminal, signal: AbortSignal): Promise<GateAnswer> {
  if (!terminal.interactive) {
    throw new UserError(
      `Nobody can decide about ${gate.environment} here: pass --approve ${gate.environment} or --reject ${gate.environment}.`
    )
  }
  terminal.write(`\n${readable(gate.dossier)}\n`)
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    for (;;) {
      const answer = (
        await lines.question(paint(terminal, 'bold', `Approve ${gate.environment}? [approve/reject] `), { signal })
      )
        .trim()
        .toLowerCase()
      const state = ['a', 'approve', 'y', 'yes'].includes(answer)
        ? 'approved'
        : ['r', 'reject', 'n', 'no'].includes(answer)
          ? 'rejected'
          : undefined
      if (state === undefined) continue
      const comment = (await lines.question('Comment: ', { signal })).trim()
      return { state, comment: comment === '' ? 'decided at the terminal' : comment }
    }
  } finally {
    lines.close()
  }
}

/** Markdown for a person at a terminal: without the escapes that GitHub's pages need. */
export function readable(markdown: string): string {
  return markdown
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/^\| --- .*\n/gm, '')
    .split('\n')
    .map(onOneLine)
    .join('\n')
}
