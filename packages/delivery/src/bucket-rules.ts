import { bundleBucket, parseAccountId, stackName } from '@sluice/core'
import type { Note } from './note.ts'
import { show } from './problem.ts'
import type { DeliveryFile } from './schema.ts'

/** A bucket is in one account and one region, and what is promoted or proven comes from none that environments write to. */
export function checkBuckets(file: DeliveryFile, note: Note, onlyAccount: string | undefined): void {
  const { anchors } = file.ledger
  const registry = file.accounts[file.registry.account ?? onlyAccount ?? '']
  const ops = registry === undefined ? undefined : bundleBucket(file.product, parseAccountId(registry.id))
  const accounts = Object.entries(file.accounts)
  for (const [name, { id, region, bundles, kmsKey }] of accounts) {
    if (kmsKey !== undefined && kmsKey.split(':')[3] !== region)
      note(
        ['accounts', name, 'kmsKey'],
        show(kmsKey),
        `buckets of ${region} are encrypted with a key of their region: name one`
      )
    if (bundles === undefined) continue
    const path = ['accounts', name, 'bundles']
    const stacks = file.environments.find(it => bundles.startsWith(stackName(file.product, it.name, '')))
    const other = accounts.find(([, it]) => it.bundles === bundles)
    if (bundles === anchors)
      note(path, show(bundles), 'the ledger is anchored there, where nothing is deleted: name another bucket')
    else if (bundles === ops)
      note(path, show(bundles), 'it is the bucket of the ops registry, to which no environment writes: name another')
    else if (stacks !== undefined)
      note(
        path,
        show(bundles),
        `the buckets of stacks in ${stacks.name} are named so, to which whoever deploys may write: name another`
      )
    else if (other !== undefined && (other[1].id !== id || other[1].region !== region))
      note(
        path,
        show(bundles),
        `accounts.${other[0]} has it in ${other[1].id}, ${other[1].region}, and a bucket is in one account and region: name another`
      )
  }
}
