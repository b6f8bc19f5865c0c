// Keeps docs/promises.md true: every test that it names exists, and every promise that a comment names is there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedTestProblems, testsNamedIn } from './named-tests.mjs'
import { filesBelow } from './workspaces.mjs'

const PAGE = 'docs/promises.md'

/** @returns {string[]} what is wrong, one line each. */
export function promiseProblems(root) {
  const promises = readPromises(readFileSync(join(root, PAGE), 'utf8'))
  return [
    ...promises.flatMap(({ number }, index) =>
      number === index + 1 ? [] : [`${PAGE}: promise ${number} stands where promise ${index + 1} should`]
    ),
    ...promises.flatMap(({ number, tests }) => namedTestProblems(root, `${PAGE}: promise ${number}`, tests)),
    ...referenceProblems(root, promises.length)
  ]
}

/** @returns {{ number: number, tests: { title: string, file: string }[] }[]} */
function readPromises(page) {
  return page
    .split(/^## (?=\d+\. )/m)
    .slice(1)
    .map(section => ({
      number: Number.parseInt(section, 10),
      tests: testsNamedIn(section)
    }))
}

function referenceProblems(root, count) {
  return ['packages', 'actions', 'lab', 'scripts', 'test', 'docs'].flatMap(folder =>
    filesBelow(join(root, folder))
      .filter(file => /\.(ts|mjs|md)$/.test(file))
      .flatMap(file => {
        const text = readFileSync(join(root, folder, file), 'utf8')
        return [...text.matchAll(/\bpromises? (\d+)(?: and (\d+))?/gi)]
          .flatMap(([, ...numbers]) => numbers.filter(number => number !== undefined).map(Number))
          .filter(number => number < 1 || number > count)
          .map(number => `${folder}/${file} names promise ${number}, which ${PAGE} does not have`)
      })
  )
}
