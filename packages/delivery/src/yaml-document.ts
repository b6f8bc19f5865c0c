import { Failure } from '@sluice/core'
import { Composer, type CST, type Document, isScalar, Lexer, Parser, visit, type YAMLError, YAMLParseError } from 'yaml'

/** A delivery.yml needs eight levels. */
const DEPTH_LIMIT = 50

/** The document of a YAML text, and what is wrong with it; or where the text nests deeper than any real file does. */
export type YamlDocument =
  | { readonly document: Document.Parsed; readonly faults: readonly YAMLError[] }
  | { readonly tooDeepAt: number }

/**
 * Reads the one document of a YAML text. How deep it nests is looked at before it is composed: a composer that runs out of stack may
 * take the whole process with it instead of throwing (V8 aborts when it compiles a regular expression just then).
 */
export function readYaml(text: string): YamlDocument {
  const tokens: CST.Token[] = []
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > DEPTH_LIMIT) return { tooDeepAt: Math.min(parser.offset, text.length) }
  }
  tokens.push(...parser.end())
  const [document, second] = new Composer({ version: '1.2', uniqueKeys: false }).compose(tokens, true, text.length)
  if (document === undefined) throw new Failure('The YAML parser gave no document, not even an empty one.')
  const faults = [...document.errors, ...document.warnings, ...repeatedKeys(document)]
  if (second === undefined) return { document, faults }
  const [start, end] = second.range
  const message = 'the file holds more than one document; keep one'
  return { document, faults: [...faults, new YAMLParseError([start, end], 'MULTIPLE_DOCS', message)] }
}

/** What the composer's own check says of a key that its mapping has already; that check compares each key with all before it. */
function repeatedKeys(document: Document.Parsed): readonly YAMLError[] {
  const found: YAMLError[] = []
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const [start = 0, end = 0] = key.range ?? []
        if (seen.has(key.value))
          found.push(new YAMLParseError([start, end], 'DUPLICATE_KEY', 'Map keys must be unique'))
        seen.add(key.value)
      }
    }
  })
  return found
}
