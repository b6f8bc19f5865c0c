import { describe, expect, it } from '@jest/globals'
import { changed, problemOf, STOREFRONT } from '@sluice-lab/samples'
import * as v from 'valibot'
import { parseDelivery } from '../src/index.ts'
import { line } from '../src/text-forms.ts'
import { readYaml } from '../src/yaml-document.ts'

/** Far less than quadratic time would take on what is read below, which is minutes; far more than any machine needs. */
const GENEROUS = 30_000

function timeOf(read: () => void): number {
  const started = performance.now()
  read()
  return performance.now() - started
}

describe('what a file may cost its readers', () => {
  it('reads a file of 64 KiB, and none of a byte more', () => {
    const text = `${STOREFRONT}#`
    const filled = text.padEnd(64 * 1024, 'x')

    expect(parseDelivery(filled, 'delivery.yml').product).toBe('storefront')
    expect(problemOf(`${filled}x`).message).toContain('1:1: found more than 64 KiB; split or shorten the file')
  })

  it.each([
    ['faults of YAML', 'a: }\n'.repeat(2_000)],
    ['aliases', '- *a\n'.repeat(2_000)],
    ['keys that are no text', Array.from({ length: 2_000 }, (_, n) => `${n}: x\n`).join('')],
    ['numbers that reading would change', '- 1.0\n'.repeat(2_000)],
    ['faults of form', changed('dependsOn: [api]', `dependsOn: [${'A, '.repeat(2_000)}]`)],
    ['faults of rules', changed('dependsOn: [api]', `dependsOn: [${'apo, '.repeat(2_000)}]`)]
  ])('names 100 problems of a file full of %s, and says that there may be more', (_, text) => {
    const { message, problems } = problemOf(text)

    expect(problems).toHaveLength(100)
    expect(message).toMatch(/ \(and at least 99 more\)$/)
  })

  it('counts problems below the limit exactly', () => {
    const { message, problems } = problemOf('- *a\n'.repeat(99))

    expect(problems).toHaveLength(99)
    expect(message).toMatch(/ \(and 98 more\)$/)
  })

  it.each([1, 2, 3, 1_000, 4_096, 10_001])('names the line of a problem after %i others', lines => {
    expect(problemOf(`${'#\n'.repeat(lines)}a: *b\n`).problems).toMatchObject([{ line: lines + 1, column: 4 }])
  })

  it('looks at each character of a long text once to see that it is one line', () => {
    const text = 'a'.repeat(300_000)

    const time = timeOf(() => {
      expect(v.is(line, text)).toBe(true)
      expect(v.is(line, `${text}\n`)).toBe(false)
      expect(v.is(line, `${' '.repeat(300_000)}\n`)).toBe(false)
    })

    expect(time).toBeLessThan(GENEROUS)
  })

  it('compares no key of a long mapping with all others', () => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `k${n}: \n`).join('')

    const time = timeOf(() => {
      expect(readYaml(`${keys}k7: \n`)).toMatchObject({
        faults: [{ code: 'DUPLICATE_KEY', pos: [keys.length, keys.length + 2] }]
      })
    })

    expect(time).toBeLessThan(GENEROUS)
  })

  it.each([
    ['twice in one mapping', 'a: 1\n? a\n: 2\n', '2:3'],
    ['within brackets', '{ a: 1, "a": 2 }\n', '1:9'],
    ['without a value', '{ a, a }\n', '1:6'],
    ['with an anchor', 'a: 1\n&x a: 2\n', '2:4'],
    ['in an inner mapping', 'a: { b: 1, b: 2 }\n', '1:12']
  ])('finds a key that is %s', (_, text, place) => {
    expect(problemOf(text).message).toMatch(new RegExp(`^delivery\\.yml:${place}: found the key "[ab]" a second time`))
  })

  it('lets mappings beside and within each other have the same keys', () => {
    expect(readYaml('a: { a: 1 }\nb: [{ a: 1 }, { a: 2 }]\n')).toMatchObject({ faults: [] })
  })

  it.each([
    ['lists', '['.repeat(40_000) + ']'.repeat(40_000)],
    ['mappings', '{a: '.repeat(40_000) + '}'.repeat(40_000)],
    ['list items on one line', '- '.repeat(40_000)],
    ['explicit keys', '? '.repeat(40_000)],
    ['values that are mappings', 'a: '.repeat(40_000)],
    ['indented mappings', Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}a:\n`).join('')],
    ['mappings within a list on one line', `[${'a: '.repeat(60_000)}]`]
  ])('stops at %s within each other, however long the text is', (_, text) => {
    expect(readYaml(text)).toEqual({ tooDeepAt: expect.any(Number) })
  })
})
