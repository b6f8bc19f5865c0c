import { type Digest, isDigest } from './digest.ts'
import { UserError } from './errors.ts'

/** How far a ledger was when somebody wrote to it: its newest record then, and the SHA-256 of that. */
export interface LedgerPlace {
  readonly sequence: number
  readonly hash: Digest
}

/** A place in the form in which one job tells it to the next: `17@sha256:…`. */
export function formatPlace({ sequence, hash }: LedgerPlace): string {
  return `${sequence}@${hash}`
}

/** Reads {@link formatPlace}. @param what names it in messages. @throws UserError when it is something else. */
export function parsePlace(text: string, what: string): LedgerPlace {
  const [number = '', hash = ''] = text.split('@')
  if (/^[1-9]\d{0,14}$/.test(number) && isDigest(hash)) return { sequence: Number(number), hash }
  throw new UserError(`${what} is not a place in the ledger. Pass the output \`place\` of record-audit.`)
}
