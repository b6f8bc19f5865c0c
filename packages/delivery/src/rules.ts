import {
  ARTIFACT_PARAMETERS,
  didYouMean,
  environmentRoleName,
  formatReference,
  outputReferences,
  PRODUCT_LIMIT,
  ROLE_NAME_LIMIT,
  STACK_NAME_LIMIT,
  stackName
} from '@sluice/core'
import { environmentUrlProblem, registryHostProblem } from './addresses.ts'
import { checkBuckets } from './bucket-rules.ts'
import { dependenciesOf, orderByDependencies } from './dependencies.ts'
import { checkLedger } from './ledger-rules.ts'
import type { Note } from './note.ts'
import { show } from './problem.ts'
import { checkRetired } from './retired-rules.ts'
import type { DeliveryFile } from './schema.ts'
import { checkSettings } from './settings-rules.ts'
import { MOST_TAGS, OWN_TAGS } from './tags-schema.ts'
import type { Path } from './yaml-source.ts'

/** What the schema cannot say because it needs two places of the file at once. Each rule notes what it finds. */
export function checkRules(file: DeliveryFile, note: Note): void {
  checkAccounts(file, note)
  checkBuckets(file, note, onlyAccount(file))
  checkUnits(file, note)
  checkEnvironments(file, note)
  checkNames(file, note)
  checkRetired(file, note)
  checkParameters(file, note)
  checkTags(file, note)
  checkSettings(file, note, onlyAccount(file))
  checkLedger(file, note, onlyAccount(file))
  checkSluice(file, note)
}

/** The account that is meant where none is named: the only one. */
export function onlyAccount(file: DeliveryFile): string | undefined {
  const [first, second] = Object.keys(file.accounts)
  return second === undefined ? first : undefined
}

function checkAccounts(file: DeliveryFile, note: Note): void {
  const declared = Object.keys(file.accounts)
  const check = (path: Path, name: string | undefined): void => {
    if (name === undefined) {
      if (onlyAccount(file) === undefined)
        note(
          path,
          'no account',
          `add account: one of ${declared.join(', ')} (it may be left out when there is only one)`
        )
    } else if (!Object.hasOwn(file.accounts, name)) {
      note([...path, 'account'], show(name), notDeclared('account', name, declared, 'accounts'))
    }
  }
  check(['registry'], file.registry.account)
  for (const [index, environment] of file.environments.entries()) check(['environments', index], environment.account)

  const account = file.accounts[file.registry.account ?? onlyAccount(file) ?? '']
  if (file.registry.host === undefined || account === undefined) return
  const problem = registryHostProblem(file.registry.host, account.id)
  if (problem !== undefined) note(['registry', 'host'], show(file.registry.host), problem)
}

function checkUnits(file: DeliveryFile, note: Note): void {
  for (const [name, unit] of Object.entries(file.units)) {
    for (const [index, dependency] of unit.dependsOn.entries()) {
      const path = ['units', name, 'dependsOn', index]
      if (!Object.hasOwn(file.units, dependency)) note(path, show(dependency), noSuchUnit(file, dependency))
      else if (unit.dependsOn.indexOf(dependency) !== index)
        note(path, `${show(dependency)} a second time`, 'each unit may appear once: remove one')
    }
    // `<product>/releases` in the registry holds the release documents.
    if (name === 'releases')
      note(['units', name], 'the name releases', 'it is reserved for release documents: choose another', 'key')
  }
  const declared = Object.keys(file.units)
  for (const [index, { stacks }] of file.environments.entries()) {
    for (const name of Object.keys(stacks).filter(it => !declared.includes(it)))
      note(['environments', index, 'stacks', name], show(name), notDeclared('unit', name, declared, 'units'), 'key')
  }
  const order = orderByDependencies(dependenciesByUnit(file))
  if (order.kind === 'cyclic') {
    const [first = ''] = order.cycle
    const allowed = 'units may not depend on themselves, directly or through others: remove one of these'
    note(['units', first, 'dependsOn'], `the cycle ${order.cycle.join(' -> ')}`, allowed)
  }
}

function checkEnvironments(file: DeliveryFile, note: Note): void {
  const first = file.environments[0]
  if (first !== undefined && first.gate !== 'continuous')
    note(['environments', 0, 'gate'], show(first.gate), 'the first environment is continuous: use gate: continuous')
  if (first?.requires.soak !== undefined)
    note(
      ['environments', 0, 'requires', 'soak'],
      'a soak time',
      'nothing comes before the first environment: remove it'
    )

  for (const [index, environment] of file.environments.entries()) {
    const at: Path = ['environments', index]
    const same = file.environments.findIndex(other => other.name === environment.name)
    if (same !== index)
      note([...at, 'name'], show(environment.name), `environments[${same}] has this name already: choose another`)
    if (index > 0 && environment.gate === 'continuous') {
      const allowed = 'only the first environment may be continuous: use approval or dispatch'
      note([...at, 'gate'], show(environment.gate), allowed)
    }
    const { gate, level, secondPerson } = environment
    if (secondPerson !== undefined && (gate !== 'dispatch' || level !== 'production')) {
      const allowed = 'it goes with gate: dispatch and level: production only: remove it'
      note([...at, 'secondPerson'], show(secondPerson), allowed)
    }
    if (environment.url !== undefined) {
      checkExpressions(file, [...at, 'url'], environment.url, Object.keys(file.units), note)
      const problem = environmentUrlProblem(environment.url)
      if (problem !== undefined) note([...at, 'url'], show(environment.url), problem)
    } else if ((environment.accept ?? file.accept).http.length > 0) {
      note(at, 'HTTP checks but no url', 'add url: the address that the checks are run against')
    }
  }
}

