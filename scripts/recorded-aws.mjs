// Takes over what AWS answered LocalStack's tests: the facts that packages/cloudformation/test/recorded.test.ts reads.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const HELP = `
Usage: node scripts/recorded-aws.mjs CHECKOUT

Reads the snapshots of a git checkout of github.com/localstack/localstack (Apache-2.0): LocalStack's tests were run against AWS, and what
that answered was kept, with its day. Of CloudFormation's answers it takes over change sets that were described with values and without,
errors, and stacks under review, and writes packages/cloudformation/test/recorded/cloudformation.json. Nothing is asked of AWS.

  --help  shows this text
`

const FILE = 'packages/cloudformation/test/recorded/cloudformation.json'
const VALUED = '-prop-values'

/** What of a resource's change Sluice reads. */
const MEMBERS = ['Action', 'LogicalResourceId', 'ResourceType', 'Replacement', 'PolicyAction', 'Scope', 'Details']

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  main(process.argv.slice(2))

function main([checkout]) {
  if (checkout === undefined || checkout === '--help') {
    process.stdout.write(HELP.trimStart())
    return
  }
  const git = (...args) => execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  const files = git('ls-tree', '-r', '--name-only', 'HEAD')
    .split('\n')
    .filter(name => /cloudformation.*\.snapshot\.json$/.test(name))
  const recorded = files.flatMap(file =>
    Object.entries(JSON.parse(git('show', `HEAD:${file}`))).map(([name, it]) => ({
      test: name.split('::').at(-1),
      day: dayOf(it['recorded-date']),
      content: it['recorded-content'] ?? {}
    }))
  )
  const facts = {
    source: `github.com/localstack/localstack at ${git('rev-parse', 'HEAD').trim()}, tests/aws: answers of AWS, recorded by its tests (Apache-2.0)`,
    changeSets: distinct(recorded.flatMap(changeSetsIn), it => [it.plain, it.valued]),
    errors: distinct(recorded.flatMap(errorsIn), it => [it.code, it.message]),
    underReview: distinct(recorded.flatMap(underReviewIn), it => [it.test])
  }
  writeFileSync(join(import.meta.dirname, '..', FILE), `${JSON.stringify(facts, undefined, 1)}\n`)
  process.stdout.write(
    `${FILE}: ${facts.changeSets.length} change sets, ${facts.errors.length} errors, ${facts.underReview.length} stacks under review\n`
  )
}

/** `23-05-2025, 17:56:06` as `2025-05-23`. */
function dayOf(date = '') {
  const [day, month, year] = date.split(',')[0].split('-')
  return `${year}-${month}-${day}`
}

function changeSetsIn({ test, day, content }) {
  return Object.entries(content).flatMap(([name, valued]) => {
    const plain = content[name.replace(VALUED, '')]
    if (!name.includes(VALUED) || plain === undefined || valued.Changes?.length === undefined) return []
    const [before, after] = [plain, valued].map(({ Changes }) =>
      Changes.map(({ ResourceChange }) => pick(ResourceChange))
    )
    return before.length === 0 ? [] : [{ test, day, plain: before, valued: after }]
  })
}

function pick(change) {
  return Object.fromEntries(MEMBERS.flatMap(name => (change[name] === undefined ? [] : [[name, change[name]]])))
}

function errorsIn({ test, day, content }) {
  return inside(content).flatMap(({ Error: error }) =>
    error?.Message && /^(ValidationError|AlreadyExists|ChangeSetNotFound|Insufficient)/.test(error.Code)
      ? [{ test, day, code: error.Code, message: error.Message }]
      : []
  )
}

function underReviewIn({ test, day, content }) {
  return inside(content).flatMap(it =>
    it.StackStatus === 'REVIEW_IN_PROGRESS' && Array.isArray(it.Tags) ? [{ test, day, tags: it.Tags }] : []
  )
}

/** An object, and all that are in it. */
function inside(value) {
  if (typeof value !== 'object' || value === null) return []
  return [...(Array.isArray(value) ? [] : [value]), ...Object.values(value).flatMap(inside)]
}

function distinct(items, keyOf) {
  const found = new Map(items.map(it => [JSON.stringify(keyOf(it)), it]))
  return [...found.values()].sort((a, b) => (a.test < b.test ? -1 : a.test > b.test ? 1 : a.day < b.day ? -1 : 1))
}
