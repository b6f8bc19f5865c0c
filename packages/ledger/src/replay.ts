import { NewestFiles } from './newest-files.ts'
import { signaturePath, tokenPath } from './paths.ts'
import type { Skips } from './skips.ts'
import type { Snapshot } from './snapshot.ts'
import { StateMachine } from './state-machine.ts'
import { Past } from './verify-past.ts'

/** The state that the records of a ledger lead to before one of them. @param skips which ones are left out. */
export function machineBefore({ records }: Snapshot, end: number, skips: Skips): StateMachine {
  const machine = new StateMachine()
  for (const { record, hash, sequence } of records.slice(0, end - 1)) {
    if (record === undefined || hash === undefined || skips(sequence)) continue
    machine.add(record)
    machine.seal(hash)
  }
  return machine
}

/** What had happened before a record. */
export function pastBefore({ records }: Snapshot, end: number, skips: Skips): Past {
  const past = new Past()
  for (const { record, sequence } of records.slice(0, end - 1))
    if (record !== undefined && !skips(sequence)) past.add(record)
  return past
}

/** The newest records of a ledger, with their files. */
export function newestOf({ records, files }: Snapshot, skips: Skips): NewestFiles {
  const newest = new NewestFiles()
  for (const { sequence, bytes, record } of records) {
    if (skips(sequence)) continue
    const [signature, token] = [files.get(signaturePath(sequence)), files.get(tokenPath(sequence))]
    newest.note({ sequence, bytes, signature, token, record })
  }
  return newest
}
