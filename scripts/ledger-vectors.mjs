// What docs/ledger.md shows of the test vectors: enough to find the first step at which another implementation differs.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from './readmes.mjs'

const FILE = 'test/ledger-spec/vectors.json'

/** The block of the page. */
export function vectorTable(root) {
  const { commits } = JSON.parse(readFileSync(join(root, FILE), 'utf8'))
  const files = Object.assign({}, ...commits.map(commit => commit.files))
  const recorded = Object.keys(files)
    .filter(path => /^records\/.*\.json$/.test(path))
    .map(path => ({ text: files[path], record: JSON.parse(files[path]) }))
    .sort((a, b) => a.record.sequence - b.record.sequence)
  const [first] = recorded
  const { state: _, key: __, ...body } = first.record
  const question = [
    'identity',
    body.product,
    body.run.repository,
    body.run.id,
    body.run.attempt,
    body.run.job,
    body.event,
    null,
    body.unit.name
  ]
  const rows = recorded.map(({ text, record }) => [
    record.sequence,
    [record.event, record.environment].filter(part => part !== undefined).join(' '),
    code(sha256(text)),
    code(record.state.section.slice(7)),
    code(record.state.ledger.slice(7))
  ])
  return [
    table(['n', 'record', 'hash', 'state of its section', 'state of the ledger'], rows),
    '',
    `Of record 1 (all without \`sha256:\`): the body \`${sha256(canonical(body))}\`; the question of its identity`,
    '',
    `    ${JSON.stringify(question)}`,
    '',
    `has the key \`${sha256(JSON.stringify(question))}\`. Its file has ${Buffer.byteLength(first.text)} bytes:`,
    '',
    '```json',
    first.text,
    '```'
  ].join('\n')
}

/** The members of a record's file are in their order already. */
function canonical(body) {
  return JSON.stringify(body)
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}

function code(text) {
  return `\`${text}\``
}
