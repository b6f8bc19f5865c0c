import { stripVTControlCharacters } from 'node:util'
import type { Log } from '@sluice/core'

/**
 * Makes one line of a build's output safe to print: the runner obeys `::command::` at the start of a line and `##[command]`
 * anywhere in it, and takes a lone carriage return for the end of a line.
 */
export function quoteLines(text: string): readonly string[] {
  return text
    .split(/[\r\n\u0085\u2028\u2029]+/)
    .map(line => `| ${stripVTControlCharacters(line).replaceAll('##[', '# #[')}`)
}

/** Lines that are kept at most: enough for the error that ended a build, while all of its output may be gigabytes. */
const KEPT = 200

/** A listener for a program's lines that prints them quoted and keeps the last ones for an error message. */
export interface BuildLog {
  readonly onLine: (line: string) => void
  readonly lastLines: () => readonly string[]
}

export function buildLog(log: Log): BuildLog {
  const lines: string[] = []
  return {
    lastLines: () => lines,
    onLine(line) {
      lines.push(line)
      if (lines.length > KEPT) lines.shift()
      for (const quoted of quoteLines(line)) log.info(quoted)
    }
  }
}
