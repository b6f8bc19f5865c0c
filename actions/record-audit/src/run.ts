import {
  type Digest,
  escapeMarkdown,
  formatPlace,
  type LedgerRecord,
  type Report,
  UserError,
  unchangedBy
} from '@sluice/core'
import { type Pipeline, requireBoundConfig, requireOwnConfig, type WriteRequest, writeRecords } from '@sluice/pipeline'
import { recordOfAdoption } from './adoption-record.ts'
import { recordsOfEvents } from './event-records.ts'
import type { RecordInputs } from './inputs.ts'
import { recordOfOutcome } from './outcome-record.ts'
import { recordedRows } from './recorded-rows.ts'
import { repair } from './repair-mode.ts'
import { type WithdrawnPlace, withdrawalSummary } from './withdrawal.ts'

/** Appends what happened to the ledger, and says where. */
export async function run(inputs: RecordInputs, pipeline: Pipeline): Promise<Report> {
  // The ledger cannot be asked anything before it is repaired.
  if (inputs.kind === 'repair') return repair(inputs, pipeline)
  const { log } = pipeline
  const { release, environment } = inputs
  const announces = inputs.kind === 'events' && inputs.events.includes('released')
  pipeline.history.about({
    ...(release === undefined ? {} : { release }),
    ...(inputs.kind === 'events' ? { plan: inputs.plan } : {}),
    environments: announces
      ? pipeline.policy.environments.map(({ name }) => name)
      : [environment, environment && pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
  })
  await requireConfig(pipeline, inputs.kind)
  const { request, withdrawn, verdict, unexplained } = await log.group('Collect what is to be recorded', async () =>
    collect(inputs, pipeline)
  )
  const written = await log.group(`Append ${eventsOf(request)} to the ledger`, async () =>
    writeRecords(pipeline, request)
  )
  for (const { record, hash } of written) log.info(`record ${record.sequence}: ${record.event}, ${hash}`)

  const last = written.at(-1)
  const unchanged = request.drafts.flatMap(unchangedBy).map(({ environment: name }) => name)
  const outputs = {
    ...(last === undefined ? {} : placeOf(last)),
    ...(verdict === undefined ? {} : { verdict }),
    ...(unchanged.length === 0 ? {} : { unchanged: 'true' })
  }
  const rows = recordedRows(written, pipeline)
  // Otherwise the run would be green, and look as if it had delivered.
  if (unexplained !== undefined)
    throw new UserError(
      `${unexplained} The outcome is recorded as ${verdict}; no other job of this run failed, so this one does.`,
      { outputs, details: rows }
    )
  const stopped = last === undefined || withdrawn === undefined ? '' : `\n${withdrawalSummary(last.record, withdrawn)}`
  // An outcome may also tell what became of others; the run is titled by its own.
  const title = verdict ?? eventsOf(request)
  return {
    outputs,
    summary: `### Recorded: ${escapeMarkdown(title)}\n\n${rows}\n${toldOf(unchanged)}${stopped}`
  }
}

/** What is to be recorded, and what is told of it. */
interface Collected {
  readonly request: WriteRequest
  readonly withdrawn?: WithdrawnPlace | undefined
  readonly verdict?: string
  readonly unexplained?: string | undefined
}

async function collect(inputs: Exclude<RecordInputs, { kind: 'repair' }>, pipeline: Pipeline): Promise<Collected> {
  if (inputs.kind === 'outcome') return recordOfOutcome(inputs, pipeline)
  if (inputs.kind === 'adoption') return { request: await recordOfAdoption(inputs, pipeline) }
  const { withdrawn, ...request } = await recordsOfEvents(inputs, pipeline)
  return { request, withdrawn }
}

/**
 * An outcome is told under the policy that its run decided by, and lets nothing begin: a comment that someone adds to delivery.yml meanwhile must
 * not leave a deployment without an end on record.
 */
async function requireConfig(pipeline: Pipeline, kind: RecordInputs['kind']): Promise<void> {
  if (kind === 'outcome') requireBoundConfig(await pipeline.history.config(), pipeline.policyFile)
  else await requireOwnConfig(pipeline)
}

/** Where the release changes nothing, for the summary. */
function toldOf(environments: readonly string[]): string {
  if (environments.length === 0) return ''
  return `\nIt changes nothing in ${escapeMarkdown(environments.join(', '))}: what is live there was accepted.\n`
}

function placeOf({ record: { sequence }, hash }: { readonly record: LedgerRecord; readonly hash: Digest }): {
  readonly sequence: string
  readonly record: Digest
  readonly place: string
} {
  return { sequence: String(sequence), record: hash, place: formatPlace({ sequence, hash }) }
}

function eventsOf(request: WriteRequest): string {
  return request.drafts.map(draft => draft.event).join(', ')
}
