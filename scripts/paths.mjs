// Keeps documents true about files: every link leads somewhere, every path that a text names exists, and docs/where.md sends nobody astray.
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { filesBelow } from './workspaces.mjs'

const WHERE = 'docs/where.md'

/** A path from the root, as texts write it: in code marks, with a folder of this repository first. */
const PATH = /`((?:\.ci|\.github|actions|docs|examples|lab|packages|schema|scripts|test|tools)\/[\w@.*/-]*)`/g

/** What looks like one of ours, and is GitHub's. */
const THEIRS = ['actions/checkout']

/** A source that a comment names by itself. */
const SOURCE = /`([\w-]+\.(?:ts|mjs))`/g

const LINK = /\]\(([^)\s]+)\)/g

/** @returns {string[]} what is wrong, one line each. */
export function pathProblems(root) {
  const files = filesBelow(root, ['node_modules', 'lib', 'dist', '.git', '.tools', '.rehearsal'])
  return [
    ...files
      .filter(file => file.endsWith('.md'))
      .flatMap(file => {
        const text = readFileSync(join(root, file), 'utf8')
        return [...linkProblems(root, file, text), ...nameProblems(file, text, files)]
      }),
    ...files.filter(file => /\.(ts|mjs)$/.test(file)).flatMap(file => sourceProblems(root, file, files)),
    ...whereProblems(root)
  ]
}

function linkProblems(root, file, text) {
  return [...withoutCode(text).matchAll(LINK)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link)) return []
    const [path, anchor] = link.split('#')
    const target = path === '' ? file : posix.join(posix.dirname(file), path)
    if (!existsSync(join(root, target))) return [`${file} links to ${link}, which does not exist`]
    if (anchor === undefined || !target.endsWith('.md')) return []
    return anchorsOf(readFileSync(join(root, target), 'utf8')).includes(anchor)
      ? []
      : [`${file} links to ${link}, and ${target} has no such heading`]
  })
}

function nameProblems(file, text, files) {
  return [...text.matchAll(PATH)]
    .map(([, path]) => path)
    .filter(path => !THEIRS.includes(path) && !exists(path, files))
    .map(path => `${file} names ${path}, which does not exist`)
}

/** What a comment says of a file that was renamed since sends its reader astray. */
function sourceProblems(root, file, files) {
  const comments = readFileSync(join(root, file), 'utf8').matchAll(/^ *(?:\/\*\*|\*|\/\/) .*$/gm)
  return [...comments].flatMap(([comment]) =>
    [...comment.matchAll(SOURCE)]
      .filter(([, name]) => !files.some(other => posix.basename(other) === name))
      .map(([, name]) => `${file} names ${name}, which does not exist`)
  )
}

/** Whether a path, or a pattern with `*`, is a file or a folder with one. */
function exists(path, files) {
  const bare = path.replace(/\/$/, '').replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*')
  const pattern = new RegExp(`^${bare}(?:/|$)`)
  return files.some(file => pattern.test(file))
}

/** The rows of docs/where.md: what to change, the files to open, and the names to look for there. */
function whereProblems(root) {
  if (!existsSync(join(root, WHERE))) return [`${WHERE} does not exist`]
  const rows = [...readFileSync(join(root, WHERE), 'utf8').matchAll(/^\| ([^|]+) \| ([^|]*`[^|]*) \|([^|]*)\|$/gm)]
  if (rows.length === 0) return [`${WHERE} has no table`]
  return rows.flatMap(([, change, open, names]) => {
    const texts = marked(open)
      .map(path => join(root, path))
      .filter(path => existsSync(path))
      .map(path => readFileSync(path, 'utf8'))
    if (texts.length === 0) return [`${WHERE}, "${change}": no file of this repository is named`]
    return marked(names)
      .filter(name => !texts.some(text => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text)))
      .map(name => `${WHERE}, "${change}": ${name} is not in ${marked(open).join(' or ')}`)
  })
}

/** What stands in code marks. */
function marked(text) {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code)
}

/** The anchors that GitHub gives to headings, and those that are written out. */
function anchorsOf(text) {
  const headings = [...withoutBlocks(text).matchAll(/^#+ +(.+?) *$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-')
  )
  return [...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id)]
}

function withoutBlocks(text) {
  return text.replace(/^```[\s\S]*?^```/gm, '')
}

/** A text without what is only shown in it. */
function withoutCode(text) {
  return withoutBlocks(text).replace(/`[^`\n]*`/g, '')
}
