// Writes docs/delivery-yml.md from the schema in packages/delivery; with --check only compares. Needs `tsc -b packages/delivery`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { aboutOf, anchorOf, insideOf, REFERENCE_PAGE } from '../packages/delivery/lib/anchor.js'
import { deliverySchema } from '../packages/delivery/lib/schema.js'
import { readFlags } from './flags.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/reference.mjs [--check]

Writes ${REFERENCE_PAGE}: each key of delivery.yml with its type, default, allowed values and an example. What stands there from
"Changing keys" on is written by hand, and stays.

  --check  compares instead of writing; exits with 1 if the page is not current
  --help   shows this text
`

const HEAD = `# delivery.yml

Every key of \`delivery.yml\`, in the order of the file. This page is generated from the schema in \`packages/delivery\`
(\`node scripts/reference.mjs\`); the same schema gives editors [completion](../schema/delivery.schema.json), and \`sluice validate\` its
messages, which name a key's anchor on this page.

\`<name>\` stands for a name of your choice, \`[]\` for each item of a list. A complete file:
[examples/storefront/delivery.yml](../examples/storefront/delivery.yml).
`

/**
 * One key of delivery.yml.
 * @typedef {{ keys: string[], title: string, schema: any, optional: boolean, standard: unknown }} Key
 */

/** @returns {Key[]} every key below a schema, in the order of the schema. */
export function keysOf(schema, keys = [], title = '') {
  const { keys: entries, each } = insideOf(schema)
  if (each !== undefined) return keysOf(each, keys, `${title}${isList(schema) ? '[]' : '.<name>'}`)
  return Object.entries(entries).flatMap(([name, entry]) => {
    const optional = 'wrapped' in entry
    const own = {
      keys: [...keys, name],
      title: title === '' ? name : `${title}.${name}`,
      schema: entry,
      optional,
      standard: optional ? entry.default : undefined
    }
    return [own, ...keysOf(entry, own.keys, own.title)]
  })
}

/** Where the part begins that people write. */
const BY_HAND = '## Changing keys\n'

/** The whole page. @param {string} found the page as it is: what people wrote there stays. */
export function referencePage(found) {
  const start = found.indexOf(BY_HAND)
  const own = start < 0 ? '' : `\n${found.slice(start)}`
  return `${HEAD}\n${keysOf(deliverySchema).map(section).join('\n')}${own}`
}

/** @param {Key} key */
function section({ keys, title, schema, optional, standard }) {
  const bare = schema.wrapped ?? schema
  const { description, examples } = aboutOf(bare)
  const rows = [
    ['type', typeOf(bare)],
    ['required', optional ? 'no' : 'yes'],
    ...(standard === undefined || isEmpty(standard) ? [] : [['default', code(standard)]]),
    ...allowedIn(bare).map(text => ['allowed', text]),
    ...(examples.length === 0 ? [] : [['example', examples.map(code).join(', ')]])
  ]
  return [
    `<a id="${anchorOf(keys)}"></a>`,
    '',
    `${'#'.repeat(Math.min(keys.length + 1, 4))} \`${title}\``,
    '',
    description ?? '',
    '',
    '| | |',
    '| --- | --- |',
    ...rows.map(([what, text]) => `| ${what} | ${text} |`),
    ''
  ].join('\n')
}

/** In words that people use for YAML. */
function typeOf(schema) {
  if (isList(schema)) return `list of ${plural(typeOf(schema.item))}`
  switch (schema.type) {
    case 'strict_object':
      return 'mapping'
    case 'record':
      return `mapping from names to ${plural(typeOf(schema.value))}`
    case 'picklist':
      return 'string'
    case 'literal':
      return typeof schema.literal
    case 'union':
      return schema.options
        .map(option => option.type)
        .join(', ')
        .replace(/, (\w+)$/, ' or $1')
    default:
      return schema.type
  }
}

/** What a value must be, in the words of the messages that refuse others. */
function allowedIn(schema) {
  if (schema.type === 'picklist') return [schema.options.map(code).join(', ')]
  if (schema.type === 'literal') return [code(schema.literal)]
  if (isList(schema) && !('entries' in schema.item))
    return [...rules(schema), ...allowedIn(schema.item).map(text => `each: ${text}`)]
  return rules(schema)
}

function rules(schema) {
  // The first part of a pipe is the schema that it refines, which may be a pipe itself.
  const [refined, ...parts] = schema.pipe ?? []
  const messages = parts
    .filter(part => part.kind === 'validation' && typeof part.message === 'string')
    .map(part => part.message.replace(/^expected /, ''))
  return [...new Set([...(refined === undefined ? [] : rules(refined)), ...messages])]
}

function isList(schema) {
  return (schema.wrapped ?? schema).type === 'array'
}

function isEmpty(value) {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** As it is written in YAML, on one line. */
function code(value) {
  return `\`${inYaml(value)}\``
}

function inYaml(value) {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, part]) => `${key}: ${inYaml(part)}`)
      .join(', ')} }`
  // What YAML would read as something else, or as its own punctuation, is quoted.
  return typeof value === 'string' && !/^[A-Za-z/][\w ./@:*-]*$/.test(value) ? JSON.stringify(value) : String(value)
}

function plural(type) {
  const [first, ...rest] = type.split(' from ')
  return [first.replace(/\b(?!(?:or|of)\b)(\w+)/g, '$1s'), ...rest].join(' from ')
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { check: { type: 'boolean' } })
  const file = join(repositoryRoot, REFERENCE_PAGE)
  const found = readFileSync(file, 'utf8')
  if (flags !== undefined && flags.check !== true) writeFileSync(file, referencePage(found))
  else if (flags !== undefined && found !== referencePage(found)) {
    console.error(`${REFERENCE_PAGE} is not what packages/delivery says. Run: npm run schema`)
    process.exitCode = 1
  }
}
