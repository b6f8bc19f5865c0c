// Tests that a page of docs names, in tables of title and file: each must be there under its name.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { callsOf, textsOf } from './texts.mjs'

/** What jest puts the values of a case into. */
const PLACEHOLDER = /%[sdijpo]/

/** @param {string} section of a page. @returns {{ title: string, file: string }[]} */
export function testsNamedIn(section) {
  return [...section.matchAll(/^\| (.+) \| `(.+)` \|$/gm)].map(([, title, file]) => ({ title, file }))
}

/**
 * @param {string} where what names them, for the message.
 * @returns {string[]} what is wrong, one line each.
 */
export function namedTestProblems(root, where, tests) {
  if (tests.length === 0) return [`${where} names no test`]
  return tests.flatMap(({ title, file }) => {
    if (!existsSync(join(root, file))) return [`${where} names ${file}, which does not exist`]
    return isTestOf(readFileSync(join(root, file), 'utf8'), title)
      ? []
      : [`${where} names the test "${title}", which ${file} does not have`]
  })
}

/** Whether a source has a test of this title: `it('…')`, or `it.each(…)('…')`, also with the words of one of its cases. */
function isTestOf(source, title) {
  const titles = callsOf(source)
    .filter(({ callee }) => /^it(\.each)?$/.test(callee))
    .map(({ text }) => text)
  if (titles.includes(title)) return true
  let texts
  const isCase = words => {
    texts ??= new Set(textsOf(source).map(({ text }) => text))
    return PLACEHOLDER.test(words) || texts.has(words)
  }
  return titles.some(it => {
    const match = PLACEHOLDER.test(it) ? patternOf(it).exec(title) : null
    return match?.slice(1).every(isCase) === true
  })
}

function patternOf(title) {
  const parts = title.split(PLACEHOLDER).map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('(.+?)')}$`, 's')
}
