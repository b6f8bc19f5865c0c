// The forms of what the ledger holds, as docs/ledger.md shows them: read off the schemas by which Sluice reads and writes.
import { REPORT } from '../packages/core/lib/checks-report.js'
import { isDigest } from '../packages/core/lib/digest.js'
import { DETAILS, RECORD } from '../packages/core/lib/record.js'
import { RELEASE } from '../packages/core/lib/release.js'
import { CLAIMS } from '../packages/core/lib/token-claims.js'

/** Texts and numbers that have a name on the page, by what is demanded of them. */
const NAMED = [
  ['digest', it => it.type === 'custom' && it.check === isDigest],
  ['commit', it => patternOf(it) === '^[0-9a-f]{40}$'],
  ['time', it => patternOf(it)?.startsWith('^\\d{4}-') === true],
  ['name', it => patternOf(it)?.startsWith('^[a-z]') === true],
  ['path', it => patternOf(it)?.startsWith('^(?!') === true],
  ['words', it => it.type === 'string' && partOf(it, 'non_empty') !== undefined],
  ['text', it => it.type === 'string' && partsOf(it).length === 0],
  ['count', it => it.type === 'number' && partOf(it, 'min_value')?.requirement === 1],
  ['seconds', it => it.type === 'number' && partOf(it, 'min_value')?.requirement === 0],
  ['number', it => it.type === 'number' && partsOf(it).length === 0],
  ['flag', it => it.type === 'boolean'],
  ['anything', it => it.type === 'unknown']
]

/** Every form, by its name: one JSON value a form. */
export function ledgerForms() {
  const details = Object.entries(DETAILS).map(([event, schema]) => [`detail of ${event}`, formOf(schema)])
  return {
    record: formOf(RECORD),
    ...Object.fromEntries(details),
    release: formOf(RELEASE),
    checks: formOf(REPORT),
    claims: formOf(CLAIMS)
  }
}

/** As JSON, one line a form: members on lines of their own would take two pages. */
export function formsText() {
  const lines = Object.entries(ledgerForms()).map(
    ([name, form]) => `  ${JSON.stringify(name)}: ${spread(form, name === 'record')}`
  )
  return `{\n${lines.join(',\n')}\n}`
}

function spread(form, isLong) {
  if (!isLong) return spaced(form)
  return `{\n${Object.entries(form)
    .map(([name, member]) => `    ${JSON.stringify(name)}: ${spaced(member)}`)
    .join(',\n')}\n  }`
}

function spaced(form) {
  if (typeof form !== 'object') return JSON.stringify(form)
  if (Array.isArray(form)) return `[${form.map(spaced).join(', ')}]`
  const members = Object.entries(form).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function formOf(schema) {
  const named = NAMED.find(([, is]) => is(schema))
  if (named !== undefined) return named[0]
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.entries).map(([name, it]) => memberOf(name, it)))
    case 'array':
      return [formOf(schema.item)]
    case 'literal':
      return typeof schema.literal === 'number' ? schema.literal : `= ${schema.literal}`
    case 'picklist':
      return `= ${schema.options.join(' | ')}`
    case 'custom': {
      // A map: what every object must not have is checked before its values are.
      const record = partsOf(schema).find(({ type }) => type === 'record')
      if (record !== undefined) return { '*': formOf(record.value) }
    }
  }
  throw new Error(`scripts/ledger-forms.mjs does not know how to show a schema of type ${schema.type}.`)
}

function memberOf(name, schema) {
  return schema.type === 'exact_optional' ? [`${name}?`, formOf(schema.wrapped)] : [name, formOf(schema)]
}

/** What refines a schema; the first part of a pipe is the schema itself, which may be a pipe. */
function partsOf(schema) {
  const [first, ...parts] = schema.pipe ?? []
  return first === undefined ? [] : [...partsOf(first), ...parts]
}

function partOf(schema, type) {
  return partsOf(schema).find(part => part.type === type)
}

function patternOf(schema) {
  return partOf(schema, 'regex')?.requirement.source
}
