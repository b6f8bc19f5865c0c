import {
  code,
  escapeClipped,
  escapeMarkdown,
  formatPlace,
  type LedgerRecord,
  type Log,
  plural,
  type Report,
  releaseId,
  type SkippedRecord,
  table,
  visible,
  withoutRepair
} from '@sluice/core'
import {
  type Pipeline,
  previewOfRepair,
  type RepairedSection,
  type RepairPreview,
  recordUrl,
  repairSection
} from '@sluice/pipeline'
import type { RecordInputs } from './inputs.ts'

/** A job summary has at most 1 MiB, and six characters may stand for one that a planted record holds; the record names all of them. */
const MOST_SHOWN = 250

/** Characters shown of why a record is not valid, and of the reason for a repair. */
const LONGEST = 300

/** Characters shown of a name that a record which is not valid gives. */
const LONGEST_NAME = 50

const MORE =
  'More has to be left out before anyone can deliver: run this workflow again for what `sluice repair` names, or once more where it names nothing.'

/** Leaves records out of the ledger that are not valid, and says which. */
export async function repair(
  { environment, reason, preview, shown }: Extract<RecordInputs, { kind: 'repair' }>,
  pipeline: Pipeline
): Promise<Report> {
  const part = environment ?? 'builds and releases'
  if (preview) {
    const found = await pipeline.log.group(`Look at what the ledger says of ${part}`, async () =>
      previewOfRepair(pipeline, { environment })
    )
    return reportOfPreview(part, reason, found, pipeline)
  }
  const repaired = await pipeline.log.group(`Repair what the ledger says of ${part}`, async () =>
    repairSection(pipeline, { environment, reason, ...(shown === undefined ? {} : { shown }) })
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
  logEach(skipped, 'is left out', log)
  const told =
    skipped.length === 0
      ? 'Each record is valid; the files that decisions read were made again.\n'
      : `Left out, because it is not valid:\n\n${tableOf(skipped, pipeline)}`
  const more = record.event === 'repaired' && record.detail?.more === true ? `\n${MORE}\n` : ''
  if (more !== '') log.warning(MORE)
  return {
    outputs: { sequence: String(sequence), record: hash, place: formatPlace({ sequence, hash }) },
    summary: `### Repaired: ${escapeMarkdown(part)}\n\n${told}${more}`
  }
}

/** What a repair would leave out, for the reviewer who is asked next. @param part of the ledger, as people call it. */
export function reportOfPreview(
  part: string,
  reason: string,
  { skipped = [], more, records, digest }: RepairPreview,
  pipeline: Pick<Pipeline, 'log' | 'run' | 'policy'>
): Report {
  logEach(skipped, 'would be left out', pipeline.log)
  const undone = records.flatMap(({ sequence, event, detail }) =>
    event === 'repaired' ? withoutRepair(sequence, detail ?? {}) : []
  )
  const told =
    skipped.length === 0
      ? 'Each record is valid; only the files that decisions read would be made again.\n'
      : `${[FORGOTTEN, ...(undone.length === 0 ? [] : [`> [!WARNING]\n> ${undone.join(' ')}`])].join('\n\n')}\n\n${shownTable(skipped, records, pipeline)}`
  const rest = more === true ? '\nThat is not all: more has to be left out by another run.\n' : ''
  return {
    outputs: { shown: digest },
    summary: `### To be left out: ${escapeMarkdown(part)}\n\nReason given: ${escapeClipped(reason, LONGEST)}\n\n${told}${rest}`
  }
}

const FORGOTTEN =
  "What is left out stays on the ledger and counts for nothing from then on, also a failure, a rejection or a withdrawal. Where only `delivery.yml` as it is now speaks against a record (the end of a key in `ledger.trust`, a key that is not listed any more, a former name of the default branch), that is right if the key leaked, or never was the product's; otherwise `delivery.yml` has to be put right instead. `sluice repair`, in a clone, tells which these are, and what to write."

/** What each record says, as far as it can be read, beside why it would be left out. */
function shownTable(
  skipped: RepairedSection['skipped'],
  records: readonly LedgerRecord[],
  pipeline: Pick<Pipeline, 'run' | 'policy'>
): string {
  const said = new Map(records.map(record => [record.sequence, record]))
  const rows = skipped
    .slice(0, MOST_SHOWN)
    .map(it => [
      `[${it.sequence}](${recordUrl(pipeline, it.sequence)})`,
      describe(said.get(it.sequence)),
      code(it.hash),
      escapeClipped(it.why, LONGEST)
    ])
  return `${table(['record', 'says', 'SHA-256', 'why it is not valid'], rows)}\n\n${plural(skipped.length, 'record')} in all${skipped.length > MOST_SHOWN ? `, of which the first ${MOST_SHOWN} are shown: \`sluice repair\` names each` : ''}.\n`
}

/** Event, place, subject, actor, run and time of a record, where it has them. Nobody vouches for any of it. */
function describe(record: LedgerRecord | undefined): string {
  if (record === undefined) return 'nothing that can be read'
  const { event, environment, release, unit, actor, run, time } = record
  const about = release === undefined ? unit?.name : releaseId(release.digest)
  return [event, environment, about, 'by', actor.login, 'in run', run.id, 'at', time]
    .flatMap(it => (it === undefined ? [] : [escapeClipped(it, LONGEST_NAME)]))
    .join(' ')
}

/** Why a record is not valid may quote it, and whoever planted it wrote that: the runner must obey none of it. */
function logEach(skipped: readonly SkippedRecord[], what: string, log: Pick<Log, 'untrusted'>): void {
  if (skipped.length === 0) return
  log.untrusted(skipped.map(({ sequence, why }) => `record ${sequence} ${what}: ${visible(why)}`).join('\n'))
}

function tableOf(skipped: readonly SkippedRecord[], pipeline: Pick<Pipeline, 'run' | 'policy'>): string {
  const rows = skipped
    .slice(0, MOST_SHOWN)
    .map(it => [`[${it.sequence}](${recordUrl(pipeline, it.sequence)})`, code(it.hash), escapeClipped(it.why, LONGEST)])
  return `${table(['record', 'SHA-256', 'why'], rows)}\n\n${plural(skipped.length, 'record')} in all.\n`
}
