// Which lines of the sources ran in bundles: actions run out of process, in dist/, where the test runner cannot look.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from './program.mjs'
import { readJson } from './workspaces.mjs'

/**
 * A bundle is made in two steps, and so it is read back in two: the bundler's map leads from dist/ to the compiled lib/, the
 * compiler's from there to src/. Neither ships; the compiler's are made here, the bundler's by scripts/bundle.mjs.
 *
 * Both are read line by line. A line counts as run when its first token did, so that a condition that never held is not seen
 * when its statement is on the same line; a line that starts with a closing brace belongs to two blocks and is left out.
 * @param {{ root: string, reports: string, maps: string, work: string }} options `reports` holds what Node wrote (NODE_V8_COVERAGE),
 *   `maps` the bundler's maps, by folder in dist/; `work` is an empty folder.
 * @returns {Promise<Map<string, Set<number>>>} lines by path of the source.
 */
export async function linesRunInBundles({ root, reports, maps, work }) {
  const compiled = await compileWithMaps(root, work)
  const scripts = new Map()
  for (const report of readdirSync(reports)) {
    for (const { url, functions } of readJson(join(reports, report)).result) {
      const file = scriptOf(root, url)
      if (file === undefined) continue
      if (!scripts.has(file)) scripts.set(file, linesOfBundle({ root, file, maps, compiled }))
      mark(scripts.get(file), functions)
    }
  }
  const lines = new Map()
  for (const { source, line, ran } of [...scripts.values()].flat()) {
    if (!ran) continue
    if (!lines.has(source)) lines.set(source, new Set())
    lines.get(source).add(line)
  }
  return lines
}

/** `shared/<file>` of a script in dist/, if it is one. The entries beside it hold nothing that could be left out. */
function scriptOf(root, url) {
  const dist = `${join(root, 'dist')}/`
  const path = url.startsWith('file:') ? fileURLToPath(url) : ''
  const file = path.startsWith(dist) ? path.slice(dist.length) : ''
  return file.startsWith('shared/') ? file : undefined
}

/** Compiles all sources that ship into `work`, with maps. @returns a function that finds the map of a lib/ file. */
async function compileWithMaps(root, work) {
  const args = ['-p', 'tsconfig.coverage.json', '--outDir', work]
  const { code, output } = await runNode(join(root, 'node_modules/typescript/bin/tsc'), args, { cwd: root })
  if (code !== 0) throw new Error(`The sources cannot be compiled for their maps: ${output.trim()}`)
  const found = new Map()
  return lib => {
    if (!found.has(lib)) {
      const map = join(work, `${lib.replace('/lib/', '/src/')}.map`)
      found.set(lib, existsSync(map) ? new SourceMap(readJson(map)) : undefined)
    }
    return found.get(lib)
  }
}

/**
 * The lines of a bundled script that stem from sources of ours, in the order of the script.
 * @returns {{ offset: number, source: string, line: number, ran: boolean }[]}
 */
function linesOfBundle({ root, file, maps, compiled }) {
  const map = readJson(join(maps, `${file}.map`))
  // Most chunks hold nothing but other people's code, and much of it.
  if (!map.sources.some(source => libOf(source) !== undefined)) return []
  const bundled = new SourceMap(map)
  const found = []
  let offset = 0
  readFileSync(join(root, 'dist', file), 'utf8')
    .split('\n')
    .forEach((text, number) => {
      const indent = text.search(/\S/)
      const entry = indent < 0 || text[indent] === '}' ? undefined : bundled.findEntry(number, indent)
      const lib = entry?.generatedLine === number ? libOf(entry.originalSource) : undefined
      const origin = lib === undefined ? undefined : compiled(lib)?.findEntry(entry.originalLine, indent)
      if (origin?.generatedLine === entry?.originalLine && origin?.originalLine !== undefined) {
        const source = lib.replace('/lib/', '/src/').replace(/\.js$/, '.ts')
        found.push({ offset: offset + indent, source, line: origin.originalLine + 1, ran: false })
      }
      offset += text.length + 1
    })
  return found
}

/** `packages/<package>/lib/<file>.js`, if the bundler names a file of ours. */
function libOf(source) {
  return /(?:^|\/)((?:packages|actions)\/[^/]+\/lib\/[^?]+\.js)$/.exec(source)?.[1]
}

/** Marks the lines that ran: V8 counts ranges that lie in one another, and the innermost tells. */
function mark(lines, functions) {
  const ranges = functions
    .flatMap(({ ranges }) => ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
  const around = []
  let next = 0
  for (const entry of lines) {
    for (; next < ranges.length && ranges[next].startOffset <= entry.offset; next++) around.push(ranges[next])
    while (around.length > 0 && around.at(-1).endOffset <= entry.offset) around.pop()
    if ((around.at(-1)?.count ?? 0) > 0) entry.ran = true
  }
}
