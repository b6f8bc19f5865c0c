import { canonicalJson, plural } from '@sluice/core'
import type { AcceptanceChecks, Delivery, Environment } from '@sluice/delivery'
import { keyChanges, replacedSuite, suiteChange, suitesOf, trustText, twinOf } from './key-changes.ts'
import { GATE_RANKS, LEVEL_RANKS } from './ranks.ts'
import type { RuleChange, Rules } from './rule-change.ts'

/** One thing that is said, and how much it asks for. */
interface Rule {
  readonly what: string
  readonly text: string
  readonly strength: number
  /** How strong it would be not to say it. */
  readonly unsaid: number
}

type RulesByKey = ReadonlyMap<string, Rule>

/** What changed from the rules of one delivery to those of another, the weaker ones first. Pure. */
export function ruleChanges(before: Rules, now: Rules): readonly RuleChange[] {
  const [then, today] = [rulesOf(before, now), rulesOf(now, before)]
  const keys = [...new Set([...then.keys(), ...today.keys()])]
  const changes = [
    ...keys.flatMap(key => compare(then.get(key), today.get(key))),
    ...suiteChange(before, now),
    ...keyChanges(before, now),
    ...orderChange(before, now),
    ...addressChanges(before, now)
  ]
  return [...changes.filter(({ weaker }) => weaker), ...changes.filter(({ weaker }) => !weaker)]
}

function compare(before: Rule | undefined, now: Rule | undefined): readonly RuleChange[] {
  const rule = now ?? before
  if (rule === undefined || before?.text === now?.text) return []
  const [was, is] = [before?.strength ?? rule.unsaid, now?.strength ?? rule.unsaid]
  return [
    {
      what: rule.what,
      ...(before === undefined ? {} : { before: before.text }),
      ...(now === undefined ? {} : { now: now.text }),
      weaker: is < was
    }
  ]
}

/** A release passes the environments in order: one that comes later than before may have let it through unseen. */
function orderChange({ policy: before }: Rules, { policy: now }: Rules): readonly RuleChange[] {
  const common = (of: Delivery, other: Delivery): string =>
    of.environments.flatMap(({ name }) => (has(other, name) ? [name] : [])).join(', ')
  const [was, is] = [common(before, now), common(now, before)]
  return was === is ? [] : [{ what: 'environments', before: was, now: is, weaker: true }]
}

/** Checks that look at another address may pass, whatever was deployed: nobody can tell by the address. */
function addressChanges({ committed: before }: Rules, { committed: now }: Rules): readonly RuleChange[] {
  return now.environments.flatMap(({ name, url, accept }) => {
    const was = before.environments.find(it => it.name === name)
    if (was === undefined || was.url === url || was.accept.http.length === 0) return []
    const change = { what: `environments.${name}.url`, ...(was.url && { before: was.url }), ...(url && { now: url }) }
    return [{ ...change, weaker: accept.http.length > 0 }]
  })
}

function rulesOf({ policy, committed }: Rules, other: Rules): RulesByKey {
  const { environments } = policy
  const rules = [
    ...productRules(policy, other.policy),
    ...environments.flatMap(it => (has(other.policy, it.name) ? environmentRules(it) : [wholeEnvironment(it)])),
    ...committed.environments.flatMap(it => (has(other.committed, it.name) ? acceptanceRules(it) : [])),
    ...testRules(committed, other.committed)
  ]
  return new Map(rules.map(rule => [keyOf(rule), rule]))
}

/** Of what a list says each entry is a rule of its own: where one takes the place of another, one is gone and one is new. */
function keyOf({ what, text }: Rule): string {
  return /\[\]$/.test(what) ? `${what} ${text}` : what
}

