import { Lexer, Parser } from 'yaml'

/** A delivery.yml needs eight levels. */
const DEPTH_LIMIT = 50

/**
 * Where a YAML text nests deeper than any real file does; absent when it does not. Looked for before the text is composed: a
 * composer that runs out of stack may take the whole process with it instead of throwing (V8 aborts when it compiles a regular
 * expression just then).
 */
export function excessiveNesting(text: string): number | undefined {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    // Each step is a generator that works only while it is read.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > DEPTH_LIMIT) return Math.min(parser.offset, text.length)
  }
  return undefined
}