function checkNames(file: DeliveryFile, note: Note): void {
  const { product } = file
  const tooLong = (what: string, name: string, limit: number): string =>
    `${what} ${name} would have ${name.length} characters, more than the ${limit} allowed: shorten product, environment or unit`
  if (product.length > PRODUCT_LIMIT)
    note(
      ['product'],
      show(product),
      `at most ${PRODUCT_LIMIT} characters are allowed (the name is part of a bucket's name)`
    )
  // `preview/…` in the registry holds what refs without delivery rights build.
  if (product === 'preview') note(['product'], show(product), 'it is reserved for previews: choose another')
  // The stacks of such a product, and their buckets, would be named like the bundle buckets of others: `sluice-<product>-…`.
  if (/^sluice(-|$)/.test(product))
    note(['product'], show(product), "it is reserved for Sluice's own names: choose another")

  const stacks = new Map<string, string>()
  for (const [index, environment] of file.environments.entries()) {
    const role = environmentRoleName(product, environment.name, 'execution')
    if (role.length > ROLE_NAME_LIMIT)
      note(['environments', index, 'name'], show(environment.name), tooLong('role', role, ROLE_NAME_LIMIT))
    for (const unit of Object.keys(file.units)) {
      const stack = stackName(product, environment.name, unit)
      const owner = `unit ${unit} in environment ${environment.name}`
      const other = stacks.get(stack)
      if (stack.length > STACK_NAME_LIMIT)
        note(['units', unit], show(unit), tooLong('stack', stack, STACK_NAME_LIMIT), 'key')
      else if (other !== undefined && other !== owner)
        note(['units', unit], show(unit), `${owner} and ${other} would share the stack ${stack}: rename one`, 'key')
      stacks.set(stack, owner)
    }
  }
}

function checkParameters(file: DeliveryFile, note: Note): void {
  const dependencies = dependenciesByUnit(file)
  const check = (path: Path, unit: string, parameters: Readonly<Record<string, string>>): void => {
    const reachable = [...dependenciesOf(unit, dependencies)]
    for (const [name, value] of Object.entries(parameters)) {
      if (ARTIFACT_PARAMETERS.includes(name))
        note([...path, name], `the parameter ${name}`, 'it is set to the digest of the release: remove it', 'key')
      checkExpressions(file, [...path, name], value, reachable, note)
    }
  }
  for (const [unit, { stack }] of Object.entries(file.units))
    check(['units', unit, 'stack', 'parameters'], unit, stack.parameters)
  for (const [index, environment] of file.environments.entries()) {
    for (const [unit, parameters] of Object.entries(environment.parameters)) {
      const path = ['environments', index, 'parameters', unit]
      if (!Object.hasOwn(file.units, unit)) note(path, show(unit), noSuchUnit(file, unit), 'key')
      else check(path, unit, parameters)
    }
  }
}

/** The tags of a stack come from three places, and from Sluice. */
function checkTags(file: DeliveryFile, note: Note): void {
  for (const [index, environment] of file.environments.entries()) {
    for (const [unit, { stack }] of Object.entries(file.units)) {
      const names = new Set([...OWN_TAGS, ...[file, stack, environment].flatMap(({ tags }) => Object.keys(tags))])
      if (names.size <= MOST_TAGS) continue
      const allowed = `CloudFormation takes ${MOST_TAGS} for a stack: remove some`
      note(['environments', index], `${names.size} tags for the stack of ${unit}`, allowed)
    }
  }
}

function checkExpressions(
  file: DeliveryFile,
  path: Path,
  value: string,
  reachable: readonly string[],
  note: Note
): void {
  const { references, malformed } = outputReferences(value)
  if (malformed !== undefined) note(path, show(malformed), 'write a reference to an output as ${unit.Output}')
  for (const { unit, output } of references) {
    const found = show(formatReference({ unit, output }))
    if (!Object.hasOwn(file.units, unit)) note(path, found, noSuchUnit(file, unit))
    else if (!reachable.includes(unit))
      note(path, found, `the stack of ${unit} must be deployed first: add ${unit} to dependsOn`)
  }
}

function checkSluice(file: DeliveryFile, note: Note): void {
  if (file.sluice !== undefined) return
  for (const [index, { level }] of file.environments.entries()) {
    if (level !== 'production') continue
    const allowed =
      'production needs to name the commits of Sluice that may take its roles: add sluice.repository and sluice.commits'
    note(['environments', index, 'level'], `${show(level)} and no sluice`, allowed)
  }
}

function dependenciesByUnit(file: DeliveryFile): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(file.units).map(([name, unit]) => [name, unit.dependsOn]))
}

/** Why a name of a unit cannot be used; of one that is retired, that it was there. */
function noSuchUnit({ units, retired }: DeliveryFile, name: string): string {
  return Object.hasOwn(retired, name)
    ? `${name} is retired, and what is delivered may need nothing of it: remove it here, or deliver it again`
    : notDeclared('unit', name, Object.keys(units), 'units')
}

function notDeclared(what: string, name: string, declared: readonly string[], key: string): string {
  return `no such ${what}${didYouMean(name, declared)}; declared in ${key}: ${declared.join(', ')}`
}
