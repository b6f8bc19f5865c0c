import { type LedgerRecord, plural, visible } from '@sluice/core'
import { git, outputOf, readBlobs } from '@sluice/git'
import { commitOf, decodeHead, HEAD_PATH, type InvalidRecords, isDerived, parseLedgerPath } from '@sluice/ledger'
import type { Arguments } from './arguments.ts'
import { type CheckedLedger, checkLedger, findRepairable } from './checked-ledger.ts'
import { type DisownedRecords, disownedLines, findDisowned, undoneLines } from './disowned-records.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { butLate, isLate, showLate } from './late-commits.ts'
import { type LedgerOption, ledgerSource } from './ledger-source.ts'
import { showNothing } from './nothing-to-repair.ts'
import { objectionsOfNow, refuseOfNow, showOfNow, showProblems } from './rules-of-now.ts'
import { placeLines, placesOn } from './status.ts'
import { writeJson } from './write-json.ts'

/** A ledger that does not verify, but for records that can be left out. */
interface Skipping {
  readonly broken: CheckedLedger
  readonly invalid: readonly InvalidRecords[]
  /** Those among the records that only delivery.yml as it is now speaks against. */
  readonly disowned: readonly DisownedRecords[]
}

/** A ledger that does not verify, and what it was when it last did. */
interface Repair {
  readonly broken: CheckedLedger
  readonly tip: string
  readonly good: { readonly commit: string; readonly ledger: CheckedLedger }
  /** Records that may be valid after all. */
  readonly unprovable: readonly number[]
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
  const found: Repair = { broken, tip, good, unprovable }
  if (args.has('json')) writeJson(io.stdout, repairJson(found))
  else show(found, io)
  return EXIT.problems
}

/**
 * Records that repair.yml would refuse to leave out: only the key of their token speaks against them, and nothing tells how far the ledger was when that
 * was GitHub's.
 */
function unprovableIn({ broken, invalid }: Pick<Skipping, 'broken' | 'invalid'>): readonly number[] {
  return broken.source.delivery?.ledger.anchors === undefined ? invalid.flatMap(({ unpublished }) => unpublished) : []
}

/** Whether the ledger verifies once what is not valid is left out: a repair makes anew what is made of the records, and removes what does not belong there. */
function isEnough({ broken, invalid }: Pick<Skipping, 'broken' | 'invalid'>): boolean {
  const numbers = new Set(invalid.flatMap(({ skipped }) => skipped.map(({ sequence }) => sequence)))
  // Rules that do not fit the first record are not those of this ledger.
  if (numbers.has(1)) return false
  return broken.problems.every(({ kind, path, sequence }) => {
    if (kind === 'unfinished' || kind === 'head' || kind === 'late') return true
    if (sequence !== undefined && numbers.has(sequence)) return true
    // What a record that is not valid says of the one before it.
    if (sequence !== undefined) return kind === 'previous' && numbers.has(sequence + 1)
    const file = parseLedgerPath(path)
    return file === undefined || isDerived(file)
  })
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
  line(
    'Run the workflow of the repository that calls repair.yml (actions/record-audit/README.md), by hand, once for each of'
  )
  for (const environment of environmentsOf(invalid))
    line(environment === '' ? '  environment empty: builds and releases' : `  environment: ${environment}`)
}

/** What repair.yml is given, for each section. */
function environmentsOf(invalid: Skipping['invalid']): readonly string[] {
  const named = invalid.map(({ section }) => section.replace(/^(?:product|environments\/)/, ''))
  return named.length === 0 ? [''] : named
}

function skippingJson({ broken, invalid, disowned }: Skipping): unknown {
  return {
    verified: false,
    branch: broken.source.branch,
    repairs: invalid.map(({ section, skipped, good }) => ({ section, skipped, good })),
    disowned: disowned.map(({ by, records }) => ({ ...by, records: records.map(brief) })),
    workflow: environmentsOf(invalid).map(environment => ({ uses: 'repair.yml', with: { environment } })),
    problems: broken.problems
  }
}

