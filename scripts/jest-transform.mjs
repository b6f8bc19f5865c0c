// What the test runner makes of a TypeScript source before it loads it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import swcJest from '@swc/jest'
import { createInstrumenter } from 'istanbul-lib-instrument'

/** What is kept of earlier runs was made by this file as it was then. */
const SELF = readFileSync(fileURLToPath(import.meta.url))

/**
 * Takes the types away, with swc; where coverage is counted, statements note that they were run. Jest would have Istanbul do the latter, which
 * counts how often, and branches and functions, too: calls in every statement, and in every module maps of all that, which each test file
 * loads anew. `scripts/coverage.mjs` asks on which lines statements were run, and for no more.
 */
export default {
  createTransformer(options) {
    const plain = swcJest.createTransformer(options)
    const mapped = swcJest.createTransformer({ ...options, sourceMaps: true })
    return {
      canInstrument: true,
      getCacheKey: (source, file, given) =>
        createHash('sha256')
          .update(SELF)
          .update(plain.getCacheKey(source, file, given))
          .digest('hex'),
      process: (source, file, given) =>
        given.instrument ? noteLines(mapped.process(source, file, given), file) : plain.process(source, file, given),
      processAsync: async (source, file, given) =>
        given.instrument
          ? noteLines(await mapped.processAsync(source, file, given), file)
          : plain.processAsync(source, file, given)
    }
  }
}

/**
 * Lets statements set the marks of their lines. Istanbul says where statements are, and puts a counter before each: the counters of statements are
 * replaced, those of branches and functions left out.
 * @param {{ code: string, map: string }} compiled with how it leads back to the source
 * @param {string} file
 * @returns {{ code: string }}
 */
export function noteLines({ code, map }, file) {
  const instrumenter = createInstrumenter({ esModules: true, compact: false })
  const counting = instrumenter.instrumentSync(code, file)
  const [name] = /(?<=^function )cov_\w+/m.exec(counting)
  const [schema] = /(?<=_coverageSchema: ")\w+/.exec(counting)
  const lineOf = sourceLines(instrumenter.lastFileCoverage().statementMap, new SourceMap(JSON.parse(map)))
  const lines = [...new Set(lineOf.values())].sort((a, b) => a - b)
  const markOf = new Map(lines.map((line, n) => [line, n]))
  const begin = `${name}();`
  const marking = counting
    .slice(counting.indexOf(begin) + begin.length)
    .replaceAll(new RegExp(`${name}\\(\\)\\.(?:f\\[\\d+\\]|b\\[\\d+\\]\\[\\d+\\])\\+\\+(?:;|,\\s)`, 'g'), '')
    .replaceAll(new RegExp(`${name}\\(\\)\\.s\\[(\\d+)\\]\\+\\+`, 'g'), (_, id) =>
      lineOf.has(id) ? `${name}_[${markOf.get(lineOf.get(id))}] = 1` : '0'
    )
  if (marking.includes(`${name}()`)) throw new Error(`${file}: Istanbul counts in a way that is not known here.`)
  return { code: `${header({ name, schema, file, lines })}${marking}` }
}

/** The line of the source on which each statement begins; those that the compiler made are on none. */
function sourceLines(statementMap, map) {
  return new Map(
    Object.entries(statementMap).flatMap(([id, { start }]) => {
      const { originalLine } = map.findEntry(start.line - 1, start.column)
      return originalLine === undefined ? [] : [[id, originalLine + 1]]
    })
  )
}

/**
 * What a module begins with: where its marks are. The names in it are those that Jest looks for in files that no test has loaded
 * (`readInitialCoverage` of istanbul-lib-instrument): they count, too.
 */
function header({ name, schema, file, lines }) {
  const at = line => `{start:{line:${line},column:0},end:{line:${line},column:0}}`
  const each = value => lines.map((line, n) => `${n}:${value(line)}`).join()
  const data = `{path,statementMap:{${each(at)}},fnMap:{},branchMap:{},s:{${each(() => 0)}},f:{},b:{},_coverageSchema:"${schema}"}`
  return (
    `function ${name}(){const path=${JSON.stringify(file)},hash="",gcv="__coverage__";const coverageData=${data};` +
    `return ((globalThis[gcv]??={})[path]??=coverageData).s}const ${name}_=${name}();`
  )
}
