import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { STOREFRONT } from '@sluice-lab/samples'
import { ConfigError, parameterFilesOf, parseDelivery, valuesInFiles } from '../src/index.ts'
import { readParameterFile } from '../src/parameter-files.ts'

const read = (text: string) => readParameterFile(Buffer.from(text), 'infra/api.json')

describe('a parameter file (aws-actions/aws-cloudformation-github-deploy#58)', () => {
  it.each([
    [
      'the AWS CLI',
      '[{ "ParameterKey": "Tasks", "ParameterValue": "2" }, { "ParameterKey": "Zone", "ParameterValue": "a,b" }]'
    ],
    [
      'the AWS CLI in YAML',
      '- ParameterKey: Tasks\n  ParameterValue: 2\n- { ParameterKey: Zone, ParameterValue: [a, b] }\n'
    ],
    ['aws cloudformation deploy', '["Tasks=2", "Zone=a,b"]'],
    ['CodePipeline', '{ "Parameters": { "Tasks": 2, "Zone": "a,b" } }'],
    ['no tool: names and values', 'Tasks: 2\nZone: [a, b]\n'],
    ['Windows', '\uFEFF{ "Tasks": "2",\r\n  "Zone": ["a", "b"] }\r\n']
  ])('is read as for %s', (_, text) => {
    expect(read(text)).toEqual({ Tasks: '2', Zone: 'a,b' })
  })

  it('keeps what follows the first =', () => {
    expect(read('["Query=a=b", "Empty="]')).toEqual({ Query: 'a=b', Empty: '' })
  })

  it('may set nothing', () => {
    expect(read('{}')).toEqual({})
    expect(read('[]')).toEqual({})
  })

  it.each([
    [
      'another key',
      '[{ "ParameterKey": "A", "UsePreviousValue": true }]',
      /^infra\/api\.json:1:\d+: \[0\].*(UsePreviousValue|ParameterValue)/
    ],
    ['no value', '["Tasks"]', /^infra\/api\.json:1:2: \[0\]: found "Tasks"; expected Name=value/],
    [
      'tags',
      '{ "Parameters": {}, "Tags": { "a": "b" } }',
      /^infra\/api\.json:1:\d+: .*found the key "Tags"; no such key here/
    ],
    [
      'a value that is none',
      '{ "A": { "B": 1 } }',
      /^infra\/api\.json:1:\d+: A: found a mapping; expected a string, number or boolean/
    ],
    ['a name that is none', 'A-B: 1', /^infra\/api\.json:1:1: /],
    [
      'no parameters at all',
      'hello',
      /^infra\/api\.json:1:1: the file: found "hello"; expected a mapping from parameter names to values/
    ],
    ['one twice', '["A=1", "A=2"]', /^infra\/api\.json:1:1: found the parameter A a second time; remove one/],
    [
      'what the release sets',
      'Image: x',
      /^infra\/api\.json:1:1: found the parameter Image; it is set to what the release built: remove it/
    ],
    ['broken JSON', '{ "A": ', /^infra\/api\.json:1:\d+: found invalid YAML/]
  ])('is refused with line and column where it has %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message)
    expect(() => read(text)).toThrow(ConfigError)
  })
})

describe('the parameter files of a unit', () => {
  const delivery = parseDelivery(
    STOREFRONT.replace(
      'template: infra/api.yml',
      'template: infra/api.yml, parameterFiles: [infra/all.yml, "infra/${environment}.json"]'
    ),
    'delivery.yml'
  )
  const [unit] = delivery.units
  if (unit === undefined) throw new Error('There is no unit.')

  it('are named after the environment where they say so', () => {
    expect(parameterFilesOf(unit, { name: 'staging' })).toEqual(['infra/all.yml', 'infra/staging.json'])
  })

  it('set parameters, later ones over earlier', async () => {
    const files: Readonly<Record<string, string>> = {
      'infra/all.yml': 'Tasks: 1\nZone: a',
      'infra/staging.json': '{ "Tasks": "2" }'
    }
    const readFile = async (path: string) => {
      const text = files[path]
      return text === undefined ? undefined : Buffer.from(text)
    }

    expect(await valuesInFiles(unit, { name: 'staging' }, readFile)).toEqual({ Tasks: '2', Zone: 'a' })
    const missing = valuesInFiles(unit, { name: 'production' }, readFile)
    await expect(missing).rejects.toThrow(UserError)
    await expect(missing).rejects.toThrow(
      /^The parameter file infra\/production\.json of unit \w+ in production is not a file of the commit\. /
    )
  })
})
