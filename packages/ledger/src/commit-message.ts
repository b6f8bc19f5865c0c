import { hexOf } from '@sluice/core'
import type { AppendedRecord } from './appended-record.ts'
import { describeRecord } from './record.ts'

// What the commits of the ledger say: for people who read `git log`; nothing depends on it.

/** The message of the commit that makes the ledger's branch. */
export const OPENING = 'Open the ledger'

/** What a commit says of the records that it adds: each in words, then its number and hash. */
export function commitMessage(records: readonly AppendedRecord[]): string {
  const summary = records.map(({ record }) => describeRecord(record)).join(', ')
  const body = records.map(({ record, hash }) => `${record.sequence} ${hexOf(hash)}`).join('\n')
  return `Record ${summary}\n\n${body}`
}