/**
 * The last commit at which a ledger verifies, with all that came before. What is wrong at a commit stays wrong, unless a record leaves it out:
 * records are never taken back, and history that was rewritten once stays so. So it is looked for by halves, each checked from nothing.
 */
async function lastGood(broken: CheckedLedger, tip: string, io: Io): Promise<Repair['good'] | undefined> {
  const { source } = broken
  const commits = await commitsTo(broken, tip)
  let good: Repair['good'] | undefined
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

function commandOf({ broken, tip, good }: Repair): string {
  const ref = `refs/heads/${broken.source.branch}`
  return `git push --force-with-lease=${ref}:${tip} origin ${good.commit}:${ref}`
}

/** Records that go when the branch goes back. */
function lostBy({ broken, good }: Repair): readonly LedgerRecord[] {
  return broken.records.filter(({ sequence }) => sequence > good.ledger.count)
}

function show(found: Repair, io: Io): void {
  const { broken, good, tip, unprovable } = found
  const { branch } = broken.source
  showProblems(broken, io)
  const lost = lostBy(found)
  const lines = [
    ...(unprovable.length === 0
      ? []
      : [
          `Nothing but the key of the token speaks against what is recorded under ${unprovable.join(', ')}, and without ledger.anchors`,
          'repair.yml does not leave that out. If GitHub ever published the key, list it in ledger.issuerKeys of delivery.yml, and go back to',
          "nothing (Sluice's docs/ledger.md says how to make sure).",
          ''
        ]),
    `${visible(branch)} verifies up to commit ${good.commit} (${plural(good.ledger.count, 'record')})${butLate(good.ledger)}.`,
    '',
    lost.length === 0 ? 'No record would be lost by going back to it.' : 'Going back to it loses:',
    ...lost.map(record => visible(describe(record))),
    ...endOfKey(found),
    '',
    'The environments would stand as follows. What runs in AWS does not change: what was deployed since has to be delivered again.',
    ...placeLines(placesOn(good.ledger, io.now()), io),
    '',
    ...(lost.length === 0 || broken.source.delivery?.ledger.anchors === undefined
      ? []
      : [
          "This ledger has anchors: going back stops deliveries, since none takes it without the records that are anchored (Sluice's docs/cli.md).",
          ''
        ]),
    'To go back, let no delivery run, keep what is there now, and, as someone whom the rules of the branch let force a push:',
    `  git branch ${visible(branch)}-before-repair ${tip}`,
    `  ${visible(commandOf(found))}`
  ]
  for (const line of lines) io.stdout.write(`${line}\n`)
}

/** The way that loses nothing else: a record that no rule shows not to be valid counts as long as its key does. Where there are anchors, there is no other. */
function endOfKey({ broken, good }: Repair): readonly string[] {
  const last = good.ledger.count
  const key = broken.records.find(({ sequence }) => sequence === last + 1)?.key
  if (key === undefined) return []
  return [
    '',
    `If record ${last + 1} was not written by Sluice, it need not be lost, but left out: in ledger.trust of delivery.yml give`,
    `${key.fingerprint} \`until: ${last}\`, list a new key for ${key.signer}, and run the workflow that calls repair.yml.`
  ]
}

function brief({ sequence, event, environment, release, time, run }: LedgerRecord): object {
  return { sequence, event, environment, release: release?.digest, time, run: run.id }
}

function describe({ sequence, event, environment, time, run }: LedgerRecord): string {
  return [' ', sequence, event, environment, 'at', time, `(run ${run.id})`].filter(part => part !== undefined).join(' ')
}

function repairJson(found: Repair): unknown {
  const { broken, good, tip } = found
  return {
    verified: false,
    branch: broken.source.branch,
    tip,
    good: { commit: good.commit, records: good.ledger.count },
    lost: lostBy(found).map(brief),
    command: commandOf(found),
    ...(found.unprovable.length === 0 ? {} : { unprovable: found.unprovable }),
    problems: broken.problems
  }
}
