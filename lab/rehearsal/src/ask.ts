import { createInterface, type Interface } from 'node:readline/promises'
import { plural, UserError } from '@sluice/core'
import type { GateAnswer, WaitingGate } from './gate.ts'
import { paint, type Terminal } from './terminal.ts'
import { readablePage } from './terminal-page.ts'

/** How a person can end the rehearsal instead of answering, and how it ends while they think. */
export interface Interruption {
  readonly signal: AbortSignal
  /** The person pressed Ctrl-C, or closed the input: that is no answer. */
  interrupt(): void
}

/** How long nothing may come in before what was typed ahead counts as read, in milliseconds. */
const QUIET = 60

/** A key that is held down must not keep the question away for ever; in milliseconds. */
const NEVER_QUIET = 20 * QUIET

/** Lines that the question needs below a short page: a blank one, the hint, and the question itself. */
const BELOW = 4

/**
 * Shows the dossier and asks the person at the terminal. What was typed before the question was in sight counts for nothing: nobody
 * can have meant it for this gate.
 * @throws the signal's reason when the rehearsal is interrupted.
 */
export async function askPerson(
  gate: WaitingGate,
  terminal: Terminal,
  { signal, interrupt }: Interruption
): Promise<GateAnswer> {
  if (!terminal.interactive) {
    throw new UserError(
      `There is no terminal to ask for a decision about ${gate.environment}: pass --approve ${gate.environment} or --reject ${gate.environment}.`
    )
  }
  const page = readablePage(gate.dossier, terminal.columns)
  const short = page.length + BELOW > terminal.rows
  const top = short ? page.slice(0, Math.max(1, terminal.rows - BELOW)) : page
  terminal.write(`\n${top.join('\n')}\n`)
  if (short) {
    const hint = `… ${plural(page.length - top.length, 'more line')}: answer p to read the whole page.`
    terminal.write(`${paint(terminal, 'dim', hint)}\n`)
  }
  await forgetInput(interrupt)
  signal.throwIfAborted()

  const lines = createInterface({ input: process.stdin, output: process.stdout })
  lines.on('SIGINT', interrupt)
  lines.on('close', interrupt)
  try {
    const state = await decision(gate.environment, page, lines, terminal, signal)
    const comment = (await lines.question('Comment: ', { signal })).trim()
    return { state, comment: comment === '' ? 'decided at the terminal' : comment }
  } finally {
    lines.off('close', interrupt)
    lines.close()
  }
}

async function decision(
  environment: string,
  page: readonly string[],
  lines: Interface,
  terminal: Terminal,
  signal: AbortSignal
): Promise<GateAnswer['state']> {
  const question = paint(terminal, 'bold', `Approve ${environment}? [approve/reject/p: whole page] `)
  for (;;) {
    const answer = (await lines.question(question, { signal })).trim().toLowerCase()
    if (['a', 'approve', 'y', 'yes'].includes(answer)) return 'approved'
    if (['r', 'reject', 'n', 'no'].includes(answer)) return 'rejected'
    if (['p', 'page'].includes(answer)) await leaf(page, lines, terminal, signal)
  }
}

/** Shows the whole page, one screen at a time. */
async function leaf(page: readonly string[], lines: Interface, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const screen = Math.max(1, terminal.rows - 2)
  for (let from = 0; from < page.length; from += screen) {
    terminal.write(`${page.slice(from, from + screen).join('\n')}\n`)
    const left = page.length - from - screen
    if (left <= 0) return
    const prompt = paint(terminal, 'dim', `Enter: next page (${plural(left, 'line')} left), q: back `)
    if ((await lines.question(prompt, { signal })).trim().toLowerCase().startsWith('q')) return
  }
}

/** Reads away what was typed so far. The terminal gives unfinished lines only in raw mode, in which Ctrl-C is a character, too. */
async function forgetInput(interrupt: () => void): Promise<void> {
  const { stdin } = process
  stdin.setRawMode(true)
  await new Promise<void>(resolve => {
    const done = (): void => {
      stdin.off('data', forget)
      stdin.off('end', done)
      stdin.pause()
      resolve()
    }
    let timer = setTimeout(done, QUIET)
    const end = Date.now() + NEVER_QUIET
    const forget = (typed: Buffer | string): void => {
      if (Buffer.from(typed).includes(CTRL_C)) interrupt()
      clearTimeout(timer)
      timer = setTimeout(done, Math.min(QUIET, Math.max(0, end - Date.now())))
    }
    stdin.on('data', forget)
    stdin.on('end', done)
    stdin.resume()
  })
  stdin.setRawMode(false)
}

const CTRL_C = 3
