import type { Approval, LedgerRecord } from '@sluice/core'

/** Who approved, with which words. @param started the record that has the answer. */
export function approvalText({ login, userId, comment }: Approval, started: LedgerRecord | undefined): string {
  const words = comment === '' ? '' : `: ${JSON.stringify(comment)}`
  return `${login} (${userId})${words}${started === undefined ? '' : ` [record ${started.sequence}]`}`
}
