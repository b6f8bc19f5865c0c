import { type EndedRun, isEnding, type LedgerRecord } from '@sluice/core'

/** Where an environment stands, by its records. */
export interface Standing {
  /** The last deployment, and before it the releases that were found to change nothing since. Newest first. */
  readonly live: readonly LedgerRecord[]
  /** Runs that have not said yet what became of the environment. Newest first. */
  readonly open: readonly OpenRun[]
}

/** An attempt of a run that announced itself, and whose outcome is not on the ledger. */
export interface OpenRun {
  /** The newest that it wrote. */
  readonly last: LedgerRecord
  /** Sequence of its `started` record; absent while it has only planned. */
  readonly begun: number | undefined
}

/** Records that are looked at in any case, so that a run that died while it waited at a gate is found, too. */
const HORIZON = 100

/** Reads where an environment stands from records, newest first, only as far back as that takes. */
export async function readStanding(records: AsyncIterable<LedgerRecord>, environment: string): Promise<Standing> {
  const ended = new Set<string>()
  const open = new Map<string, { last: LedgerRecord; begun: number | undefined }>()
  const live: LedgerRecord[] = []
  let deployer: string | undefined
  let complete = false
  let seen = 0
  for await (const record of records) {
    seen += 1
    if (complete && seen > HORIZON) break
    // To withdraw a release is no part of a delivery: such a run neither begins nor ends anything here.
    if (record.environment !== environment || record.event === 'withdrawn') continue
    const key = keyOf(attemptOf(record))
    const ends = endedBy(record)
    for (const it of ends) ended.add(keyOf(it))
    if (isFoundInPlace(record) && deployer === undefined) live.push(record)
    if (ends.length > 0) continue
    if (record.event === 'deployed' && deployer === undefined) {
      deployer = key
      live.push(record)
    }
    if (!ended.has(key)) {
      const known = open.get(key) ?? { last: record, begun: undefined }
      open.set(key, record.event === 'started' ? { ...known, begun: record.sequence } : known)
    }
    // Whoever deployed last had waited for those before it.
    if (record.event === 'started' && key === deployer) complete = true
  }
  return { live, open: [...open.values()] }
}

/** Whether a record says that a release was live already, without a deployment. */
function isFoundInPlace(record: LedgerRecord): boolean {
  return record.event === 'unchanged' || (record.event === 'accepted' && record.detail?.unchanged === true)
}

/** The attempts whose end a record tells: its own, and those that it found dead. What is stated on the way ends nothing. */
function endedBy(record: LedgerRecord): readonly EndedRun[] {
  return isEnding(record) ? [attemptOf(record), ...(record.detail?.ended ?? [])] : []
}

function attemptOf({ run }: LedgerRecord): EndedRun {
  return { run: run.id, attempt: run.attempt }
}

function keyOf({ run, attempt }: EndedRun): string {
  return `${run}.${attempt}`
}
