import { filesOf } from './ledger-tree.ts'
import { lookAtOrigins } from './look-at-origins.ts'
import type { Outline } from './outline.ts'
import { recordPath } from './paths.ts'
import { judgeRepairs } from './repair-judge.ts'
import { Repairs } from './repairs.ts'
import type { TrustRules } from './signature.ts'
import { openSnapshot, type Snapshot } from './snapshot.ts'

/**
 * Reads what a ledger leaves out. A `repaired` record needs little authority because it may leave out nothing but what is not valid; so each
 * reader looks again whether that is so, by the checks that stop a ledger. One that leaves out a valid record is itself not valid,
 * and leaves out nothing.
 */
export function readRepairs(ledger: Snapshot, rules: TrustRules): Repairs {
  return judgeRepairs(ledger, rules).repairs()
}

/** Records that are looked through at once. */
const PAGE = 4000

/** What a record of a repair looks like in its file. */
const MARK = Buffer.from('"event":"repaired"')

/**
 * The same for a ledger that need not fit into memory, unless it was ever repaired: what a repair leaves out can only be told of all that it rests on.
 * Few ledgers ever are.
 */
export async function repairsIn({ tree, length }: Outline, rules: TrustRules): Promise<Repairs> {
  for (let first = 1; first <= length; first += PAGE) {
    const numbers = Array.from({ length: Math.min(PAGE, length - first + 1) }, (_, n) => first + n)
    const files = await tree.read(numbers.map(recordPath))
    if (!files.some(file => file !== undefined && bufferOf(file).includes(MARK))) continue
    const ledger = openSnapshot(await filesOf(tree))
    await lookAtOrigins(ledger, rules)
    return readRepairs(ledger, rules)
  }
  return Repairs.none
}

/** The same memory, and no copy of it. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
