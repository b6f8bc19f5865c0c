import { onOneLine } from '@sluice/core'

/**
 * A dossier for a person at a terminal: without the escapes that GitHub's pages need, tables as columns, and no line longer than the
 * terminal is wide, so that no word is cut in two.
 */
export function readablePage(markdown: string, columns: number): readonly string[] {
  const lines: string[] = []
  let table: (readonly string[])[] = []
  for (const raw of [...markdown.trimEnd().split('\n'), '']) {
    const cells = cellsOf(raw)
    if (cells !== undefined) {
      if (!cells.every(cell => /^-+$/.test(cell))) table.push(cells.map(readable))
      continue
    }
    lines.push(...tableLines(table, columns))
    table = []
    if (raw !== '> [!WARNING]') lines.push(...wrapped(readable(raw), columns))
  }
  return lines.slice(0, -1)
}

/** One line of Markdown as the text that it shows. */
function readable(markdown: string): string {
  const text = markdown
    .replace(/^> - /, '! ')
    .replace(/<\/?code>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
  return onOneLine(text)
}

/** The cells of a row of a table; a bar inside of a cell is always written as an escape. */
function cellsOf(line: string): readonly string[] | undefined {
  if (!/^\|.*\|$/.test(line)) return undefined
  return line
    .slice(1, -1)
    .split('|')
    .map(cell => cell.trim())
}

/** Columns where they fit; otherwise a block for each row, with the head's words before the cells. */
function tableLines(rows: readonly (readonly string[])[], columns: number): readonly string[] {
  const [head, ...body] = rows
  if (head === undefined) return []
  const titled = head.some(title => title !== '')
  const shown = titled ? rows : body
  const widths = head.map((_, column) => Math.max(0, ...shown.map(row => row[column]?.length ?? 0)))
  const fits = widths.reduce((sum, width) => sum + width + 2, -2) <= columns
  // Without a head the first column names the second: what is too long goes on below it.
  if (fits)
    return shown.map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()
    )
  if (!titled) return shown.flatMap(([name = '', ...cells]) => wrapped(`${name}: ${cells.join(' ')}`, columns))
  return body.flatMap(row =>
    row.flatMap((cell, column) => {
      if (cell === '') return []
      return wrapped(`${column === 0 ? '' : '  '}${head[column] ?? ''}: ${cell}`, columns)
    })
  )
}

/** A text in lines of at most so many columns, broken between words; only a word that is longer than a line is cut. */
export function wrapped(text: string, columns: number): readonly string[] {
  const indent = /^\s*(?:! |- \[ \] |- )?/.exec(text)?.[0] ?? ''
  const room = Math.max(1, columns - indent.length)
  const lines: string[] = []
  let line = ''
  for (const word of text
    .slice(indent.length)
    .split(' ')
    .flatMap(it => pieces(it, room))) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines.map((it, index) => `${index === 0 ? indent : ' '.repeat(indent.length)}${it}`.trimEnd())
}

function pieces(word: string, room: number): readonly string[] {
  return word.length <= room ? [word] : (word.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [word])
}
