// Which words Sluice's texts use. docs/glossary.md is the list: what stands in its columns "not" is refused.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { textsOf } from './texts.mjs'
import { filesBelow, folders } from './workspaces.mjs'

const GLOSSARY = 'docs/glossary.md'
/** Pages with rows that name what is there already: refused words, or the titles of tests. */
const NAMING = [GLOSSARY, 'docs/promises.md', 'docs/attacks.md', 'docs/conformance.md']

/**
 * What is refused, and what to write instead.
 * @typedef {{ refused: RegExp, write: string, everywhere: boolean }} Rule
 */

/** @returns {Rule[]} the rules of the glossary; spelling counts everywhere, phrases in texts that people read. */
export function wordRules(glossary) {
  return [
    ...rulesOf(section(glossary, 'Spelling')).map(rule => ({ ...rule, everywhere: true })),
    ...rulesOf(section(glossary, 'Phrases')).map(rule => ({ ...rule, everywhere: false }))
  ]
}

/** A page of Sluice that a message names as if it were the user's. */
const OWN_PAGE = { refused: /(?<!Sluice's\s)(?<=[\s(])docs\/[\w-]+\.md/g, write: "Sluice's docs/…" }

function section(glossary, title) {
  const [, text = ''] = glossary.split(new RegExp(`^## ${title}$`, 'm'))
  return text.split(/^## /m)[0]
}

function rulesOf(text) {
  return [...text.matchAll(/^\| (.+) \| (`.+`) \|$/gm)].flatMap(([, write, refused]) =>
    [...refused.matchAll(/`([^`]+)`/g)].map(([, words]) => ({ refused: patternOf(words), write }))
  )
}

/** Whole words, in any case, also across the end of a line. */
function patternOf(words) {
  const escaped = words.split(/\s+/).map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`(?<![\\w-])${escaped.join('\\s+')}(?![\\w-])`, 'gi')
}

/** Refused words in documents, action.yml, workflows, help and messages, one line each. */
export function wordProblems(root) {
  const rules = wordRules(readFileSync(join(root, GLOSSARY), 'utf8'))
  return readFiles(root).flatMap(file => {
    const source = readFileSync(join(root, file), 'utf8')
    const everywhere = [{ line: 1, text: withoutRules(file, source) }]
    const texts = isCode(file) ? textsOf(source) : everywhere
    const ownPages = isCode(file) && !file.startsWith('scripts/') ? texts.flatMap(part => findings(part, OWN_PAGE)) : []
    return rules
      .flatMap(rule => (rule.everywhere ? everywhere : texts).flatMap(part => findings(part, rule)))
      .concat(ownPages)
      .sort((a, b) => a.line - b.line)
      .map(({ line, found, write }) => `${file}:${line}: "${found}"; write: ${write}`)
      .filter((problem, at, all) => all.indexOf(problem) === at)
  })
}

function findings({ line, text }, { refused, write }) {
  return [...text.matchAll(refused)].map(match => ({
    line: line + text.slice(0, match.index).split('\n').length - 1,
    found: match[0].replace(/\s+/g, ' '),
    write
  }))
}

/** Without rows that name what others say. Lines stay where they are. */
function withoutRules(file, source) {
  return NAMING.includes(file) ? source.replace(/^\| .* \| `.*` \|$/gm, '') : source
}

function isCode(file) {
  return /\.(ts|mjs)$/.test(file)
}

function readFiles(root) {
  const below = (folder, wanted) =>
    filesBelow(join(root, folder))
      .filter(file => wanted.test(file))
      .map(file => `${folder}/${file}`)
  const rooms = ['packages', 'lab', 'actions'].flatMap(group =>
    folders(join(root, group)).map(room => `${group}/${room}`)
  )
  return [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].filter(file => existsSync(join(root, file))),
    ...below('docs', /\.md$/),
    ...below('.github', /\.ya?ml$/),
    ...below('examples', /\.(md|yml|mjs)$/),
    ...below('schema', /\.json$/),
    ...below('scripts', /\.mjs$/),
    ...rooms.flatMap(room => below(room, /^(README\.md|action\.yml|src\/.*\.ts)$/))
  ]
}
