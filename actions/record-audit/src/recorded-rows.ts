import { code, type Digest, escapeClipped, escapeMarkdown, type LedgerRecord, table } from '@sluice/core'
import { type Pipeline, recordUrl } from '@sluice/pipeline'

/** Characters shown of a reason; the record holds all of it. */
const LONGEST = 500

/** What was recorded, as a table, and the reasons that the records give, as lines after it. */
export function recordedRows(
  written: readonly { readonly record: LedgerRecord; readonly hash: Digest }[],
  pipeline: Pick<Pipeline, 'run' | 'policy'>
): string {
  const rows = table(
    ['record', 'event', 'SHA-256', 'signed'],
    written.map(({ record, hash }) => [
      linkTo(record, pipeline),
      record.event,
      code(hash),
      record.key === undefined ? 'no: advisory' : `by ${escapeMarkdown(record.key.signer)}`
    ])
  )
  const reasons = written.flatMap(({ record }) => {
    const reason = reasonOf(record)
    return reason === '' ? [] : [`- ${linkTo(record, pipeline)}, ${record.event}: ${escapeClipped(reason, LONGEST)}`]
  })
  return reasons.length === 0 ? rows : `${rows}\n\n${reasons.join('\n')}`
}

function linkTo({ sequence }: LedgerRecord, pipeline: Pick<Pipeline, 'run' | 'policy'>): string {
  return `[${sequence}](${recordUrl(pipeline, sequence)})`
}

/** Why, as the record says; a withdrawal has a summary of its own. */
function reasonOf({ event, detail }: LedgerRecord): string {
  return event !== 'withdrawn' && detail !== undefined && 'reason' in detail ? String(detail.reason ?? '').trim() : ''
}
