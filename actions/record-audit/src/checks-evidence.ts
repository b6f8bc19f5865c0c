import {
  checksIn,
  type Digest,
  type EvidenceDocument,
  evidenceOfText,
  type JobOutcome,
  type Log,
  readChecks
} from '@sluice/core'

/** What the acceptance job says of its checks. */
export interface ReportedChecks extends EvidenceDocument {
  /** How many there were. */
  readonly count: number
}

/**
 * What the acceptance job asked and what came back, as evidence of the outcome. It is the job's own report, so it counts only where it is of
 * this release and environment, and says what GitHub says of the job: a report of passed checks proves nothing beside a job that failed.
 * @param source whose word it is; absent: that of the job that records it.
 * @returns absent where no checks ran, or what is reported does not fit; then the log says so.
 */
export function evidenceOfChecks(
  accept: JobOutcome,
  of: { readonly environment: string; readonly release: Digest },
  log: Pick<Log, 'warning'>,
  source?: string
): ReportedChecks | undefined {
  const text = accept.outputs?.['results'] ?? ''
  if (text === '' || (accept.result !== 'success' && accept.result !== 'failure')) return undefined
  const report = readChecks(text)
  const isOfThis = report?.environment === of.environment && report.release === of.release
  const passed = report?.checks.every(check => check.passed)
  if (isOfThis && passed === (accept.result === 'success'))
    return { ...evidenceOfText('checks', text, source), count: checksIn(report) }
  log.warning(
    `What the acceptance job of ${of.environment} reported of its checks is not kept: it is no report of this release, or contradicts how GitHub says that the job ended.`
  )
  return undefined
}