function productRules(
  { product, accounts, registry, deliverFrom, builds, ledger, ...policy }: Delivery,
  beside: Delivery
): readonly Rule[] {
  const refs = deliverFrom.length === 0 ? ['the default branch'] : deliverFrom
  const suites = replacedSuite(policy, beside) === undefined ? suitesOf(policy) : []
  return [
    other('product', product),
    ...Object.entries(accounts).map(([name, { id, region }]) => other(`accounts.${name}`, `${id} ${region}`)),
    other('registry', canonicalJson(registry)),
    ...refs.map(ref => permission('deliverFrom[]', ref)),
    ...suites.map(suite => permission('sluice[]', suite)),
    ranked('builds.sandbox', builds.sandbox, ['none', 'required']),
    ...policy.images.map(it => permission('images[]', it)),
    ...policy.code.map(it => permission('code[]', it)),
    ...policy.dynamicReferences.map(it => permission('dynamicReferences[]', it)),
    ...ledgerRules(ledger, beside.ledger)
  ]
}

/** Also what later versions add to the ledger's settings is shown, as what it says. */
function ledgerRules(ledger: Delivery['ledger'], beside: Delivery['ledger']): readonly Rule[] {
  const { formerly, formerBranches = [], key, trust, issuerKeys = [], ...settings } = ledger
  return [
    ...Object.entries(settings).map(([name, value]) => demand(`ledger.${name}`, textOf(value))),
    ...formerly.map(name => permission('ledger.formerly[]', name)),
    ...formerBranches.map(({ name, until }) =>
      permission('ledger.formerBranches[]', `${name} in records 1 to ${until}`)
    ),
    ...(key === undefined ? [] : [demand('ledger.key', key)]),
    ...trust
      .filter(entry => twinOf(entry, ledger, beside) === undefined)
      .map(entry => permission('ledger.trust[]', trustText(entry))),
    ...issuerKeys.map(it => permission('ledger.issuerKeys[]', it))
  ]
}

function environmentRules(it: Environment): readonly Rule[] {
  const at = (member: string): string => `environments.${it.name}.${member}`
  return [
    other(at('account'), it.account),
    ranked(at('level'), it.level, LEVEL_RANKS),
    ranked(at('gate'), it.gate, GATE_RANKS),
    { what: at('requires.soak'), text: plural(it.soak / 60_000, 'minute'), strength: it.soak, unsaid: 0 },
    ranked(at('adminBypass'), it.allowAdminBypass ? 'allow' : 'refuse', ['allow', 'refuse']),
    ...(it.secondPerson === undefined ? [] : [permission(at('secondPerson'), it.secondPerson)])
  ]
}

/** An environment that only one of both has: whoever passed it passes it no more. */
function wholeEnvironment({ name, account, level, gate }: Environment): Rule {
  return demand(`environments.${name}`, `${level}, ${gate}, in ${account}`)
}

function acceptanceRules({ name, accept, runbook }: Environment): readonly Rule[] {
  return [
    ...checksOf(accept).map(check => demand(`environments.${name}.accept[]`, check)),
    ...(runbook === undefined ? [] : [demand(`environments.${name}.runbook`, runbook)])
  ]
}

function checksOf({ http, run }: AcceptanceChecks): readonly string[] {
  const requests = http.map(({ path, status, contains }) =>
    [`GET ${path}`, String(status), ...(contains === undefined ? [] : [`contains ${contains}`])].join(' ')
  )
  return [...requests, ...run]
}

/** A unit that is new or gone is in the list of units. */
function testRules({ units }: Delivery, { units: others }: Delivery): readonly Rule[] {
  return units.flatMap(unit => {
    if (unit.kind !== 'image' || unit.image.test === undefined) return []
    return others.some(it => it.name === unit.name) ? [demand(`units.${unit.name}.image.test`, unit.image.test)] : []
  })
}

function has({ environments }: Delivery, name: string): boolean {
  return environments.some(it => it.name === name)
}

/** It asks for something: weaker without it. */
function demand(what: string, text: string): Rule {
  return { what, text, strength: 1, unsaid: 0 }
}

/** It allows something: weaker with it. */
function permission(what: string, text: string): Rule {
  return { what, text, strength: 0, unsaid: 1 }
}

/** It says which: neither is weaker. */
function other(what: string, text: string): Rule {
  return { what, text, strength: 0, unsaid: 0 }
}

function ranked<T extends string>(what: string, value: T, ranks: readonly T[]): Rule {
  const strength = ranks.indexOf(value)
  return { what, text: value, strength, unsaid: strength }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value)
}
