import {
  code,
  describeGate,
  escapeMarkdown,
  evidencePath,
  hasChanges,
  type LedgerRecord,
  type PlannedParameter,
  type PlannedStack,
  type Protection,
  type Release,
  releaseId,
  table
} from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { clip, wholeLines } from './clip.ts'
import type { MadePlan } from './make-plan.ts'
import type { Target } from './target.ts'
import { weakerPolicies } from './weaker.ts'

/** What the dossier is written from. */
export interface DossierFacts {
  readonly pipeline: Pipeline
  readonly target: Target
  readonly made: MadePlan
  readonly protection: Protection | undefined
  /** The record of what is deployed now. */
  readonly deployed: LedgerRecord | undefined
  /** Nothing changes any more, but the deployment that brought it here was not carried through. */
  readonly unfinished: boolean
}

/** Commits shown at most; the rest is counted. */
const COMMITS = 30

/** Characters shown of a commit's subject, an item of the run-book, or a name; and of a parameter's value. */
const LINE = 300
const VALUE = 1_000

/** Bytes of a dossier. GitHub shows a summary of a little more than this, and nothing of a larger one. */
const SIZE = 900_000

/** What the approver reads: what will change, what it is made of, who may decide, and what to watch out for. Markdown. */
export async function writeDossier(facts: DossierFacts): Promise<string> {
  const { target, made } = facts
  const head = [
    `## ${releaseId(target.digest)} → ${escapeMarkdown(target.environment.name)}`,
    hasChanges(made.plan) ? headline(made) : nothingChanges(facts)
  ]
  const body = await sections(facts)
  const whole = markdown([...head, ...warningBlock(warnings(facts)), ...body])
  const size = Buffer.byteLength(whole)
  if (size <= SIZE) return whole
  const cut = `This page is cut: it would have ${size} bytes. The plan is complete in the ledger, as ${code(evidencePath(made.digest))}.`
  return wholeLines(markdown([...head, ...warningBlock([cut, ...warnings(facts)]), ...body]), SIZE)
}

function markdown(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}

async function sections(facts: DossierFacts): Promise<readonly string[]> {
  const { target, made, deployed } = facts
  const { release, digest } = target
  return [
    table(
      ['', ''],
      [
        ['release', code(digest)],
        ['commit', code(release.commit)],
        [
          'replaces',
          deployed?.release === undefined
            ? 'nothing: first deployment'
            : `${releaseId(deployed.release.digest)}, commit ${code(deployed.release.commit)}`
        ],
        ['plan', code(made.digest)],
        ['gate', describeGate(target.environment.gate, facts.protection)],
        [
          'run-book',
          target.runbook === undefined ? 'none' : `${code(target.runbook.path)} ${code(target.runbook.digest)}`
        ]
      ]
    ),
    '### Units',
    await unitTable(facts),
    ...made.plan.stacks.filter(stack => stack.action !== 'unchanged').map(stackSection),
    ...contentSection(made),
    ...(await commitSection(facts)),
    ...runbookSection(target)
  ]
}

function nothingChanges({ unfinished }: DossierFacts): string {
  return unfinished
    ? '**Nothing changes in the stacks.** An earlier run brought them to this and died before it could say so: tags and ledger will follow.'
    : '**Nothing changes.** No approval is asked for.'
}

function headline(made: MadePlan): string {
  const changes = made.plan.stacks.flatMap(stack => stack.changes)
  const count = (action: string): number => changes.filter(change => change.action === action).length
  const replaced = changes.filter(change => change.replacement === 'True').length
  const bundles = made.plan.content.length
  return `**${count('Add')} added, ${count('Modify')} modified (${replaced} replaced), ${count('Remove')} removed**${bundles === 0 ? '' : `, ${bundles} bundle published`}.`
}

/** What could hurt, first. */
function warnings({ pipeline, target, made }: DossierFacts): readonly string[] {
  const found = weakerPolicies(pipeline.policy, target.delivery, target.environment.name).map(escapeMarkdown)
  if (pipeline.policy.builds.sandbox === 'none')
    found.push('Images may have been built without a sandbox (`builds: { sandbox: none }`).')
  if (pipeline.policy.ledger.key === undefined) found.push('The ledger is advisory: its records are not signed.')
  if (target.environment.gate === 'dispatch')
    found.push('This gate has no second person: whoever starts the run decides alone.')
  for (const stack of made.plan.stacks) {
    for (const change of stack.changes) {
      if (change.action === 'Remove')
        found.push(`${code(stack.unit)} removes ${code(change.logicalId)} (${code(change.type)}).`)
      if (change.replacement === 'True')
        found.push(`${code(stack.unit)} replaces ${code(change.logicalId)} (${code(change.type)}).`)
      if (change.replacement === 'Conditional')
        found.push(`${code(stack.unit)} may replace ${code(change.logicalId)} (${code(change.type)}).`)
    }
    if (stack.action === 'deferred') {
      found.push(
        `${code(stack.unit)} is new and waits for values of other new stacks; it may only add resources, and is refused otherwise.`
      )
    }
  }
  return found
}

