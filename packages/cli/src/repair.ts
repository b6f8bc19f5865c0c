import { visible } from '@sluice/core'
import { git, outputOf, readBlobs } from '@sluice/git'
import {
  commitOf,
  decodeHead,
  findBrokenProof,
  HEAD_PATH,
  type InvalidRecords,
  isDerived,
  type LedgerProblem,
  parseLedgerPath
} from '@sluice/ledger'
import type { Arguments } from './arguments.ts'
import { type CheckedLedger, checkLedger, findRepairable } from './checked-ledger.ts'
import { type DisownedRecords, disownedLines, findDisowned, undoneLines } from './disowned-records.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { isLate, showLate } from './late-commits.ts'
import { type LedgerOption, ledgerSource } from './ledger-source.ts'
import { problemsNow, showMadeAnew } from './made-anew.ts'
import { showNothing } from './nothing-to-repair.ts'
import { workflowJson, workflowLines } from './repair-workflow.ts'
import { objectionsOfNow, refuseOfNow, showOfNow, showProblems } from './rules-of-now.ts'
import { brief, showWayBack, type WayBack, wayBackJson } from './way-back.ts'
import { writeJson } from './write-json.ts'

/** A ledger that does not verify, but for records that can be left out. */
interface Skipping {
  readonly broken: CheckedLedger
  readonly invalid: readonly InvalidRecords[]
  /** Those among the records that only delivery.yml as it is now speaks against. */
  readonly disowned: readonly DisownedRecords[]
}

/**
 * The command `repair`: which records can be left out, and by which workflow; where that is not enough, the last commit at which the ledger
 * verifies, and what it costs to go back to it.
 */
export async function repair(args: Arguments<LedgerOption | 'json'>, io: Io): Promise<number> {
  const source = await ledgerSource(args, io)
  const broken = await checkLedger(source, io)
  if (broken.problems.length === 0) return showNothing(broken, args.has('json'), io)
  if (broken.problems.every(isLate)) return showLate(broken, args.has('json'), io)
  if (problemsNow(broken).length === 0) return showMadeAnew(broken, args.has('json'), io)
  const invalid = await findRepairable(broken)
  const skipping = { broken, invalid, disowned: await findDisowned(broken, invalid) }
  const unprovable = unprovableIn(skipping)
  if (unprovable.length === 0 && isEnough(skipping)) {
    if (args.has('json')) writeJson(io.stdout, skippingJson(skipping))
    else showSkipping(skipping, io)
    return EXIT.problems
  }
  const ofNow = objectionsOfNow(broken)
  if (ofNow.length > 0) {
    if (args.has('json'))
      writeJson(io.stdout, { verified: false, branch: source.branch, ofNow, problems: broken.problems })
    else showOfNow(broken, ofNow, io)
    return EXIT.problems
  }
  const tip = await commitOf(source)
  const good = await lastGood(broken, tip, io)
  if (good === undefined || good.ledger.count === 0) return refuseOfNow(broken, io)
  const isRefused = unprovable.length > 0 || skipping.disowned.length > 0 || findBrokenProof(broken.history)
  const isRepairable = !isRefused && (invalid.length > 0 || hasTidied(skipping))
  const found: WayBack = {
    broken,
    tip,
    good,
    unprovable,
    forged: forgedIn(skipping),
    ...(isRepairable && { repairable: invalid })
  }
  if (args.has('json')) writeJson(io.stdout, wayBackJson(found))
  else showWayBack(found, io)
  return EXIT.problems
}

/**
 * Records that repair.yml would refuse to leave out: only the key of their token speaks against them, and nothing tells how far the ledger was when that
 * was GitHub's.
 */
function unprovableIn({ broken, invalid }: Pick<Skipping, 'broken' | 'invalid'>): readonly number[] {
  return broken.source.delivery?.ledger.anchors === undefined ? invalid.flatMap(({ unpublished }) => unpublished) : []
}

/** Records of which nothing proves who wrote them, whatever delivery.yml says. */
function forgedIn({ broken, invalid, disowned }: Skipping): ReadonlySet<number> {
  const genuine = new Set(disowned.flatMap(({ records }) => records.map(({ sequence }) => sequence)))
  // Beyond what any HEAD.json counted, nothing was ever a record.
  const beyond = broken.records.flatMap(({ sequence }) => (sequence > broken.history.reach ? [sequence] : []))
  return new Set([...invalid.flatMap(({ forged }) => forged), ...beyond].filter(sequence => !genuine.has(sequence)))
}

