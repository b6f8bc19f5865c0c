import { type IndexKey, identityOf } from './index-key.ts'
import {
  indexPath,
  NEWEST_TOKEN_PATH,
  type NewestOf,
  newestPath,
  STATE_PATH,
  sectionStatePath,
  signaturePath,
  tokenPath
} from './paths.ts'
import { sectionOf } from './section.ts'
import type { LedgerProblem, Snapshot, SnapshotRecord } from './snapshot.ts'
import { encodeState } from './state.ts'
import { StateMachine } from './state-machine.ts'

/**
 * Each record commits to the state that it and those before it lead to, none says again what another said, and the files that decisions
 * are read from are what the newest records commit to.
 */
export function* stateProblems(ledger: Snapshot): Generator<LedgerProblem> {
  const machine = new StateMachine()
  const identities = new Map<IndexKey, number>()
  // After the first difference every later state differs, too: it would be told of each record.
  let differs = false
  for (const { record, hash, path, sequence } of ledger.records) {
    if (record === undefined || hash === undefined) {
      differs = true
      continue
    }
    const identity = identityOf(record)
    const first = identities.get(identity)
    if (first !== undefined)
      yield {
        path,
        sequence,
        problem: `it repeats record ${first}: same run, attempt, job, event, unit and environment`
      }
    identities.set(identity, first ?? sequence)
    const state = machine.add(record)
    if (!differs && (state.section !== record.state.section || state.ledger !== record.state.ledger)) {
      differs = true
      yield { path, sequence, problem: 'it commits to another state than the records lead to' }
    }
    machine.seal(hash)
  }
  // Of records that cannot be read, or were not written so, nobody knows what they lead to, and they are told already.
  if (!differs) yield* fileProblems(ledger, derivedFiles(ledger, machine))
}

/** Files as the records lead to them, by their paths. */
type Expected = ReadonlyMap<string, Uint8Array>

/** The files that decisions are read from, as records lead to them. @param machine has been given all of the records. */
export function derivedFiles({ records, files }: Snapshot, machine: StateMachine): Expected {
  const expected = new Map<string, Uint8Array>()
  const last = records.at(-1)
  if (last === undefined) return expected
  const copy = (of: NewestOf, record: SnapshotRecord): void => {
    expected.set(newestPath(of), record.bytes ?? new Uint8Array())
    expected.set(`${newestPath(of)}.sig`, files.get(signaturePath(record.sequence)) ?? new Uint8Array())
  }
  copy('ledger', last)
  expected.set(NEWEST_TOKEN_PATH, files.get(tokenPath(last.sequence)) ?? new Uint8Array())
  expected.set(STATE_PATH, Buffer.from(machine.ledger().text))
  for (const { section, state, index } of machine.touched()) {
    const newest = records.findLast(({ record }) => record !== undefined && sectionOf(record) === section)
    if (newest !== undefined) copy(section, newest)
    expected.set(sectionStatePath(section), Buffer.from(encodeState(state).text))
    for (const { file, text } of index.changes()) expected.set(indexPath(section, file), Buffer.from(text))
  }
  return expected
}

function* fileProblems(ledger: Snapshot, expected: Expected): Generator<LedgerProblem> {
  for (const [path, bytes] of expected) {
    const file = ledger.files.get(path)
    if (file === undefined) yield { path, problem: 'it is missing' }
    else if (Buffer.compare(file, bytes) !== 0) yield { path, problem: 'it is not what the records lead to' }
  }
  for (const { path, kind } of ledger.entries) {
    if (kind !== undefined && DERIVED.has(kind.kind) && !expected.has(path))
      yield { path, problem: 'no record leads to it' }
  }
}

/** The files that are made of the records. */
const DERIVED: ReadonlySet<string> = new Set([
  'state',
  'newest',
  'newest-signature',
  'newest-token',
  'section-state',
  'index'
])
