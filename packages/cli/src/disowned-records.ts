import { type Digest, type LedgerRecord, plural, releaseId, signerOf, withoutRepair } from '@sluice/core'
import type { InvalidRecords, Trust } from '@sluice/ledger'
import { type CheckedLedger, findRepairable } from './checked-ledger.ts'
import type { LedgerSource } from './ledger-source.ts'

/** What of delivery.yml as it is now is all that speaks against some records. */
export type Disowning =
  /** The product has another name. */
  | { readonly kind: 'product'; readonly product: string }
  /** The key has ended, or begins later. */
  | { readonly kind: 'ended'; readonly key: Digest; readonly until: number }
  | { readonly kind: 'early'; readonly key: Digest; readonly from: number }
  /** The key is not listed. */
  | { readonly kind: 'unlisted'; readonly key: Digest }
  /** Nothing is delivered from the branch, or no longer; `until`: the last record that may come from it. */
  | { readonly kind: 'branch'; readonly branch: string; readonly until?: number }

/** Records against which nothing else speaks: genuine, if delivery.yml is wrong. */
export interface DisownedRecords {
  readonly by: Disowning
  /** Oldest first. */
  readonly records: readonly LedgerRecord[]
}

const BRANCH = 'refs/heads/'

/** Finds the records that would be left out, and that would be right if delivery.yml listed their product, key and branch for good. */
export async function findDisowned(
  broken: CheckedLedger,
  invalid: readonly InvalidRecords[]
): Promise<readonly DisownedRecords[]> {
  const numbers = numbersOf(invalid)
  const suspects = broken.records.filter(({ sequence }) => numbers.has(sequence))
  if (suspects.length === 0) return []
  const wrong = numbersOf(await findRepairable({ ...broken, source: takingAll(broken.source, suspects) }))
  const found = new Map<string, { readonly by: Disowning; readonly records: LedgerRecord[] }>()
  for (const record of suspects.filter(({ sequence }) => !wrong.has(sequence))) {
    const by = disowningOf(record, broken.source)
    if (by === undefined) continue
    const name = JSON.stringify(by)
    const group = found.get(name) ?? { by, records: [] }
    group.records.push(record)
    found.set(name, group)
  }
  return [...found.values()]
}

/** Those that would be left out, and those that something speaks against though they must not be. */
function numbersOf(invalid: readonly InvalidRecords[]): ReadonlySet<number> {
  return new Set(invalid.flatMap(({ skipped, changed }) => [...skipped.map(({ sequence }) => sequence), ...changed]))
}

/** Rules that list whatever some records were written with. */
function takingAll(source: LedgerSource, records: readonly LedgerRecord[]): LedgerSource {
  const { delivery, products, trust } = source
  const keys = records.flatMap(record =>
    record.key === undefined ? [] : [{ key: record.key.fingerprint, signs: [signerOf(record)] }]
  )
  const former = branchesOf(records).map(name => ({ name, until: Number.POSITIVE_INFINITY }))
  return {
    ...source,
    ...(products && { products: [...products, ...records.map(({ product }) => product)] }),
    trust: [...trust.map(({ from: _, until: __, ...entry }) => entry), ...keys],
    delivery: delivery && { ...delivery, ledger: { ...delivery.ledger, formerBranches: former } }
  }
}

function branchesOf(records: readonly LedgerRecord[]): readonly string[] {
  const refs = new Set(records.map(({ run }) => run.ref))
  return [...refs].filter(ref => ref.startsWith(BRANCH)).map(ref => ref.slice(BRANCH.length))
}

function disowningOf(record: LedgerRecord, source: LedgerSource): Disowning | undefined {
  const { product, run } = record
  if (source.products?.includes(product) === false) return { kind: 'product', product }
  const ofKey = keyDisowning(record, source.trust)
  if (ofKey !== undefined) return ofKey
  // Nothing else was listed to make it right.
  if (!run.ref.startsWith(BRANCH)) return undefined
  const branch = run.ref.slice(BRANCH.length)
  const until = source.delivery?.ledger.formerBranches?.find(({ name }) => name === branch)?.until
  return { kind: 'branch', branch, ...(until !== undefined && { until }) }
}

