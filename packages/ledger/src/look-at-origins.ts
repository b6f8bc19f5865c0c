import type { TrustRules } from './signature.ts'
import type { Snapshot } from './snapshot.ts'

/** Reads what tells from where the records of a ledger may come: whoever judges them cannot wait for it. */
export async function lookAtOrigins({ records }: Snapshot, { tokens }: TrustRules): Promise<void> {
  await tokens?.origins?.look(records.flatMap(({ record }) => (record === undefined ? [] : [record])))
}
