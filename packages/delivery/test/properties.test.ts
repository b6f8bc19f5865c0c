import { describe, expect, it } from '@jest/globals'
import { editDistance, nearest, outputReferences } from '@sluice/core'
import { STOREFRONT } from '@sluice-lab/samples'
import fc from 'fast-check'
import { dependenciesOf, orderByDependencies } from '../src/dependencies.ts'
import { ConfigError, parseDelivery } from '../src/index.ts'
import { formatProblem, show } from '../src/problem.ts'

const graph = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 8 }).chain(names =>
  fc
    .array(fc.array(fc.constantFrom(...names), { maxLength: 3 }), {
      minLength: names.length,
      maxLength: names.length
    })
    .map(all => new Map(names.map((name, index) => [name, all[index] ?? []])))
)

describe('orderByDependencies', () => {
  it('gives every unit once and after all that it depends on, or a real cycle', () => {
    fc.assert(
      fc.property(graph, dependencies => {
        const order = orderByDependencies(dependencies)

        if (order.kind === 'ordered') {
          expect([...order.names].sort()).toEqual([...dependencies.keys()].sort())
          for (const name of order.names) {
            for (const before of dependenciesOf(name, dependencies))
              expect(order.names.indexOf(before)).toBeLessThan(order.names.indexOf(name))
          }
        } else {
          expect(order.cycle.length).toBeGreaterThan(1)
          expect(order.cycle[0]).toBe(order.cycle.at(-1))
          for (const [index, name] of order.cycle.slice(0, -1).entries())
            expect(dependencies.get(name)).toContain(order.cycle[index + 1])
        }
      })
    )
  })

  it('leaves names that nobody declared to the caller', () => {
    expect(orderByDependencies(new Map([['a', ['unknown']]]))).toEqual({ kind: 'ordered', names: ['a'] })
  })
})

describe('editDistance', () => {
  it('is a measure: zero only for equals, the same both ways, at most the longer length', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      })
    )
  })

  it.each([
    ['tets', 'test', 1],
    ['test', 'tst', 1],
    ['image', 'bundle', 5],
    ['', 'abc', 3]
  ])('of %s and %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  it('suggests the first of words that are equally near', () => {
    expect(nearest('tast', ['test', 'tact'])).toBe('test')
    expect(nearest('tact', ['test', 'tact'])).toBe('tact')
  })

  it('suggests the nearest word, and nothing when all are far', () => {
    expect(nearest('enviroments', ['units', 'environments', 'ledger'])).toBe('environments')
    expect(nearest('zebra', ['units', 'environments', 'ledger'])).toBeUndefined()
  })
})

describe('problems', () => {
  it('stay on one line and hold no character that could forge one, whatever the file has', () => {
    const problem = fc.record({ file: fc.string({ unit: 'binary' }), message: fc.string({ unit: 'binary' }).map(show) })
    fc.assert(
      fc.property(problem, ({ file, message }) => {
        expect(formatProblem({ file, line: 1, column: 1, message })).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      })
    )
  })

  it('shorten long values', () => {
    expect(show('x'.repeat(1000)).length).toBeLessThan(110)
  })
})

describe('outputReferences', () => {
  it('finds each reference in order, between any other text', () => {
    const reference = fc.record({
      unit: fc.stringMatching(/^[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,2}){0,2}$/),
      output: fc.stringMatching(/^[A-Za-z0-9]{1,5}$/)
    })
    const text = fc.string().map(value => value.replaceAll('$', ''))
    fc.assert(
      fc.property(fc.array(fc.tuple(text, reference)), text, (parts, rest) => {
        const value = `${parts.map(([before, { unit, output }]) => `${before}\${${unit}.${output}}`).join('')}${rest}`

        expect(outputReferences(value)).toEqual({ references: parts.map(([, it]) => it) })
      })
    )
  })
})

describe('parseDelivery', () => {
  it('answers any damage to a good file with a delivery or a one-line error that points into the file', () => {
    const damage = fc.record({
      at: fc.nat({ max: STOREFRONT.length }),
      remove: fc.nat({ max: 20 }),
      insert: fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom('\n', ': ', '- ', '"', '{', '}', '[', '*a', '&a ', '!!x ', '\t', '#')
      )
    })
    fc.assert(
      fc.property(damage, ({ at, remove, insert }) => {
        const text = STOREFRONT.slice(0, at) + insert + STOREFRONT.slice(at + remove)
        try {
          expect(parseDelivery(text, 'delivery.yml').environments.length).toBeGreaterThan(0)
        } catch (error: unknown) {
          expect(error).toBeInstanceOf(ConfigError)
          if (!(error instanceof ConfigError)) return
          expect(error.message).toMatch(/^delivery\.yml:\d+:\d+: [^\r\n]+$/)
          const lines = text.split(/\r?\n/)
          for (const { line, column } of error.problems) {
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1)
          }
        }
      }),
      { numRuns: 300 }
    )
  })
})
