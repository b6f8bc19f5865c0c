import { plural, visible } from '@sluice/core'
import type { Arguments } from './arguments.ts'
import { ADVISORY, type CheckedLedger, checkLedger, refuse, warnOfGates, warnOfOrigin } from './checked-ledger.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { type LedgerOption, ledgerSource } from './ledger-source.ts'
import { type Place, placeOf } from './place.ts'
import { statusJson } from './status-json.ts'
import { PLACE_HEAD, pendingLine, placeCells, unknownLines, withdrawnLines } from './status-table.ts'
import { columns, painter } from './terminal.ts'
import { writeJson } from './write-json.ts'

/** The command `status`: which release is where, by a ledger that verifies. */
export async function status(args: Arguments<LedgerOption | 'json'>, io: Io): Promise<number> {
  const ledger = await checkLedger(await ledgerSource(args, io), io)
  const sound = ledger.problems.length === 0
  const places = sound ? placesOn(ledger, io.now()) : []
  if (!args.has('json')) warnOfOrigin(ledger, io)
  if (args.has('json')) writeJson(io.stdout, statusJson(ledger, places))
  else if (sound) show(ledger, places, io)
  else refuse(ledger, io)
  return sound ? EXIT.fine : EXIT.problems
}

/** Where each environment stands: environments in the order of delivery.yml, then those that only the ledger remembers. */
export function placesOn({ source, records }: CheckedLedger, now: number): readonly Place[] {
  const configured = (source.delivery?.environments ?? []).map(({ name }) => name)
  const remembered = records.flatMap(({ environment }) => (environment === undefined ? [] : [environment]))
  return [...new Set([...configured, ...remembered])].map(name =>
    placeOf(name, records, now, configured[configured.indexOf(name) - 1])
  )
}

function show(ledger: CheckedLedger, places: readonly Place[], io: Io): void {
  const { source, count, signed, vouched } = ledger
  warnOfGates(ledger, io)
  const paint = painter(io.stdout, io.env)
  const line = (text: string): unknown => io.stdout.write(`${text}\n`)
  const product = source.delivery === undefined ? '' : `${source.delivery.product}: `
  line(
    visible(
      `${product}${plural(count, 'record')} on ${source.branch}, ${signed} signed, ${vouched} vouched for by GitHub, ${source.advisory ? 'chain holds' : 'verified'}`
    )
  )
  if (source.advisory) line(paint('yellow', ADVISORY))
  line('')
  for (const text of placeLines(places, io)) line(text)
}

/** The table of environments, and what waits there. */
export function placeLines(places: readonly Place[], io: Io): readonly string[] {
  const paint = painter(io.stdout, io.env)
  const rows = places.map(place => placeCells(place, io.now()))
  const [title = '', ...lines] = columns([PLACE_HEAD, ...rows])
  const pending = places.flatMap(place => [
    ...withdrawnLines(place, io.now()),
    ...unknownLines(place),
    ...place.pending.map(one => pendingLine(place.environment, one, io.now()))
  ])
  return [
    paint('bold', title),
    ...lines.map((text, at) => paint(colorOf(places[at]), text)),
    ...(pending.length > 0 ? ['', ...pending] : [])
  ]
}

function colorOf(place: Place | undefined): 'green' | 'yellow' | 'red' | 'dim' {
  const state = place?.live?.acceptance.state
  if (place?.unknownSince !== undefined) return 'red'
  if (state === undefined) return 'dim'
  return state === 'accepted' ? 'green' : state === 'open' ? 'yellow' : 'red'
}
