import { plural, releaseId, UserError, visible } from '@sluice/core'
import { approvalText } from './approval-text.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { ADVISORY, type CheckedLedger, checkLedger, refuse, warnOfGates, warnOfOrigin } from './checked-ledger.ts'
import { EXIT } from './exit-codes.ts'
import { historyJson } from './history-json.ts'
import type { Io } from './io.ts'
import { type LedgerOption, ledgerSource } from './ledger-source.ts'
import { promotionRows } from './promotion-rows.ts'
import { askedText } from './status-table.ts'
import { type Stay, staysBetween, staysIn } from './stay.ts'
import { columns, painter } from './terminal.ts'
import { type Unfinished, unfinishedBetween, unfinishedIn, unfinishedRows } from './unfinished.ts'
import { untilText } from './unknown-text.ts'
import { verdictRows } from './verdict-rows.ts'
import { writeJson } from './write-json.ts'

/** A span of time, in milliseconds since the epoch; its end is no part of it. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The command `history`: what ran in an environment, and who let it in, by a ledger that verifies. */
export async function history(args: Arguments<LedgerOption | 'json' | 'at'>, io: Io): Promise<number> {
  const [environment] = args.operands
  if (environment === undefined)
    throw new UsageError('sluice history needs an environment: sluice history production. See sluice history --help.')
  const span = readSpan(args.value('at'))
  const ledger = await checkLedger(await ledgerSource(args, io), io)
  const sound = ledger.problems.length === 0
  if (sound) requireKnown(environment, ledger)
  const stays = sound ? staysIn(environment, ledger.records, ledger.evidence) : []
  const asked = span === undefined ? stays : staysBetween(stays, span.from, span.to)
  const begun = sound ? unfinishedIn(environment, ledger.records, ledger.evidence) : []
  const unfinished = span === undefined ? begun : unfinishedBetween(begun, span.from, span.to)
  const told = { stays: asked, unfinished }
  if (args.has('json')) writeJson(io.stdout, historyJson(ledger, environment, told))
  else if (sound) show(ledger, environment, args.value('at'), told, io)
  else refuse(ledger, io)
  return sound ? EXIT.fine : EXIT.problems
}

const DAY = 86_400_000

/** Reads `--at`: a day, in UTC, or a moment. */
function readSpan(text: string | undefined): Span | undefined {
  if (text === undefined) return undefined
  const from = Date.parse(text)
  const day = text.slice(0, 'YYYY-MM-DD'.length)
  // `Date` takes the 31st of April for the 1st of May.
  const exists = new Date(Date.parse(day) || 0).toISOString().startsWith(day)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  if (Number.isNaN(from) || !exists || (!isDay && !isMoment))
    throw new UsageError(
      `--at ${visible(text)} is neither a day nor a moment. Write 2026-05-03 (all of that day, UTC) or 2026-05-03T14:30:00Z.`
    )
  return { from, to: isDay ? from + DAY : from + 1 }
}

function requireKnown(environment: string, { source, records }: CheckedLedger): void {
  const configured = (source.delivery?.environments ?? []).map(({ name }) => name)
  const remembered = records.flatMap(({ environment: it }) => (it === undefined ? [] : [it]))
  const known = [...new Set([...configured, ...remembered])]
  if (known.includes(environment)) return
  throw new UserError(
    `Neither delivery.yml nor the ledger knows the environment ${visible(environment)}. There are: ${visible(known.join(', '))}.`
  )
}

function show(
  ledger: CheckedLedger,
  environment: string,
  at: string | undefined,
  { stays, unfinished }: { readonly stays: readonly Stay[]; readonly unfinished: readonly Unfinished[] },
  io: Io
): void {
  const paint = painter(io.stdout, io.env)
  const line = (text: string): unknown => io.stdout.write(`${text}\n`)
  warnOfOrigin(ledger, io)
  warnOfGates(ledger, io)
  if (ledger.source.advisory) line(paint('yellow', ADVISORY))
  const when = at === undefined ? '' : ` at ${at}`
  line(
    paint(
      'bold',
      visible(
        stays.length + unfinished.length === 0
          ? `${environment}${when}: nothing was deployed by then`
          : `${environment}${when}: ${countText(stays.length, unfinished.length)}`
      )
    )
  )
  for (const stay of stays) {
    line('')
    line(paint('bold', `${releaseId(stay.release.digest)}  commit ${stay.release.commit}`))
    for (const text of columns(rowsOf(stay, ledger).map(row => ['', ...row].map(visible)))) line(text)
  }
  for (const it of unfinished) {
    line('')
    line(paint('red', `${releaseId(it.release.digest)}  commit ${it.release.commit}: begun, and not recorded as done`))
    for (const text of columns(unfinishedRows(it).map(row => ['', ...row].map(visible)))) line(text)
  }
}

function countText(stays: number, unfinished: number): string {
  const begun = `${plural(unfinished, 'deployment')} that no record says ${unfinished === 1 ? 'was' : 'were'} done`
  if (stays === 0) return begun
  return unfinished === 0 ? plural(stays, 'release') : `${plural(stays, 'release')}, and ${begun}`
}

/** What is told of a release's stay, each with its name. */
function rowsOf(stay: Stay, ledger: CheckedLedger): readonly (readonly string[])[] {
  const { deployed, units, approvals, started, found, release } = stay
  const { run, actor } = deployed
  const again =
    run.triggeringActor === undefined || run.triggeringActor === actor.login ? '' : `, re-run by ${run.triggeringActor}`
  return [
    ['release', release.digest],
    ...Object.entries(units).map(([name, { kind, digest }]) => [`${kind} ${name}`, digest]),
    ...(started === undefined ? [] : [['started', `${started.time} [record ${started.sequence}]`]]),
    [
      'deployed',
      `${deployed.time} by run ${run.id} (attempt ${run.attempt}), started by ${actor.login}${again} [record ${deployed.sequence}]`
    ],
    ...promotionRows(started),
    ['until', untilText(stay)],
    ...(approvals.length === 0 ? [['approved by', `no one: ${askedText(started?.protection)}`]] : []),
    ...approvals.map(it => ['approved by', approvalText(it, started)]),
    ...verdictRows(stay, ledger.evidence),
    ...found.map(it => [
      'also',
      `${it.release === undefined ? '' : releaseId(it.release.digest)} at ${it.time}: changes nothing [record ${it.sequence}]`
    ]),
    ...(run.sluice === undefined ? [] : [['Sluice', `${run.sluice.repository}@${run.sluice.commit ?? run.sluice.ref}`]])
  ]
}
