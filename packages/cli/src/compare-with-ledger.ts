import { type LedgerRecord, plural } from '@sluice/core'
import { type Delivery, type NamedProblem, type Problem, problemIn } from '@sluice/delivery'
import { againstOrigin, findBranch, isPartialClone } from '@sluice/git'
import { DisownedRefs } from './disowned-refs.ts'
import { findForgotten } from './forgotten-ledgers.ts'
import { isReadable, objectionTo, type RecordGroup, RecordGroups } from './record-groups.ts'
import { RecordedPolicies, TELL_BRANCH } from './recorded-policy.ts'
import { recordsAt } from './records-at.ts'
import { RevivedRecords } from './revived-records.ts'
import { SkippingRecords } from './skipping-records.ts'

/** What a delivery.yml would do to the records that are on the ledger already. */
export interface LedgerComparison {
  /** Records that nobody could read any more. */
  readonly problems: readonly Problem[]
  /** What may be meant as it is written. */
  readonly warnings: readonly Problem[]
  /** What was not compared, and why; each a sentence without its full stop. */
  readonly missing: readonly string[]
}

/**
 * Compares a delivery.yml with the ledger of a clone, if that was fetched: a record that its rules do not take would end all deliveries, and
 * whoever changes the rules does not see it before.
 * @param file as messages name it; `path` is where it is in the repository, and `undefined` for a draft that is not in it.
 */
export async function compareWithLedger(
  delivery: Delivery,
  directory: string,
  { file, path }: { readonly file: string; readonly path: string | undefined }
): Promise<LedgerComparison> {
  const { branch } = delivery.ledger
  const at = (it: NamedProblem): Problem => problemIn(delivery, file, it)
  const commit = await findBranch(directory, branch)
  if (commit === undefined) {
    const forgotten = await findForgotten(delivery, directory, path)
    const fetch = `git fetch origin ${branch}:${branch}`
    const missing = `No records were compared with it: there is no branch ${branch} here. If there is a ledger, fetch it: ${fetch}`
    return { problems: forgotten.problems.map(at), warnings: forgotten.warnings.map(at), missing: [missing] }
  }
  if (await isPartialClone(directory)) {
    const missing = 'No records were compared with it: this clone is partial. Clone without --filter'
    return { problems: [], warnings: [], missing: [missing] }
  }
  const policies = new RecordedPolicies({ directory, branch, delivery })
  const found = await compareRecords(delivery, recordsAt(directory, commit), { path, policies })
  const isOld = (await againstOrigin(directory, branch)) === 'behind'
  const old = `Its newest records were not compared with it: ${branch} here is older than origin/${branch}. Bring it up to date: git fetch origin ${branch}:${branch}`
  const unnamed = `Where the records come from was not compared: this clone does not tell which is the default branch. To tell it: ${TELL_BRANCH}`
  const missing = [...(isOld ? [old] : []), ...(policies.lacksBranch ? [unnamed] : [])]
  return { problems: found.problems.map(at), warnings: found.warnings.map(at), missing }
}

async function compareRecords(
  delivery: Delivery,
  records: AsyncIterable<LedgerRecord>,
  { path, policies }: { readonly path: string | undefined; readonly policies: RecordedPolicies }
): Promise<{ readonly problems: readonly NamedProblem[]; readonly warnings: readonly NamedProblem[] }> {
  const groups = new RecordGroups()
  const revived = new RevivedRecords()
  const skips = new SkippingRecords(delivery, policies)
  const refs = new DisownedRefs(policies)
  let first: LedgerRecord | undefined
  let ruled: LedgerRecord | undefined
  let end = 0
  for await (const record of records) {
    first ??= record
    if (record.policy !== undefined) ruled ??= record
    end = record.sequence
    const objection = objectionTo(record, delivery)
    if (objection !== undefined) {
      groups.add(record, objection)
      continue
    }
    revived.read(record)
    refs.read(record)
    await skips.read(record)
    if (record.event === 'repaired') groups.leaveOut(record.detail?.skipped?.map(it => it.sequence) ?? [])
  }
  const said = groups.all.map(group => ({
    ...describe(group, delivery, lastOfEntry(group, groups.all)),
    isProblem: !isReadable(group)
  }))
  return {
    problems: [
      ...said.filter(it => it.isProblem),
      ...findOtherOpening(delivery, first),
      ...findOtherFile(ruled, path, delivery),
      ...revived.problems,
      ...skips.problems
    ],
    warnings: [...said.filter(it => !it.isProblem), ...findLateEnds(delivery, end), ...(await refs.find())]
  }
}

const STOPPED = 'they could not be read, and every delivery would stop'

/** How a ledger goes on that cannot. */
const ANEW =
  "begin a new ledger: another ledger.branch and, where this one is anchored, another bucket in ledger.anchors (Sluice's docs/delivery-yml.md#begin-a-ledger-anew)"

