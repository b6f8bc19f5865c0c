// Keeps docs/conformance.md true: every test that it names exists, and each case says what kind of thing proves it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedTestProblems } from './named-tests.mjs'

const PAGE = 'docs/conformance.md'

/** @returns {string[]} what is wrong, one line each. */
export function conformanceProblems(root) {
  const page = readFileSync(join(root, PAGE), 'utf8')
  const kinds = new Set([...introduction(page).matchAll(/^\| (\w+) \| /gm)].map(([, kind]) => kind))
  const rows = [...page.matchAll(/^\| ([^|]+) \| (\w+) \| (.+) \| `([^`]+)` \|$/gm)]
  if (rows.length === 0) return [`${PAGE} names no test`]
  return rows.flatMap(([, about, kind, title, file]) => [
    ...(kinds.has(kind) ? [] : [`${PAGE}: "${about}" is proven by ${kind}, which the page does not explain`]),
    ...namedTestProblems(root, `${PAGE}: "${about}"`, [{ title, file }])
  ])
}

/** What stands before the first section. */
function introduction(page) {
  return page.split(/^## /m)[0]
}
