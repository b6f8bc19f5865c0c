import { type LedgerRecord, plural, visible } from '@sluice/core'
import type { InvalidRecords } from '@sluice/ledger'
import type { CheckedLedger } from './checked-ledger.ts'
import type { Io } from './io.ts'
import { butLate } from './late-commits.ts'
import { commitsIn, LOSE_NONE } from './made-anew.ts'
import { workflowJson, workflowLines } from './repair-workflow.ts'
import { showProblems } from './rules-of-now.ts'
import { placeLines, placesOn } from './status.ts'

/** A ledger that does not verify, and what it was when it last did. */
export interface WayBack {
  readonly broken: CheckedLedger
  readonly tip: string
  readonly good: { readonly commit: string; readonly ledger: CheckedLedger }
  /** Records that may be valid after all. */
  readonly unprovable: readonly number[]
  /** What repair.yml leaves out all the same; empty: no record, but it puts files right. Absent: it refuses. */
  readonly repairable?: readonly InvalidRecords[]
  /** Records of which nothing proves who wrote them: nobody signed them who may, or GitHub does not vouch for them. */
  readonly forged: ReadonlySet<number>
}

function commandOf({ broken, tip, good }: WayBack): string {
  const ref = `refs/heads/${broken.source.branch}`
  return `git push --force-with-lease=${ref}:${tip} origin ${good.commit}:${ref}`
}

/** Records that go when the branch goes back. */
function lostBy({ broken, good }: WayBack): readonly LedgerRecord[] {
  return broken.records.filter(({ sequence }) => sequence > good.ledger.count)
}

/** Records that go, and may be genuine. */
function genuineIn(found: WayBack): readonly LedgerRecord[] {
  return lostBy(found).filter(({ sequence }) => !found.forged.has(sequence))
}

function isAnchored(found: WayBack): boolean {
  return genuineIn(found).length > 0 && found.broken.source.delivery?.ledger.anchors !== undefined
}

/** Says how to go back, and what that costs. */
export function showWayBack(found: WayBack, io: Io): void {
  const { broken, good, tip, unprovable, repairable } = found
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
    ...(repairable === undefined
      ? []
      : [
          repairable.length > 0
            ? 'What is not valid can be left out, and deliveries go on then. What else is wrong stays reported.'
            : 'What does not belong there can be removed, and HEAD.json put right. What else is wrong stays reported.',
          ...workflowLines(repairable),
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
    ...(isAnchored(found)
      ? [
          "This ledger has anchors: going back stops deliveries, since none takes it without the records that are anchored (Sluice's docs/cli.md).",
          ''
        ]
      : []),
    ...(commitsIn(broken.history).length === 0 ? [] : [LOSE_NONE, '']),
    'To go back, let no delivery run, keep what is there now, and, as someone whom the rules of the branch let force a push:',
    `  git branch ${visible(branch)}-before-repair ${tip}`,
    `  ${visible(commandOf(found))}`
  ]
  for (const line of lines) io.stdout.write(`${line}\n`)
}

/** The way that loses nothing else: a record that no rule shows not to be valid counts as long as its key does. Where there are anchors, there is no other. */
function endOfKey({ broken, good, forged }: WayBack): readonly string[] {
  const last = good.ledger.count
  if (forged.has(last + 1)) return []
  const key = broken.records.find(({ sequence }) => sequence === last + 1)?.key
  if (key === undefined) return []
  return [
    '',
    `If record ${last + 1} was not written by Sluice, it need not be lost, but left out: in ledger.trust of delivery.yml give`,
    `${key.fingerprint} \`until: ${last}\`, list a new key for ${key.signer}, and run the workflow that calls repair.yml.`
  ]
}

/** A record in JSON. */
export function brief({ sequence, event, environment, release, time, run }: LedgerRecord): object {
  return { sequence, event, environment, release: release?.digest, time, run: run.id }
}

function describe({ sequence, event, environment, time, run }: LedgerRecord): string {
  return [' ', sequence, event, environment, 'at', time, `(run ${run.id})`].filter(part => part !== undefined).join(' ')
}

/** The same as JSON. */
export function wayBackJson(found: WayBack): unknown {
  const { broken, good, tip, repairable } = found
  const madeAnew = commitsIn(broken.history)
  return {
    verified: false,
    branch: broken.source.branch,
    tip,
    good: { commit: good.commit, records: good.ledger.count },
    lost: lostBy(found).map(brief),
    command: commandOf(found),
    anchored: isAnchored(found),
    ...(repairable === undefined ? {} : { workflow: workflowJson(repairable) }),
    ...(madeAnew.length === 0 ? {} : { madeAnew }),
    ...(found.unprovable.length === 0 ? {} : { unprovable: found.unprovable }),
    problems: broken.problems
  }
}
