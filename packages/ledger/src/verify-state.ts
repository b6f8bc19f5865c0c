import { type IndexKey, identityOf } from './index-key.ts'
import type { LedgerTree } from './ledger-tree.ts'
import { NewestFiles } from './newest-files.ts'
import type { Outline } from './outline.ts'
import { indexPath, type LedgerPath, STATE_PATH, sectionStatePath } from './paths.ts'
import type { Repairs } from './repairs.ts'
import type { LedgerProblem } from './snapshot.ts'
import { encodeState } from './state.ts'
import { OTHER_STATE } from './state-faults.ts'
import type { StateMachine } from './state-machine.ts'
import type { LedgerCheck, Visited } from './walk.ts'

/**
 * Each record commits to the state that it and those before it lead to, none says again what another said, and the files that decisions
 * are read from are what the newest records commit to.
 */
export function stateCheck(outline: Outline, repairs: Repairs): LedgerCheck {
  const replay = repairs.replayState()
  const newest = new NewestFiles()
  const identities = new Map<IndexKey, number>()
  // After the first difference every later state differs, too: it would be told of each record.
  let differs = false
  function* recompute({ record, hash, body, path, sequence }: Visited): Generator<LedgerProblem> {
    if (repairs.isRepair(sequence)) {
      repairs.leaveOut(sequence, replay)
      differs = false
    }
    replay.begin(sequence)
    const machine = replay.value
    if (record === undefined || hash === undefined) {
      differs = true
      return
    }
    const isSkipped = repairs.isSkipped(sequence)
    const identity = identityOf(record)
    const first = isSkipped ? undefined : identities.get(identity)
    if (first !== undefined)
      yield {
        path,
        sequence,
        problem: `it repeats record ${first}: same run, attempt, job, event, unit and environment`
      }
    if (!isSkipped) identities.set(identity, first ?? sequence)
    const state = machine.add(record, body)
    if (!differs && (state.section !== record.state.section || state.ledger !== record.state.ledger)) {
      differs = true
      if (!isSkipped) yield { path, sequence, problem: OTHER_STATE }
    }
    machine.seal(hash)
  }
  return {
    *visit(visited) {
      if (!repairs.isSkipped(visited.sequence)) newest.note(visited)
      yield* recompute(visited)
    },
    async *end() {
      // Of records that cannot be read, or were not written so, nobody knows what they lead to, and they are told already.
      if (!differs) yield* fileProblems(outline, derivedFiles(newest, replay.value))
    }
  }
}

/** A file as the records lead to it. */
type Derived = readonly [path: string, bytes: Uint8Array]

/**
 * The files that decisions are read from, as records lead to them: one after the other, since together they are as large as the index.
 * @param machine has been given all of the records, as `newest` has.
 */
export function* derivedFiles(newest: NewestFiles, machine: StateMachine): Generator<Derived> {
  const copies = newest.copies()
  if (copies.size === 0) return
  yield* copies
  yield [STATE_PATH, Buffer.from(machine.ledger().text)]
  for (const { section, state, index } of machine.touched()) {
    yield [sectionStatePath(section), Buffer.from(encodeState(state).text)]
    for (const { file, text } of index.changes()) yield [indexPath(section, file), Buffer.from(text)]
  }
}

/** Files that are compared at once. */
const PAGE = 2000

async function* fileProblems({ tree, others }: Outline, derived: Iterable<Derived>): AsyncGenerator<LedgerProblem> {
  const expected = new Set<string>()
  for (const page of pagesOf(derived)) {
    const paths = page.map(([path]) => path)
    for (const path of paths) expected.add(path)
    yield* differences(page, await tree.read(paths))
  }
  for (const { path, kind } of others) {
    if (kind !== undefined && isDerived(kind) && !expected.has(path)) yield { path, problem: 'no record leads to it' }
  }
}

function* pagesOf(derived: Iterable<Derived>): Generator<readonly Derived[]> {
  const page: Derived[] = []
  for (const file of derived) if (page.push(file) === PAGE) yield page.splice(0)
  yield page
}

function* differences(
  page: readonly Derived[],
  files: Awaited<ReturnType<LedgerTree['read']>>
): Generator<LedgerProblem> {
  for (const [n, [path, bytes]] of page.entries()) {
    const file = files[n]
    if (file === undefined) yield { path, problem: 'it is missing' }
    else if (Buffer.compare(file, bytes) !== 0) yield { path, problem: 'it is not what the records lead to' }
  }
}

/** Whether a file is made of the records, and can be made again. */
export function isDerived({ kind }: LedgerPath): boolean {
  return DERIVED.has(kind)
}

const DERIVED: ReadonlySet<string> = new Set([
  'state',
  'newest',
  'newest-signature',
  'newest-token',
  'section-state',
  'index'
])
