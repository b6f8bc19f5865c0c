import { code, escapeMarkdown, formatPlace, plural, type Report, table } from '@sluice/core'
import { type Pipeline, type RepairedSection, recordUrl, repairSection } from '@sluice/pipeline'
import type { RecordInputs } from './inputs.ts'

/** A job summary has at most 1 MiB; the record names all of them. */
const MOST_SHOWN = 500

const MORE =
  'More has to be left out before anyone can deliver: run this workflow again for what `sluice repair` names, or once more where it names nothing.'

/** Leaves records out of the ledger that are not valid, and says which. */
export async function repair(
  { environment, reason }: Extract<RecordInputs, { kind: 'repair' }>,
  pipeline: Pipeline
): Promise<Report> {
  const part = environment ?? 'builds and releases'
  const repaired = await pipeline.log.group(`Repair what the ledger says of ${part}`, async () =>
    repairSection(pipeline, { environment, reason })
  )
  return reportOfRepair(part, repaired, pipeline)
}

/** What a repair left out, for the log, the summary and later steps. @param part of the ledger, as people call it. */
export function reportOfRepair(
  part: string,
  { record, hash, skipped }: RepairedSection,
  pipeline: Pick<Pipeline, 'log' | 'run' | 'policy'>
): Report {
  const { log } = pipeline
  const { sequence } = record
  for (const { sequence: number, why } of skipped) log.info(`record ${number} is left out: ${why}`)
  const rows = skipped
    .slice(0, MOST_SHOWN)
    .map(it => [`[${it.sequence}](${recordUrl(pipeline, it.sequence)})`, code(it.hash), escapeMarkdown(it.why)])
  const told =
    rows.length === 0
      ? 'Each record is valid; the files that decisions read were made again.\n'
      : `Left out, because it is not valid:\n\n${table(['record', 'SHA-256', 'why'], rows)}\n${plural(skipped.length, 'record')} in all.\n`
  const more = record.event === 'repaired' && record.detail?.more === true ? `\n${MORE}\n` : ''
  if (more !== '') log.warning(MORE)
  return {
    outputs: { sequence: String(sequence), record: hash, place: formatPlace({ sequence, hash }) },
    summary: `### Repaired: ${escapeMarkdown(part)}\n\n${told}${more}`
  }
}
