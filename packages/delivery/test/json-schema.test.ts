import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { changed, STOREFRONT } from '@sluice-lab/samples'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { jsonSchema } from '../src/index.ts'

const validate = new Ajv2020({ strictSchema: true, allErrors: true }).compile(jsonSchema())

describe('jsonSchema', () => {
  it('accepts what is accepted', () => {
    expect(validate(parse(STOREFRONT))).toBe(true)
  })

  it.each([
    ['an unknown key', changed('test: test', 'tets: test')],
    ['a missing key', changed('product: storefront\n', '')],
    ['a word that is not allowed', changed('gate: approval }', 'gate: aproval }')],
    ['an unquoted account id', changed('"111111111111"', '111111111111')],
    ['both kinds of artifact', changed('image: ', 'bundle: { path: a }, image: ')],
    ['no kind of artifact', changed('bundle: { path: site }, ', '')],
    ['a path that leaves the repository', changed('infra/api.yml', '../api.yml')],
    ['a name in capitals', changed('site:', 'Site:')],
    ['a soak time without unit', changed('30m', '"30"')],
    [
      'seven environments',
      changed('ledger:', `${'  - { name: e, account: prod, level: development, gate: dispatch }\n'.repeat(4)}ledger:`)
    ]
  ])('shows %s while it is typed', (_, text) => {
    expect(validate(parse(text))).toBe(false)
  })

  it('describes keys for editors', () => {
    expect(JSON.stringify(jsonSchema())).toContain('Who lets a release in')
  })

  it('is the one in schema/', async () => {
    const file = new URL('../../../schema/delivery.schema.json', import.meta.url)

    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(jsonSchema())
  })
})
