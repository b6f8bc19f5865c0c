// Keeps docs/threat-model.md and docs/attacks.md true: every answer to an attack names a test that is there, or says that there is no answer.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedTestProblems, testsNamedIn } from './named-tests.mjs'
import { filesBelow } from './workspaces.mjs'

const PAGE = 'docs/threat-model.md'
const SECTION = '## Attacks and answers'

/** Attacks one by one, by number. */
const ATTACKS = 'docs/attacks.md'

/** What is said of each of them, beside its tests. */
const PARTS = ['Who', 'Answer', 'Left']

/** What a row says that no test can hold. */
const UNANSWERED = /\bnot prevented\b/

/** @returns {string[]} what is wrong, one line each. */
export function threatProblems(root) {
  const tests = ['packages', 'actions', 'lab', 'test'].flatMap(folder =>
    filesBelow(join(root, folder))
      .filter(file => file.endsWith('.test.ts'))
      .map(file => `${folder}/${file}`)
  )
  const rows = rowsOf(readFileSync(join(root, PAGE), 'utf8'))
  if (rows.length === 0) return [`${PAGE}: "${SECTION}" has no table of attacks`]
  return [...rows.flatMap(row => rowProblems(row, tests)), ...attackProblems(root)]
}

/** What is wrong with the attacks that are told one by one. */
function attackProblems(root) {
  const sections = readFileSync(join(root, ATTACKS), 'utf8')
    .split(/^## (?=\d+\. )/m)
    .slice(1)
  if (sections.length === 0) return [`${ATTACKS} names no attack`]
  return sections.flatMap((section, index) => {
    const number = Number.parseInt(section, 10)
    const where = `${ATTACKS}: attack ${number}`
    return [
      ...(number === index + 1 ? [] : [`${where} stands where attack ${index + 1} should`]),
      ...PARTS.filter(part => !new RegExp(`^- \\*\\*${part}:\\*\\* \\S`, 'm').test(section)).map(
        part => `${where} does not say: ${part}`
      ),
      ...namedTestProblems(root, where, testsNamedIn(section))
    ]
  })
}

/** @returns {{ attack: string, text: string }[]} */
function rowsOf(page) {
  const section = page.split(/^(?=## )/m).find(it => it.startsWith(SECTION)) ?? ''
  const [, , ...rows] = section.split('\n').filter(line => line.startsWith('|'))
  return rows.map(text => ({ attack: text.split('|')[1].trim(), text }))
}

function rowProblems({ attack, text }, tests) {
  const named = [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, name]) => name)
  const where = `${PAGE}: "${attack.slice(0, 60)}…"`
  if (named.length === 0)
    return UNANSWERED.test(text) ? [] : [`${where} names no test, and does not say "not prevented"`]
  return named.flatMap(name => {
    const found = tests.filter(file => file === name || (!name.includes('/') && file.endsWith(`/${name}`)))
    if (found.length === 1) return []
    return [
      `${where} names ${name}, ${found.length === 0 ? 'which does not exist' : `of which there are ${found.length}: name its folder`}`
    ]
  })
}
