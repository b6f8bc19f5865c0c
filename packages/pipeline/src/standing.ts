import type { LedgerRecord } from '@sluice/core'

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

/** One attempt of a run, as the outcome record of a later one names it (`detail.ended`). */
export interface EndedRun {
  readonly run: string
  readonly attempt: number
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
    if (record.environment !== environment) continue
    const key = keyOf({ run: record.run.id, attempt: record.run.attempt })
    const { event } = record
    if (event !== 'planned' && event !== 'started' && event !== 'deployed') {
      for (const it of endedBy(record)) ended.add(keyOf(it))
      const nothingNew = event === 'unchanged' || (event === 'accepted' && record.detail?.['unchanged'] === true)
      if (nothingNew && deployer === undefined) live.push(record)
      continue
    }
    if (event === 'deployed' && deployer === undefined) {
      deployer = key
      live.push(record)
    }
    if (!ended.has(key)) {
      const known = open.get(key) ?? { last: record, begun: undefined }
      open.set(key, event === 'started' ? { ...known, begun: record.sequence } : known)
    }
    // Whoever deployed last had waited for those before it.
    if (event === 'started' && key === deployer) complete = true
  }
  return { live, open: [...open.values()] }
}

/** The attempts whose end a record tells: its own, and those that it found dead. */
function endedBy({ run, detail }: LedgerRecord): readonly EndedRun[] {
  const others: unknown = detail?.['ended']
  return [{ run: run.id, attempt: run.attempt }, ...(Array.isArray(others) ? (others as readonly EndedRun[]) : [])]
}

function keyOf({ run, attempt }: EndedRun): string {
  return `${run}.${attempt}`
}