/** Whether the ledger verifies once what is not valid is left out: a repair makes anew what is made of the records, and removes what does not belong there. */
function isEnough(skipping: Pick<Skipping, 'broken' | 'invalid'>): boolean {
  const puts = putRightBy(skipping)
  return puts !== undefined && skipping.broken.problems.every(puts)
}

/** Whether a repair has something to put right at the newest commit, whatever the history of the branch says from now on. */
function hasTidied(skipping: Pick<Skipping, 'broken' | 'invalid'>): boolean {
  const puts = putRightBy(skipping)
  const now = problemsNow(skipping.broken)
  return puts !== undefined && now.length > 0 && now.every(puts)
}

/** Which problems a repair puts right; absent: none. */
function putRightBy({
  broken: { history },
  invalid
}: Pick<Skipping, 'broken' | 'invalid'>): ((problem: LedgerProblem) => boolean) | undefined {
  const numbers = new Set(invalid.flatMap(({ skipped }) => skipped.map(({ sequence }) => sequence)))
  // Rules that do not fit the first record are not those of this ledger.
  if (numbers.has(1)) return undefined
  const isLeftOut = (sequence: number): boolean => numbers.has(sequence) || sequence > history.reach
  return ({ kind, path, sequence }) => {
    if (kind === 'unfinished' || kind === 'head' || kind === 'late' || kind === 'stray') return true
    if (sequence !== undefined && isLeftOut(sequence)) return true
    // What a record that is not valid says of the one before it.
    if (sequence !== undefined) return kind === 'previous' && isLeftOut(sequence + 1)
    const file = parseLedgerPath(path)
    return file !== undefined && isDerived(file)
  }
}

function showSkipping({ broken, invalid, disowned }: Skipping, io: Io): void {
  const line = (text: string): unknown => io.stdout.write(`${visible(text)}\n`)
  showProblems(broken, io)
  const loss = disowned.length === 0 ? 'Nothing is lost: what is not valid' : 'What is not valid'
  line(`${loss} can be left out, and everything else stays. Of`)
  for (const { section, skipped, good } of invalid) {
    line(`  ${section}, after record ${good?.sequence ?? 'none'}:`)
    for (const { sequence, why } of skipped) line(`    ${sequence}: ${why}`)
  }
  if (invalid.length === 0)
    line('  no section: only files that are made of the records are wrong, or the last repair is not finished.')
  line('')
  const numbers = new Set(invalid.flatMap(({ skipped }) => skipped.map(({ sequence }) => sequence)))
  const leftOut = broken.records.filter(({ sequence }) => numbers.has(sequence))
  for (const text of [...disownedLines(disowned, broken.source.trustList ?? 'delivery.yml'), ...undoneLines(leftOut)])
    line(text)
  for (const text of workflowLines(invalid)) line(text)
}

function skippingJson({ broken, invalid, disowned }: Skipping): unknown {
  return {
    verified: false,
    branch: broken.source.branch,
    repairs: invalid.map(({ section, skipped, good }) => ({ section, skipped, good })),
    disowned: disowned.map(({ by, records }) => ({ ...by, records: records.map(brief) })),
    workflow: workflowJson(invalid),
    problems: broken.problems
  }
}

/**
 * The last commit at which a ledger verifies, with all that came before. What is wrong at a commit stays wrong, unless a record leaves it out:
 * records are never taken back, and history that was rewritten once stays so. So it is looked for by halves, each checked from nothing.
 */
async function lastGood(broken: CheckedLedger, tip: string, io: Io): Promise<WayBack['good'] | undefined> {
  const { source } = broken
  const commits = await commitsTo(broken, tip)
  let good: WayBack['good'] | undefined
  let [from, to] = [0, commits.length - 1]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    const commit = commits[middle] ?? tip
    const ledger = await checkLedger({ ...source, at: commit }, io)
    if (!ledger.problems.every(isLate)) to = middle
    else {
      good = { commit, ledger }
      from = middle + 1
    }
  }
  return good
}

/** Commits of a ledger, oldest first, but for those which had a record that was never valid, and not yet the one that leaves it out. */
async function commitsTo({ source, skipped }: CheckedLedger, tip: string): Promise<readonly string[]> {
  const { directory } = source
  const listing = await git(directory, ['rev-list', '--first-parent', '--reverse', tip])
  const commits = outputOf(listing, 'read the history').trim().split('\n')
  if (skipped.length === 0) return commits
  const heads = await readBlobs(
    directory,
    commits.map(commit => `${commit}:${HEAD_PATH}`)
  )
  return commits.filter((_, n) => {
    const file = heads[n]
    const read = file === undefined ? undefined : decodeHead(file)
    const reached = read?.ok === true ? read.head.sequence : 0
    return !skipped.some(({ sequence, by }) => sequence <= reached && reached < by)
  })
}
