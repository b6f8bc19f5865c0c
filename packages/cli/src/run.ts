import { readFile } from 'node:fs/promises'
import { causeChain, UserError, visible } from '@sluice/core'
import { parseArguments, suggestion, UsageError } from './arguments.ts'
import { COMMANDS } from './commands.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { commandHelp, programHelp } from './help.ts'
import type { Io } from './io.ts'
import { painter } from './terminal.ts'

/** Runs the program. @param argv without node and script. @returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error: unknown) {
    const [message = '', ...causes] = causeChain(error).map(visibleLines)
    io.stderr.write(`${painter(io.stderr, io.env)('red', message)}\n`)
    // What the user can put right is said in the message; of anything else, every trace helps.
    if (!(error instanceof UserError)) for (const cause of causes) io.stderr.write(`  caused by: ${cause}\n`)
    return exitCodeOf(error)
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv
  if (first === undefined) {
    io.stderr.write(programHelp(COMMANDS))
    return EXIT.usage
  }
  if (first === 'help' && rest[0] !== undefined) return dispatch([rest[0], '--help'], io)
  if (first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(programHelp(COMMANDS))
    return EXIT.fine
  }
  if (first === '--version') {
    io.stdout.write(`sluice ${await version()}\n`)
    return EXIT.fine
  }
  const command = COMMANDS.find(({ name }) => name === first)
  if (command === undefined) throw await unknown(first)
  if (command.kind === 'forwarded') return command.run(rest)
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(commandHelp(command))
    return EXIT.fine
  }
  return command.run(await parseArguments(command, rest), io)
}

async function unknown(word: string): Promise<UsageError> {
  const [what, candidates] = word.startsWith('-')
    ? ['option', ['--help', '--version']]
    : ['command', COMMANDS.map(({ name }) => name)]
  const shown = visible(word)
  return new UsageError(`sluice has no ${what} ${shown}${await suggestion(shown, candidates)}. See sluice --help.`)
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** A message of several lines, each without what a terminal would obey. */
function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n')
}