function warningBlock(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`> [!WARNING]\n${lines.map(line => `> - ${line}`).join('\n')}`]
}

async function unitTable({ pipeline, target, deployed }: DossierFacts): Promise<string> {
  const before = deployed?.release === undefined ? undefined : await previousRelease(pipeline, deployed.release.digest)
  const rows = Object.entries(target.release.units).map(([name, unit]) => {
    const old = before?.units[name]?.digest
    return [
      escapeMarkdown(name),
      unit.kind,
      old === undefined ? 'new' : old === unit.digest ? 'same' : code(old),
      code(unit.digest)
    ]
  })
  return table(['unit', 'kind', 'deployed', 'this release'], rows)
}

/** A release document may have expired; the dossier then says less, and the plan still holds. */
async function previousRelease(pipeline: Pipeline, digest: LedgerReleaseDigest): Promise<Release | undefined> {
  try {
    return await pipeline.release(digest)
  } catch {
    return undefined
  }
}

type LedgerReleaseDigest = NonNullable<LedgerRecord['release']>['digest']

function stackSection(stack: PlannedStack): string {
  const changed = Object.entries(stack.parameters).filter(
    ([name, parameter]) => textOf(parameter) !== stack.base?.parameters[name]
  )
  const parameters = table(
    ['parameter', 'now', 'then'],
    changed.map(([name, parameter]) => [
      code(name),
      stack.base?.parameters[name] === undefined ? 'none' : code(clip(stack.base.parameters[name], VALUE)),
      code(clip(textOf(parameter), VALUE))
    ])
  )
  const changes = table(
    ['action', 'resource', 'type', 'replaced', 'what'],
    stack.changes.map(change => [
      escapeMarkdown(change.action),
      code(change.logicalId),
      code(change.type),
      change.replacement ?? '',
      change.targets.map(code).join(' ')
    ])
  )
  const body = [changed.length === 0 ? '' : parameters, stack.changes.length === 0 ? '' : changes].filter(
    part => part !== ''
  )
  return `### Stack ${code(stack.stack)}: ${stack.action}\n\n${body.join('\n\n')}`
}

function textOf(parameter: PlannedParameter): string {
  return 'value' in parameter ? parameter.value : parameter.expression
}

function contentSection(made: MadePlan): readonly string[] {
  if (made.plan.content.length === 0) return []
  const rows = made.plan.content.map(it => [
    code(it.unit),
    it.live === undefined ? 'nothing' : code(it.live),
    code(it.digest)
  ])
  return ['### Published files', table(['unit', 'now', 'then'], rows)]
}

async function commitSection({ pipeline, target, deployed }: DossierFacts): Promise<readonly string[]> {
  if (deployed?.release === undefined || deployed.release.commit === target.release.commit) return []
  const commits = await pipeline.repository.log(deployed.release.commit, target.release.commit)
  const lines = commits
    .slice(0, COMMITS)
    .map(it => `- ${code(it.commit.slice(0, 12))} ${shown(it.subject)} (${shown(it.author)})`)
  if (commits.length > COMMITS) lines.push(`- … and ${commits.length - COMMITS} more`)
  return [`### Commits since then: ${commits.length}`, lines.join('\n')]
}

/** A line from outside. */
function shown(text: string): string {
  return escapeMarkdown(clip(text, LINE))
}

function runbookSection(target: Target): readonly string[] {
  if (target.runbook === undefined) return []
  const items = target.runbook.text.split('\n').flatMap(line => {
    const item = /^\s*[-*] \[[ x]\] (.+)$/.exec(line)
    return item?.[1] === undefined ? [] : [`- [ ] ${shown(item[1])}`]
  })
  return [
    `### Run-book ${code(target.runbook.path)}`,
    items.length === 0 ? 'It holds no check-list items.' : items.join('\n')
  ]
}
