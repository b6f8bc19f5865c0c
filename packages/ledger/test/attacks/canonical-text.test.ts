import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import { canonicalJson, runCommand } from '@sluice/core'

const verifier = fileURLToPath(new URL('../../../../test/ledger-spec/', import.meta.url))

const PROGRAM = `
import sys
sys.path.insert(0, sys.argv[1])
from standards import canonical, parse
print(canonical(parse(sys.stdin.buffer.read())))
`

/** Where a number's form changes, and where JavaScript's numbers end (RFC 8785, appendix B, has some of them). */
const NUMBERS = [
  ...['0', '-0', '-0.0', '1', '-1', '1.0', '10', '0.5', '-0.25', '333333333.33333329', '4.50', '2e-3', '1E30'],
  ...[
    '0.1',
    '0.01',
    '0.001',
    '0.0001',
    '0.00001',
    '0.00005',
    '0.000012345',
    '0.000001',
    '0.0000001',
    '1.5e-7',
    '1e-27'
  ],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740992', '1152921504606847000'],
  ...['1152921504606846976', '123456789012345680000', '295147905179352830000', '999999999999999868928'],
  ...['999999999999999900000', '1e20', '1e21', '-1e21', '1.5e21', '1000000000000000000000', '9.999999999999997e22'],
  ...['1e23', '9.5e-7', '123456.789e3', '5e-324', '2.2250738585072014e-308', '1.7976931348623157e308', '1e-400'],
  ...['0.30000000000000004', '1424953923781206.2', '4503599627370496.5', '123456789.12345678']
]

/** Pairs of surrogates, halves of them in either order and as a name, and the other characters that JSON escapes or does not. */
const TEXTS = [
  ...['"\\ud83d\\ude00"', '"\\ud800"', '"x\\uDC00y"', '"\\ude00\\ud83d"', '"\\ud83d😀"', '"\\udfff\\ud800"'],
  ...[
    '{"\\udc00":1,"\\ud83d":2,"\\uffff":3,"a":"\\ud800"}',
    '"\\u0000\\u001f\\u007f\\u0080\\u2028\\ufeff"',
    '"\\/\\b\\u0009"'
  ]
]

it('numbers are written by both verifiers as ECMAScript writes them', async () => {
  const text = `[${NUMBERS.join(',')}]`

  const { stdout, stderr } = await runCommand('python3', ['-B', '-c', PROGRAM, verifier], { input: Buffer.from(text) })

  expect(stderr).toBe('')
  expect(String(stdout).trimEnd()).toBe(JSON.stringify(JSON.parse(text)))
  expect(canonicalJson(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(text)))
})

it.each(TEXTS)('the text %s is written by both verifiers as ECMAScript writes it', async text => {
  const { stdout, stderr } = await runCommand('python3', ['-B', '-c', PROGRAM, verifier], { input: Buffer.from(text) })

  expect(stderr).toBe('')
  expect(String(stdout).trimEnd()).toBe(canonicalJson(JSON.parse(text)))
  expect(JSON.parse(String(stdout))).toEqual(JSON.parse(text))
})
