import { UserError } from '@sluice/core'

/** A record that no decision goes by. */
export function tampered(sequence: number, problem: string): UserError {
  return untrusted(`Ledger record ${sequence}`, problem)
}

/** A part of the ledger that no decision goes by. */
export function untrusted(what: string, problem: string): UserError {
  return new UserError(
    `${what} cannot be trusted: ${problem}. Run \`sluice verify\`; no decision is based on this ledger until it verifies. \`sluice repair\` says what to do.`
  )
}

/** What is left may be in any section, and not all of it would be seen: a token is looked at only beside the newest record of all. */
export function unfinished(sequence: number): UserError {
  return new UserError(
    `The ledger is not repaired yet: record ${sequence} says that more has to be left out. Run the workflow that calls repair.yml for what \`sluice repair\` names, or once more where it names nothing. Until then nothing is decided or written.`
  )
}
