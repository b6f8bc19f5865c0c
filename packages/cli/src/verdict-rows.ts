import { plural, releaseId } from '@sluice/core'
import { type Refused, refusedBy } from './acceptance-state.ts'
import { checksOf, type ReadEvidence, type Stay } from './stay.ts'

type Row = readonly [name: string, text: string]

interface Told {
  /** Of the record that says it. */
  readonly sequence: number
  readonly row: Row
}

/** Whether a release was accepted, and by what; what took that back, and who withdrew it: what no longer counts was still so at the time. */
export function verdictRows({ acceptance, verdicts, release }: Stay, evidence: ReadEvidence): readonly Row[] {
  const told = verdicts.map((record): Told => {
    const { event, time, sequence } = record
    if (event !== 'accepted') return refusal(refusedBy(record))
    const name = record.release?.digest
    const as = name === undefined || name === release.digest ? '' : `, as ${releaseId(name)}`
    return { sequence, row: ['accepted', `${time}${checksText(record, evidence)}${as} [record ${sequence}]`] }
  })
  // It stands from before, or was said under another name.
  const isElsewhere =
    acceptance.state === 'refused' && !verdicts.some(({ sequence }) => sequence === acceptance.refusedBy)
  const all = isElsewhere ? [...told, refusal(acceptance)].toSorted((a, b) => a.sequence - b.sequence) : told
  const rows = all.map(({ row }) => row)
  return rows.some(([name]) => name === 'accepted') ? rows : [['accepted', unspoken(acceptance)], ...rows]
}

/** Whether it is accepted, where nothing said so since it was deployed. */
function unspoken(acceptance: Stay['acceptance']): string {
  switch (acceptance.state) {
    case 'accepted':
      return acceptance.time
    case 'open':
      return 'not yet'
    case 'refused':
      return 'no'
  }
}

function refusal({ event, time, by, reason = '', refusedBy: sequence }: Refused): Told {
  const who = by === undefined ? '' : ` by ${by}`
  return {
    sequence,
    row: [event, `${time}${who}${reason === '' ? '' : `: ${JSON.stringify(reason)}`} [record ${sequence}]`]
  }
}

/** What was asked before a release was accepted. */
function checksText(accepted: Stay['accepted'], evidence: ReadEvidence): string {
  const report = checksOf(accepted, evidence)
  if (report === undefined) return ''
  if (report.checks.length === 0) return ', without any checks'
  return ` after ${plural(report.checks.length + (report.more ?? 0), 'check')}: ${report.checks.map(({ what }) => what).join(', ')}`
}
