import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { code, escapeMarkdown, table } from '../src/index.ts'

/** Text as somebody with bad intentions would write it. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      '`',
      '``',
      '|',
      '\\',
      '\\|',
      '<script>',
      '</code>',
      '&lt;',
      '[x](y)',
      '@team',
      '#1',
      '*',
      '_',
      '~~'
    ),
    fc.constantFrom('\n', '\r', '\u2028', '\u0085', '\u202e', '\u0000', '::error::', '---', ' ', ''),
    fc.string({ unit: 'binary' })
  )
)
const text = hostile.map(parts => parts.join(''))

/** What a browser makes of character references. */
function decoded(html: string): string {
  return html
    .replace(/&#(\d+);/g, (_, point: string) => String.fromCharCode(Number(point)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

describe('escaped text', () => {
  it('holds nothing that Markdown, HTML or GitHub would act on, and stays on one line', () => {
    fc.assert(
      fc.property(text, it => {
        const escaped = escapeMarkdown(it)

        expect(escaped.replace(/&(#\d+|amp|lt|gt);/g, '')).not.toMatch(/[\\`*_{}[\]()#+!|~@:<>&]/)
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      })
    )
  })

  it('is no link, with or without a scheme', () => {
    expect(escapeMarkdown('see www.evil.example, Www.evil.example and https://evil.example')).toBe(
      'see www&#46;evil.example, Www&#46;evil.example and https&#58;//evil.example'
    )
  })

  it('shows as it was, apart from control characters', () => {
    fc.assert(
      fc.property(text, it => {
        expect(decoded(escapeMarkdown(it))).toBe(it.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '))
      })
    )
  })
})

describe('code', () => {
  it('cannot be ended by its text', () => {
    fc.assert(
      fc.property(text, it => {
        const shown = code(it)
        const [, fence = '', inner = ''] = /^(`+)(.*)\1$/su.exec(shown) ?? []

        if (shown.startsWith('<code>')) {
          expect(shown).toBe(`<code>${escapeMarkdown(it)}</code>`)
        } else {
          const runs = inner.match(/`+/g) ?? []
          expect(runs.filter(run => run.length === fence.length)).toEqual([])
          expect(inner.startsWith('`') || inner.endsWith('`')).toBe(false)
        }
      })
    )
  })

  it('never ends the cell of a table that it is in', () => {
    fc.assert(
      fc.property(text, it => {
        expect(code(it)).not.toMatch(/[|\n\r]/)
      })
    )
  })

  it.each([
    ['sha256:ab', '`sha256:ab`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['', '`  `'],
    [' ', '`   `'],
    ['a\nb', '`a b`'],
    ['a|b', '<code>a&#124;b</code>']
  ])('shows %j as %j', (from, to) => {
    expect(code(from)).toBe(to)
  })

  it('takes a text that is nothing but fences', () => {
    expect(code('` '.repeat(300_000)).length).toBe(600_006)
  })
})

describe('a table', () => {
  it('is one of GitHub Flavored Markdown', () => {
    expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
  })
})
