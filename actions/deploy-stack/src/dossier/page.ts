import {
  code,
  describeGate,
  escapeMarkdown,
  evidencePath,
  hasChanges,
  hours,
  PLAN_EXPIRY,
  type Plan,
  plural,
  releaseId,
  table
} from '@sluice/core'
import type { Unfinished } from '../unfinished-deployment.ts'
import { clip, line, wholeLines } from './clip.ts'
import { commitSection } from './commits.ts'
import { contentSection } from './content.ts'
import type { DossierFacts } from './facts.ts'
import { referencesSection } from './references.ts'
import { retiredHeadline, retiredSections } from './retired.ts'
import { ruleSection } from './rules.ts'
import { runbookSection } from './runbook.ts'
import { settingsCount } from './settings.ts'
import { stackSection } from './stacks.ts'
import { whyUncertain } from './standing.ts'
import { existingUnits, unitSection } from './units.ts'
import { warnings } from './warnings.ts'
import { wideningSection } from './widening.ts'

/** Bytes of a dossier. GitHub shows a summary of a little more than this, and nothing of a larger one. */
const SIZE = 900_000

/** People and addresses shown in a row at most; the rest is counted, so that nobody's commits push the rest of the page out of it. */
const NAMES = 20

/** Characters shown of an address. */
const ADDRESS = 100

/** What the approver reads: what will change, what it is made of, who may decide, and what to watch out for. Markdown. */
export function writeDossier(facts: DossierFacts): string {
  const head = [
    `## ${releaseId(facts.release)} → ${escapeMarkdown(facts.environment.name)}`,
    hasChanges(facts.plan) ? headline(facts.plan) : nothingChanges(facts)
  ]
  const body = sections(facts)
  const whole = markdown([...head, ...warningBlock(warnings(facts)), ...body])
  const size = Buffer.byteLength(whole)
  if (size <= SIZE) return whole
  const cut = `This page is cut: it would have ${size} bytes. The plan is complete in the ledger, as ${code(evidencePath(facts.planDigest))}.`
  return wholeLines(markdown([...head, ...warningBlock([cut, ...warnings(facts)]), ...body]), SIZE)
}

function markdown(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}

function sections(facts: DossierFacts): readonly string[] {
  const { plan, runbook } = facts
  return [
    table(
      ['', ''],
      [
        ['release', code(facts.release)],
        ['commit', code(plan.commit)],
        replacesRow(facts),
        ...liveRow(facts),
        ['plan', code(facts.planDigest)],
        ['gate', describeGate(facts.environment.gate, facts.protection)],
        ...validityRow(facts),
        ...excludedRows(facts),
        ...addressRow(facts),
        ['runbook', runbook === undefined ? 'none' : `${code(runbook.path)} ${code(runbook.digest)}`]
      ]
    ),
    ...ruleSection(facts),
    ...unitSection(facts),
    ...wideningSection(plan.stacks),
    ...retiredSections(plan),
    ...plan.stacks.filter(({ action }) => action !== 'unchanged').map(stackSection),
    ...referencesSection(plan.stacks),
    ...contentSection(plan.content),
    ...commitSection(facts),
    ...runbookSection(runbook)
  ]
}

/** An approval that comes later counts for nothing: who reads the page has to know. Without a date, so that the same plan has the same page. */
function validityRow({ excluded }: DossierFacts): readonly (readonly string[])[] {
  return excluded === undefined ? [] : [['approve within', `${hours(PLAN_EXPIRY)}: an older plan is not applied`]]
}

/** Where the acceptance checks look, and people. */
function addressRow({ environment: { url } }: DossierFacts): readonly (readonly string[])[] {
  return url === undefined ? [] : [['address', line(url)]]
}