/** The last record to which the same is objected that the same entry could end after: it may sign for several. */
function lastOfEntry({ objection, last }: RecordGroup, all: readonly RecordGroup[]): number {
  if (objection.kind !== 'late') return last
  const same = all.filter(it => it.objection.kind === 'late' && it.objection.entry === objection.entry)
  return Math.max(...same.map(it => it.last))
}

/** @param end the last record of all that its entry would have to take. */
function describe(group: RecordGroup, { ledger }: Delivery, end: number): NamedProblem {
  const { objection, last } = group
  const records = spanOf(group)
  switch (objection.kind) {
    case 'foreign':
      return {
        at: ['product'],
        message: `${records}: about product ${objection.product}; if the product was renamed, add ${objection.product} to ledger.formerly, otherwise give ledger.branch a branch of its own`
      }
    case 'suite':
      return {
        at: ['sluice', 'repository'],
        message: `${records}: written by Sluice of ${objection.repository}, and GitHub vouches for no other: ${STOPPED}. Put ${objection.repository} back, or ${ANEW}`
      }
    case 'unsigned':
      return {
        at: ['ledger', 'key'],
        message: `${records}: without a signature, ${STOPPED}; a ledger that began without a key stays so. Remove ledger.key, or ${ANEW}`
      }
    case 'keyless':
      return {
        at: ['ledger'],
        message: `${records}: signed, but without ledger.key no key is listed: ${STOPPED}. Put key and trust back, or ${ANEW}`
      }
    case 'unlisted': {
      const { signer, key } = objection
      return {
        at: ['ledger', 'trust'],
        message: `${records}: signed by ${signer} with key ${key}, which is not listed for it: ${STOPPED}; keep the entry, and of a key that signs no more say where it ended:  - { key: ${key}, signs: [${signer}], until: ${last} }`
      }
    }
    case 'early': {
      const { signer, key, entry } = objection
      return {
        at: ['ledger', 'trust', entry, 'from'],
        message: `${records}: signed by ${signer} with key ${key} before record ${ledger.trust[entry]?.from}: ${STOPPED}; write from: ${group.first}, or leave it out`
      }
    }
    case 'late': {
      const { signer, key, entry } = objection
      return {
        at: ['ledger', 'trust', entry, 'until'],
        message: `${records}: signed by ${signer} with key ${key} after record ${ledger.trust[entry]?.until}: they count as forged, and deliveries stop until sluice repair has nothing to say; if the key did not leak, write until: ${end}`
      }
    }
  }
}

function spanOf({ first, last, count }: RecordGroup): string {
  return count === 1 ? `record ${first}` : `${plural(count, 'record')}, ${first} to ${last}`
}

/** Anchors are kept under the name that the ledger was opened under: by another one, nobody would find them. */
function findOtherOpening({ product, ledger }: Delivery, first: LedgerRecord | undefined): readonly NamedProblem[] {
  const names = [...ledger.formerly]
  const opened = names.at(-1) ?? product
  if (first === undefined || first.product === opened || !names.includes(first.product)) return []
  const wanted = [...names.filter(name => name !== first.product), first.product].join(', ')
  const message = `the ledger was opened by ${first.product}, and its anchors are kept under that name; it must come last: [${wanted}]`
  return [{ at: ['ledger', 'formerly'], message }]
}

/** A product keeps the file that it was first delivered by. */
function findOtherFile(
  ruled: LedgerRecord | undefined,
  path: string | undefined,
  { ledger }: Delivery
): readonly NamedProblem[] {
  const known = ruled?.policy?.path
  if (known === undefined || path === undefined || known === path) return []
  const message = `the ledger ${ledger.branch} is ruled by ${known} since record ${ruled?.sequence}, and a delivery by ${path} is refused; move the file back, or give this product a name and a branch of its own`
  return [{ at: ['ledger', 'branch'], message }]
}

/** Until a record that is not there yet, a key is in force, and a former branch may write. */
function findLateEnds({ ledger }: Delivery, end: number): readonly NamedProblem[] {
  const isLate = ({ until }: { readonly until?: number }): boolean => until !== undefined && until > end
  const found = (until: number | undefined): string => `found ${until}, but the ledger ends with record ${end}`
  const keys = [...ledger.trust.entries()].filter(([, it]) => isLate(it))
  const branches = [...(ledger.formerBranches ?? []).entries()].filter(([, it]) => isLate(it))
  return [
    ...keys.map(([n, { until, key, signs }]) => ({
      at: ['ledger', 'trust', n, 'until'],
      message: `${found(until)}: until then key ${key} still signs for ${signs.join(', ')}; of one that must not sign any more write until: ${end}`
    })),
    ...branches.map(([n, { until, name }]) => ({
      at: ['ledger', 'formerBranches', n, 'until'],
      message: `${found(until)}: until then runs of a branch that someone calls ${name} again may write, too; of one that was renamed write until: ${end}`
    }))
  ]
}
