import { releaseId } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import { age } from './age.ts'
import type { Arguments } from './arguments.ts'
import { ADVISORY, type CheckedLedger, checkLedger, problemLine } from './checked-ledger.ts'
import { columns } from './columns.ts'
import { EXIT } from './command.ts'
import type { Io } from './io.ts'
import { ledgerSource } from './ledger-source.ts'
import { painter } from './paint.ts'
import { type LivePlace, type Pending, type Place, placeOf } from './place.ts'
import { plain } from './plain.ts'
import { statusJson } from './status-json.ts'

/** The command `status`: which release is where, by a ledger that verifies. */
export async function status(args: Arguments, io: Io): Promise<number> {
  const ledger = await checkLedger(await ledgerSource(args, io), io)
  const sound = ledger.problems.length === 0
  const places = sound ? placesOn(ledger, io.now()) : []
  if (args.has('json')) io.stdout.write(`${JSON.stringify(statusJson(ledger, places), undefined, 2)}\n`)
  else if (sound) show(ledger, places, io)
  else refuse(ledger, io)
  return sound ? EXIT.fine : EXIT.problems
}

/** Environments in the order of delivery.yml, then those that only the ledger remembers. */
function placesOn({ source, records }: CheckedLedger, now: number): readonly Place[] {
  const configured = (source.delivery?.environments ?? []).map(({ name }) => name)
  const remembered = records.flatMap(({ environment }) => (environment === undefined ? [] : [environment]))
  return [...new Set([...configured, ...remembered])].map(name => placeOf(name, records, now))
}

function refuse({ problems }: CheckedLedger, io: Io): void {
  const paint = painter(io.stderr, io.env)
  for (const problem of problems) io.stderr.write(`${paint('red', problemLine(problem))}\n`)
  io.stderr.write(`${paint('red', 'The ledger does not verify, so it cannot say what is where.')}\n`)
}

function show(ledger: CheckedLedger, places: readonly Place[], io: Io): void {
  const { source, count, signed } = ledger
  const paint = painter(io.stdout, io.env)
  const line = (text: string): unknown => io.stdout.write(`${text}\n`)
  const product = source.delivery === undefined ? '' : `${source.delivery.product}: `
  line(
    plain(
      `${product}${count} records on ${source.branch}, ${signed} signed, ${source.advisory ? 'chain holds' : 'verified'}`
    )
  )
  if (source.advisory) line(paint('yellow', ADVISORY))
  line('')
  const gates = new Map((source.delivery?.environments ?? []).map(({ name, gate }) => [name, gate]))
  const head = ['environment', 'release', 'commit', 'deployed', 'accepted', 'approved by']
  const rows = places.map(place => cells(place, gates.get(place.environment), io.now()).map(plain))
  const [title = '', ...lines] = columns([head, ...rows])
  line(paint('bold', title))
  for (const [at, text] of lines.entries()) line(paint(colorOf(places[at]), text))
  const waiting = places.flatMap(place => place.pending.map(one => describe(place.environment, one, io.now())))
  if (waiting.length > 0) line('')
  for (const text of waiting) line(plain(text))
}

function cells({ environment, live }: Place, gate: Environment['gate'] | undefined, now: number): readonly string[] {
  if (live === undefined) return [environment, '-', '-', 'never', '-', '-']
  const { record, acceptance } = live
  const accepted = {
    accepted: 'yes',
    open: 'not yet',
    refused: acceptance.state === 'refused' ? `no: ${acceptance.event}` : ''
  }[acceptance.state]
  return [
    environment,
    record.release === undefined ? '-' : releaseId(record.release.digest),
    record.release?.commit.slice(0, 12) ?? '-',
    `${age(record.time, now)}${record.event === 'deployed' ? '' : ` (${record.event})`}`,
    accepted,
    approvers(live, gate)
  ]
}

function approvers({ record, approvals }: LivePlace, gate: Environment['gate'] | undefined): string {
  if (approvals.length > 0) return [...new Set(approvals.map(({ login }) => login))].join(', ')
  if (record.event === 'unchanged') return 'nothing to approve'
  if (gate === 'continuous') return 'nobody (continuous)'
  // A gate without a second person is always called that.
  return gate === 'dispatch' ? `nobody (started by ${record.actor.login}, no second person)` : 'nobody'
}

function colorOf(place: Place | undefined): 'green' | 'yellow' | 'red' | 'dim' {
  const state = place?.live?.acceptance.state
  if (state === undefined) return 'dim'
  return state === 'accepted' ? 'green' : state === 'open' ? 'yellow' : 'red'
}

function describe(environment: string, { state, record }: Pending, now: number): string {
  const release = record.release === undefined ? 'a release' : releaseId(record.release.digest)
  const when = age(record.time, now)
  const what = {
    waiting: `planned ${when}, waits for approval`,
    expired: `planned ${when}, the plan has expired`,
    started: `started ${when}, no end recorded yet`
  }
  const told = state === 'waiting' || state === 'expired' || state === 'started' ? what[state] : `${state} ${when}`
  return `${environment}: ${release} ${told} (run ${record.run.id})`
}
