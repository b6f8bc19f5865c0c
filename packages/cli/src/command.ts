import type { Arguments, Option } from './arguments.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'

/** A command of the program. */
export type Command = OwnCommand | ForwardedCommand

interface CommandBase {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
}

/** A command whose arguments are read here. */
export interface OwnCommand<Name extends string = string> extends CommandBase {
  readonly kind: 'own'
  /** What the command takes besides options, as the usage line shows it; all of it may be left out. */
  readonly operands: readonly string[]
  readonly about: string
  readonly options: readonly Option<Name>[]
  readonly exitCodes: readonly ExitCode[]
  readonly example: readonly string[]
  /** @returns the exit code. */
  run(args: Arguments<Name>, io: Io): Promise<number>
}

/** A command that reads its arguments itself, `--help` too. */
export interface ForwardedCommand extends CommandBase {
  readonly kind: 'forwarded'
  run(argv: readonly string[]): Promise<number>
}

/** A command of which every option that it asks for is one that it lists. */
export function ownCommand<const Name extends string>(command: OwnCommand<Name>): OwnCommand<Name> {
  return command
}