function keyDisowning(record: LedgerRecord, trust: Trust): Disowning | undefined {
  if (record.key === undefined) return undefined
  const key = record.key.fingerprint
  const signer = signerOf(record)
  const { sequence } = record
  const own = trust.filter(it => it.key === key && it.signs.includes(signer))
  if (own.length === 0) return { kind: 'unlisted', key }
  const until = Math.max(...own.map(it => it.until ?? Number.POSITIVE_INFINITY))
  if (until < sequence) return { kind: 'ended', key, until }
  const later = own.filter(it => it.from !== undefined && it.from > sequence).map(it => it.from ?? 1)
  return later.length === own.length ? { kind: 'early', key, from: Math.min(...later) } : undefined
}

/** What to know before such records are left out: what happened, and what to do whichever of two readings is right. */
export function disownedLines(disowned: readonly DisownedRecords[], list: string): readonly string[] {
  return disowned.flatMap(({ by, records }) => {
    const [are, them, they] = records.length === 1 ? ['is', 'it', 'it counts'] : ['are', 'them', 'they count']
    const [said, genuine, forged] = readingsOf(by, records, list)
    return [
      `Of these, ${plural(records.length, 'record')} ${are} ${said}. Nothing else speaks against ${them}:`,
      ...records.map(describe),
      `${genuine}: then ${they}, and there is nothing to repair of ${them}.`,
      `Leave ${them} out only if ${forged} and Sluice did not write ${them}: what is left out is forgotten, also a failure, a rejection or a withdrawal.`,
      ''
    ]
  })
}

/** What is so, what to write if the records are genuine, and what makes them forged. */
function readingsOf(
  by: Disowning,
  records: readonly LedgerRecord[],
  list: string
): readonly [said: string, genuine: string, forged: string] {
  const [first, last] = [records[0]?.sequence, records.at(-1)?.sequence]
  switch (by.kind) {
    case 'product':
      return [
        `about product ${by.product}, which is none of this product's names`,
        `If the product was called so, add ${by.product} to ledger.formerly of delivery.yml`,
        'it never was'
      ]
    case 'ended':
      return [
        `signed after record ${by.until}, where ledger.trust ends key ${by.key}`,
        `If the key did not leak, write until: ${last} instead of ${by.until} in ${list}`,
        'the key leaked'
      ]
    case 'early':
      return [
        `signed before record ${by.from}, where ledger.trust begins key ${by.key}`,
        `If the key was in use before, write from: ${first} instead of ${by.from} in ${list}`,
        'it was not'
      ]
    case 'unlisted': {
      const signers = [...new Set(records.map(signerOf))]
      return [
        `signed with key ${by.key}, which ledger.trust does not list for ${signers.join(', ')}`,
        list === '--trust'
          ? `If it is a key of the product, add ${signers.map(signer => `--trust ${signer}=${by.key}@-${last}`).join(' ')}`
          : `If it was listed once (git log --oneline -S ${by.key} -- ${list} tells), put its entry back in ${list}: { key: "${by.key}", signs: [${signers.join(', ')}], until: ${last} }`,
        'the key was never listed'
      ]
    }
    case 'branch':
      return [
        `of runs of ${by.branch}${by.until === undefined ? ', which is none of the delivery refs' : ` after record ${by.until}, where ledger.formerBranches ends it`}`,
        `If ${by.branch} was the default branch when ${records.length === 1 ? 'it was' : 'they were'} written, write ledger.formerBranches: [{ name: ${JSON.stringify(by.branch)}, until: ${last} }]${by.until === undefined ? '' : ` instead of ${by.until}`} in delivery.yml`,
        'it was not'
      ]
  }
}

function describe({ sequence, event, environment, release, unit, time, run }: LedgerRecord): string {
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
