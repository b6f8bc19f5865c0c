import { code, escapeMarkdown, table } from '@sluice/core'
import { line, shownOr } from './clip.ts'
import type { DossierFacts } from './facts.ts'
import type { RuleChange } from './rule-change.ts'

/** Characters shown of a rule. */
const RULE = 300

/** Rules shown at most; the rest is counted. The weaker ones come first. */
const MOST = 100

/** The weaker rules, one sentence each: before anything else, since they decide what the rest of the page is worth. */
export function ruleWarnings({ rules }: Pick<DossierFacts, 'rules'>): readonly string[] {
  if (rules.kind === 'none') return []
  if (rules.kind === 'unknown') return [`${line(rules.why)} Whether the rules became weaker since is not known.`]
  const weaker = rules.changes.filter(it => it.weaker)
  const shown = weaker.slice(0, MOST).map(it => `**Weaker than for what is deployed now:** ${described(it)}.`)
  return weaker.length > MOST ? [...shown, `… and ${weaker.length - MOST} more rules that are weaker.`] : shown
}

function described(change: RuleChange): string {
  return `${code(change.what)}, ${ruleText(change.before)} → ${ruleText(change.now)}`
}

/** Each rule that is another one than when what is deployed was let in; nothing where all are the same. */
export function ruleSection({ rules }: Pick<DossierFacts, 'rules'>): readonly string[] {
  if (rules.kind !== 'known' || rules.changes.length === 0) return []
  const rows = rules.changes
    .slice(0, MOST)
    .map(change => [
      code(change.what),
      ruleText(change.before),
      ruleText(change.now),
      change.weaker ? '**weaker**' : ''
    ])
  const rest = rules.changes.length - rows.length
  return [
    '### Rules that changed since what is deployed was let in',
    table(['rule', 'then', 'now', ''], rows),
    ...(rest > 0 ? [escapeMarkdown(`… and ${rest} more`)] : [])
  ]
}

function ruleText(text: string | undefined): string {
  return shownOr(text, 'nothing', RULE)
}
