import { type Digest, type LedgerRecord, plural, releaseId, signerOf, withoutRepair } from '@sluice/core'
import type { InvalidRecords, Trust } from '@sluice/ledger'
import { type CheckedLedger, findRepairable } from './checked-ledger.ts'

/** Records against which nothing speaks but that their key had ended: genuine, if it did not leak. */
export interface EndedKey {
  readonly key: Digest
  readonly until: number
  /** Oldest first. */
  readonly records: readonly LedgerRecord[]
}

/** Finds the records that would be left out, and that would be right if their keys had no end. */
export async function findEnded(
  broken: CheckedLedger,
  invalid: readonly InvalidRecords[]
): Promise<readonly EndedKey[]> {
  const { trust } = broken.source
  if (trust.every(({ until }) => until === undefined)) return []
  const wrong = numbersOf(await findRepairable(broken, withoutEnds(trust)))
  const numbers = numbersOf(invalid)
  const found = new Map<string, { readonly key: Digest; readonly until: number; readonly records: LedgerRecord[] }>()
  for (const record of broken.records) {
    const until = endOf(record, trust)
    const key = record.key?.fingerprint
    if (key === undefined || until === undefined || !numbers.has(record.sequence) || wrong.has(record.sequence))
      continue
    const ended = found.get(`${key} ${until}`) ?? { key, until, records: [] }
    ended.records.push(record)
    found.set(`${key} ${until}`, ended)
  }
  return [...found.values()]
}

/** Those that would be left out, and those that something speaks against though they must not be. */
function numbersOf(invalid: readonly InvalidRecords[]): ReadonlySet<number> {
  return new Set(invalid.flatMap(({ skipped, changed }) => [...skipped.map(({ sequence }) => sequence), ...changed]))
}

function withoutEnds(trust: Trust): Trust {
  return trust.map(({ until: _, ...entry }) => entry)
}

/** The last record that the key of one may have signed, if that is an earlier one. */
function endOf(record: LedgerRecord, trust: Trust): number | undefined {
  const own = trust.filter(it => it.key === record.key?.fingerprint && it.signs.includes(signerOf(record)))
  const ends = own.map(({ until = Number.POSITIVE_INFINITY }) => until)
  const last = Math.max(...ends)
  return ends.length > 0 && last < record.sequence ? last : undefined
}

/** What to know before such records are left out: what happened, and what to do whether the key leaked or not. */
export function endedLines(ended: readonly EndedKey[]): readonly string[] {
  return ended.flatMap(({ key, until, records }) => {
    const [are, them, they] = records.length === 1 ? ['is', 'it', 'it counts'] : ['are', 'them', 'they count']
    return [
      `Of these, ${plural(records.length, 'record')} ${are} signed after record ${until}, where ledger.trust ends key ${key}. Nothing else speaks against ${them}:`,
      ...records.map(describeEnded),
      `If the key did not leak, write until: ${records.at(-1)?.sequence} instead of ${until} in delivery.yml: then ${they}, and there is nothing to repair of ${them}.`,
      `Leave ${them} out only if the key leaked and Sluice did not write ${them}: what is left out is forgotten, also a failure, a rejection or a withdrawal.`,
      ''
    ]
  })
}

function describeEnded({ sequence, event, environment, release, unit, time, run }: LedgerRecord): string {
  const about = release === undefined ? unit?.name : releaseId(release.digest)
  return ['   ', sequence, event, environment, about, 'at', time, `(run ${run.id})`]
    .filter(it => it !== undefined)
    .join(' ')
}

/** What leaving out repairs does. */
export function undoneLines(records: readonly LedgerRecord[]): readonly string[] {
  return records.flatMap(({ sequence, event, detail }) => {
    const lines = event === 'repaired' ? withoutRepair(sequence, detail ?? {}) : []
    return lines.length === 0 ? [] : [...lines, '']
  })
}
