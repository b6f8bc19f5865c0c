import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { readSecrets, secretsOf } from '../src/build-secrets.ts'

describe('the secrets of a build', () => {
  it('are read one a line, with whatever follows the first =', () => {
    expect(readSecrets('NPM_TOKEN=a=b== \r\n\n  OTHER=\n')).toEqual(
      new Map([
        ['NPM_TOKEN', 'a=b== '],
        ['OTHER', '']
      ])
    )
    expect(readSecrets(undefined)).toEqual(new Map())
  })

  it.each([
    [
      '-----BEGIN KEY-----',
      /^Line 1 of the input secrets .* is not NAME=value\. A value of several lines is given in one/
    ],
    ['A=1\nA=2', /has A twice: give it once\.$/]
  ])('are refused without a word of what they say: %j', (text, message) => {
    expect(() => readSecrets(text)).toThrow(message)
    expect(() => readSecrets(text)).not.toThrow(/BEGIN/)
  })

  it('reach a unit that names them, and no others do', () => {
    const given = readSecrets('A=1\nB=2\nEMPTY=')

    expect(secretsOf('api', ['A'], given)).toEqual({ A: '1' })
    expect(secretsOf('api', [], given)).toEqual({})
    for (const name of ['C', 'EMPTY']) {
      expect(() => secretsOf('api', [name], given)).toThrow(UserError)
      expect(() => secretsOf('api', [name], given)).toThrow(
        `Unit api is built with the secret ${name}, which has no value in the input secrets of build-once, which deliver.yml takes from its secret \`build-secrets\`. In the workflow that calls deliver.yml, write under \`secrets:\` of that job \`build-secrets: |\` and below it \`${name}=\${{ secrets.${name} }}\``
      )
    }
  })
})
