import { UserError } from '@sluice/core'
import { commitOf } from '@sluice/ledger'
import type { LedgerSource } from './ledger-source.ts'
import { recordsAt } from './records-at.ts'

/**
 * Refuses to judge a ledger by a file that does not rule it: all records would be wrong in the same way, and there is nothing to repair. One that names the file is enough to go on:
 * the others are told of one by one then.
 * @throws UserError naming both files.
 */
export async function requireRulingFile(source: LedgerSource): Promise<void> {
  const { directory, branch, config } = source
  if (config === undefined) return
  let other: { readonly sequence: number; readonly path: string } | undefined
  for await (const { sequence, policy } of recordsAt(directory, await commitOf(source))) {
    if (policy?.path === config) return
    if (policy !== undefined) other ??= { sequence, path: policy.path }
  }
  if (other === undefined) return
  const { sequence, path } = other
  throw new UserError(
    `${config} does not rule ${branch}: from record ${sequence} on its records name ${path} as their policy. Give --config ${path}, or move the file back. If the product was delivered by ${config} all along, the ledger is not genuine.`
  )
}