/** By name, as far as GitHub knows them: the approver sees whether the answer will count. */
function excludedRows({ excluded, previous }: DossierFacts): readonly (readonly string[])[] {
  if (excluded === undefined) return []
  const { parties, unknown } = excluded
  const first = previous.kind === 'none' ? ['of a first deployment, only who made its last commit is looked at'] : []
  const people = listed(parties.map(({ login, part }) => `${line(login)} (${part})`))
  const rows = [['cannot approve', [people, ...first].join('; ')]]
  if (unknown.length > 0)
    rows.push(['of no known account', listed(unknown.map(address => code(clip(address, ADDRESS))))])
  return rows
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMES
  return [...names.slice(0, NAMES), ...(rest > 0 ? [`… and ${rest} more`] : [])].join(', ')
}

/** What was found to change nothing since is live under its own name, too. */
function liveRow({ previous, standing: { live } }: DossierFacts): readonly (readonly string[])[] {
  if (live === undefined || previous.kind === 'none' || live === previous.release.digest) return []
  return [['live now', `${releaseId(live)}, which changed nothing there`]]
}

/** What the release takes the place of; where a deployment has no end on the ledger, only what was recorded before it. */
function replacesRow({ previous, standing: { uncertain }, plan }: DossierFacts): readonly string[] {
  const title = uncertain === undefined ? 'replaces' : 'last recorded'
  if (previous.kind !== 'none')
    return [title, `${releaseId(previous.release.digest)}, commit ${code(previous.release.commit)}`]
  if (existingUnits(plan).size > 0) return [title, 'unknown: the ledger holds no deployment, and there are stacks']
  return [title, uncertain === undefined ? 'nothing: first deployment' : 'nothing']
}

function nothingChanges(facts: DossierFacts): string {
  if (facts.unfinished !== undefined) return `**Nothing changes in the stacks.** ${leftToDo(facts.unfinished, facts)}`
  const stopped = facts.standing.withdrawals.find(({ of }) => of === 'live')
  return stopped === undefined
    ? '**Nothing changes.** No approval is asked for.'
    : `**Nothing changes, and what is live here was withdrawn (record ${stopped.sequence}).** Deliver a change that repairs it.`
}

function leftToDo(unfinished: Unfinished, { standing: { uncertain, live } }: DossierFacts): string {
  switch (unfinished) {
    case 'withdrawn':
      return 'The release was withdrawn here. This run lets it in again: it updates the tags and the ledger, and asks for a new acceptance.'
    case 'interrupted': {
      const why =
        uncertain === undefined
          ? 'a deployment began here that the ledger does not hold as done'
          : whyUncertain(uncertain)
      return `They are as this release wants them, but ${why}. This run will update the tags and the ledger.`
    }
    case 'not-recorded': {
      const recorded = live === undefined ? 'no release' : releaseId(live)
      return `They are already as this release wants them, but the ledger holds ${recorded} as live here: they were changed past Sluice, or the release differs in what no stack uses. This run will update the tags and the ledger.`
    }
  }
}

function headline(plan: Plan): string {
  const { stacks, content } = plan
  const all = stacks.flatMap(stack => stack.changes)
  const changes = all.filter(({ possible }) => possible !== true)
  const count = (action: string): number => changes.filter(change => change.action === action).length
  const replaced = changes.filter(change => change.replacement === 'True').length
  const maybe = changes.filter(change => change.replacement === 'Conditional').length
  const deferred = stacks.filter(({ action, base }) => action === 'deferred' && base === undefined).length
  const more = all.length - changes.length
  const perhaps = maybe === 0 ? '' : `, ${maybe} may be`
  const fresh = content.filter(({ moves, drifted }) => moves !== true || drifted === true).length
  const published = fresh === 0 ? '' : `, ${plural(fresh, 'bundle')} published`
  const later = deferred === 0 ? '' : `, ${plural(deferred, 'new stack')} not computed yet`
  const open = more === 0 ? '' : `, ${plural(more, 'more change')} only if values move that stacks take from others`
  return `${retiredHeadline(plan)}**${count('Add')} added, ${count('Modify')} modified (${replaced} replaced${perhaps}), ${count('Remove')} removed**${settingsCount(stacks)}${published}${later}${open}.`
}

function warningBlock(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`> [!WARNING]\n${lines.map(line => `> - ${line}`).join('\n')}`]
}
