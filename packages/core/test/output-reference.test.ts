import { describe, expect, it } from '@jest/globals'
import { formatReference, outputReferences, resolveOutputs } from '../src/index.ts'

const outputs: Readonly<Record<string, string>> = { 'web-api.Url1': 'https://api', 'db.Host': 'db.internal' }
const outputOf = ({ unit, output }: { readonly unit: string; readonly output: string }): string | undefined =>
  outputs[`${unit}.${output}`]

describe('references to outputs', () => {
  it('are found in order, and written as they were read', () => {
    const { references } = outputReferences('${web-api.Url1}/x?db=${db.Host}')

    expect(references).toEqual([
      { unit: 'web-api', output: 'Url1' },
      { unit: 'db', output: 'Host' }
    ])
    expect(references.map(formatReference)).toEqual(['${web-api.Url1}', '${db.Host}'])
  })

  it('are filled in, all of them or none', () => {
    expect(resolveOutputs('${web-api.Url1}/x?db=${db.Host}', outputOf)).toBe('https://api/x?db=db.internal')
    expect(resolveOutputs('${web-api.Url1}/${db.Port}', outputOf)).toBeUndefined()
    expect(resolveOutputs('no reference', outputOf)).toBe('no reference')
  })

  it('are filled in with text that is not read again', () => {
    expect(resolveOutputs('${db.Host}', () => '${web-api.Url1} $& $1')).toBe('${web-api.Url1} $& $1')
  })

  // Units are named as delivery.yml allows (lower case, single hyphens); outputs as CloudFormation does (letters and digits).
  it.each([
    '${Api.Url}',
    '${1api.Url}',
    '${my_api.Url}',
    '${api-.Url}',
    '${my--api.Url}',
    '${api.My_Url}',
    '${api.my-url}',
    '${api.}',
    '${api}',
    '${ api.Url }',
    `\${api.${'U'.repeat(256)}}`
  ])('have one grammar, everywhere: %s is none', text => {
    expect(outputReferences(text)).toEqual({ references: [], malformed: text })
    expect(resolveOutputs(text, () => 'filled in')).toBe(text)
  })
})
