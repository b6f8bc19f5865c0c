import { resolve } from 'node:path'
import { type LedgerRecord, plural, UserError, visible } from '@sluice/core'
import { findUnanchored, gitTree } from '@sluice/ledger'
import type { Arguments } from './arguments.ts'
import {
  ADVISORY,
  isProved,
  NEXT_STEP,
  problemLine,
  type VerifiedLedger,
  verifySource,
  warnOfOrigin
} from './checked-ledger.ts'
import { Deliveries } from './deliveries.ts'
import { EXIT } from './exit-codes.ts'
import { readExported } from './exported-folder.ts'
import type { Io } from './io.ts'
import { type LedgerOption, ledgerSource } from './ledger-source.ts'
import { columns, NO_PROGRESS, painter, progressOn } from './terminal.ts'
import { NamedPolicies, removeVerifierRules, writeVerifierRules } from './verifier-rules.ts'
import { writeJson } from './write-json.ts'

/** The command `verify`: everything that is wrong with a ledger, and a summary of what is on it. */
export async function verify(
  args: Arguments<LedgerOption | 'json' | 'anchors' | 'write-rules'>,
  io: Io
): Promise<number> {
  const rules = args.value('write-rules')
  if (rules !== undefined) await removeVerifierRules(resolve(io.cwd, rules))
  const told = new Deliveries()
  const named = new NamedPolicies()
  const progress = args.has('json') ? NO_PROGRESS : progressOn(io)
  const verified = await verifySource(await ledgerSource(args, io), progress, record => {
    told.add(record)
    named.add(record)
  })
  if (rules !== undefined) await writeVerifierRules(resolve(io.cwd, rules), verified, named)
  const ledger = await withAnchors(verified, args.value('anchors'), io)
  if (!args.has('json')) warnOfOrigin(ledger, io)
  if (args.has('json')) writeJson(io.stdout, verificationJson(ledger, told))
  else show(ledger, told, io)
  if (ledger.problems.length > 0) return EXIT.problems
  // Half a proof: a program that reads nothing but this must not take it for the whole.
  return isProved(ledger) ? EXIT.fine : EXIT.uncompared
}

/** The same with what it lacks of its anchors, as they were exported to a folder. */
async function withAnchors(ledger: VerifiedLedger, folder: string | undefined, io: Io): Promise<VerifiedLedger> {
  if (folder === undefined) return ledger
  const { source } = ledger
  const product = source.delivery?.ledger.anchors?.product
  if (product === undefined)
    throw new UserError(
      'delivery.yml names no bucket of anchors (ledger.anchors), so there is nothing to compare with.'
    )
  const exported = await readExported(resolve(io.cwd, folder))
  const missing = await findUnanchored(await gitTree(source), product, exported, ledger.skipped)
  return { ...ledger, problems: [...ledger.problems, ...missing] }
}

function show(ledger: VerifiedLedger, told: Deliveries, io: Io): void {
  const { source, repository, problems, notes, skipped } = ledger
  const paint = painter(io.stdout, io.env)
  const { first, last } = told
  const rows = [
    ['ledger', `${source.branch} in ${source.directory}`],
    ...(repository === undefined ? [] : [['repository', `${repository.name} (${repository.id}), as GitHub says`]]),
    ['records', `${ledger.count}, ${ledger.signed} signed, ${ledger.vouched} vouched for by GitHub`],
    ...keysRow(ledger),
    ...(first === undefined ? [] : [['first', describe(first)]]),
    ...(last === undefined ? [] : [['last', describe(last)]]),
    ...told
      .deployments()
      .map(({ environment, releases, last: record }) => [
        environment,
        `${plural(releases.length, 'release')} deployed, last ${releases.at(-1)} at ${record.time}`
      ])
  ]
  for (const line of columns(rows.map(row => row.map(visible)))) io.stdout.write(`${line}\n`)
  if (source.advisory) io.stdout.write(`${paint('yellow', ADVISORY)}\n`)
  for (const { sequence, by, problem } of skipped)
    io.stdout.write(
      `${paint('yellow', visible(`record ${sequence} is not valid, and record ${by} leaves it out: ${problem}`))}\n`
    )
  for (const { path, note } of notes) io.stdout.write(`${paint('yellow', visible(`${path}: ${note}`))}\n`)
  const red = painter(io.stderr, io.env)
  for (const problem of problems) io.stderr.write(`${red('red', problemLine(problem))}\n`)
  const said = source.advisory ? 'The chain holds' : 'Verified'
  if (isProved(ledger)) io.stdout.write(`${paint('green', said)}.\n`)
  else if (problems.length === 0) io.stdout.write(`${paint('yellow', `${said}, BUT NOT THE GATES: ${UNCOMPARED}`)}\n`)
  else {
    // What a repair left out for its policy looks valid to who cannot look at that.
    const hint = ledger.gatesChecked ? '' : ` Besides, ${UNCOMPARED}`
    io.stderr.write(`${red('red', `NOT verified: ${plural(problems.length, 'problem')}. ${NEXT_STEP}${hint}`)}\n`)
  }
}

/** By whose word keys are GitHub's: who does not say which ones they know has to believe the ledger. */
function keysRow({ source, unconfirmed }: VerifiedLedger): readonly (readonly string[])[] {
  if (source.tokens?.published !== undefined || unconfirmed.length === 0) return []
  return [['keys', "of GitHub as the ledger has them: --online, or --issuer-keys FILE, proves that they are GitHub's"]]
}

/** A ledger whose gates nobody compared says nothing of who let a deployment begin. */
const UNCOMPARED =
  'not all that the records say of gates, and of who may write, could be compared with the policies: the lines above say what is missing. Where the clone lacks a policy, fetch the default branch whole (git fetch --unshallow; without --filter), and verify again; where this version of Sluice does not read one, verify with the one that delivered by it, too.'

function describe({ sequence, event, environment, time }: LedgerRecord): string {
  return [sequence, event, environment, 'at', time].filter(part => part !== undefined).join(' ')
}

function verificationJson(ledger: VerifiedLedger, told: Deliveries): unknown {
  const { source, repository, problems, count, signed, vouched, unconfirmed, skipped } = ledger
  const brief = (record: LedgerRecord | undefined): unknown =>
    record === undefined ? undefined : { sequence: record.sequence, event: record.event, time: record.time }
  return {
    product: source.delivery?.product,
    repository,
    branch: source.branch,
    origin: ledger.origin,
    verified: isProved(ledger),
    advisory: source.advisory,
    records: count,
    signed,
    vouched,
    unconfirmed,
    skipped,
    first: brief(told.first),
    last: brief(told.last),
    deployments: told.deployments().map(({ environment, releases, last }) => ({
      environment,
      releases: releases.length,
      last: { ...last.release, time: last.time }
    })),
    gatesChecked: ledger.gatesChecked,
    problems,
    notes: ledger.notes
  }
}
