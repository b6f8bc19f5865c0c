import { UsageError } from './arguments.ts'

/** How the program ends. */
export const EXIT = { fine: 0, problems: 1, usage: 2, uncompared: 3 } as const

/** A way to end, as help shows it. */
export interface ExitCode {
  readonly code: number
  readonly about: string
}

const USAGE: ExitCode = { code: EXIT.usage, about: 'usage error' }

/** The ways in which any command ends. */
export const ANY_COMMAND: readonly ExitCode[] = exitCodes('success', 'a problem was found; the output says which')

/** The ways in which one command ends, in its own words. */
export function exitCodes(fine: string, problems: string, uncompared?: string): readonly ExitCode[] {
  const more = uncompared === undefined ? [] : [{ code: EXIT.uncompared, about: uncompared }]
  return [{ code: EXIT.fine, about: fine }, { code: EXIT.problems, about: problems }, USAGE, ...more]
}

/** How the program ends that was stopped by an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? EXIT.usage : EXIT.problems
}
