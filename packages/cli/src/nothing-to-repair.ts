import { visible } from '@sluice/core'
import type { CheckedLedger } from './checked-ledger.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { writeJson } from './write-json.ts'

/** A record can name a policy that never was: a clone that may be older than the ledger cannot tell. */
const UNSEEN_POLICIES =
  ' in what this clone tells. `sluice verify` says which policies that records name could not be looked at, and why. Where this clone does not hold one, fetch the default branch whole (git fetch --unshallow; without --filter), and look again. If a policy is still missing then, its record is not genuine: run the workflow that calls repair.yml for its environment, whose job asks origin itself'

/** Says of a ledger that verifies what there is to do: nothing, as far as the clone tells. @returns the exit code. */
export function showNothing({ source, gatesChecked }: CheckedLedger, asJson: boolean, io: Io): number {
  if (asJson) writeJson(io.stdout, { verified: gatesChecked, ...(gatesChecked ? {} : { gatesChecked }) })
  else
    io.stdout.write(
      `${visible(source.branch)} verifies: there is nothing to repair${gatesChecked ? '' : UNSEEN_POLICIES}.\n`
    )
  return EXIT.fine
}
