import type { Option } from './arguments.ts'
import { HELP_OPTION } from './arguments.ts'
import type { Command, OwnCommand } from './command.ts'
import { ANY_COMMAND, type ExitCode } from './exit-codes.ts'
import { columns } from './terminal.ts'

/** What `sluice --help` prints. */
export function programHelp(commands: readonly Command[]): string {
  return `${[
    'Usage: sluice <command> [options]',
    '',
    'Inspects deliveries: configuration, ledger, and what is deployed where.',
    '',
    ...indented(commands.map(({ name, summary }) => [name, summary])),
    '',
    ...indented([
      ['--help', 'shows this text; sluice <command> --help shows a command'],
      ['--version', 'shows the version']
    ]),
    '',
    'Colours are used on terminals only, and not when NO_COLOR is set.',
    '',
    'Exit codes:',
    ...exitLines(ANY_COMMAND),
    '',
    'Example:',
    '  sluice validate && sluice status'
  ].join('\n')}\n`
}

/** What `sluice <command> --help` prints. */
export function commandHelp(command: OwnCommand): string {
  const { name, operands, about, options, exitCodes, example } = command
  return `${[
    ['Usage: sluice', name, ...operands.map(operand => `[${operand}]`), '[options]'].join(' '),
    '',
    about,
    '',
    ...indented([...options, HELP_OPTION].map(option => [spelling(option), option.about])),
    '',
    'Exit codes:',
    ...exitLines(exitCodes),
    '',
    'Example:',
    ...example.map(line => `  ${line}`)
  ].join('\n')}\n`
}

function exitLines(exitCodes: readonly ExitCode[]): readonly string[] {
  return indented(exitCodes.map(({ code, about }) => [String(code), about]))
}

function spelling({ name, value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

function indented(rows: readonly (readonly string[])[]): readonly string[] {
  return columns(rows).map(line => `  ${line}`)
}
