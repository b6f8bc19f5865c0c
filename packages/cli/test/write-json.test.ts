import { expect, it } from '@jest/globals'
import { writeJson } from '../src/write-json.ts'

const HOSTILE = 'a\u009b31mb\u202ec\u2028d\u{e0001}e\u007f\u001b[2J\nf'

it('writes no character that a terminal obeys, and nothing that a program would read otherwise', () => {
  const written: string[] = []

  writeJson({ write: text => written.push(text) }, { [HOSTILE]: [HOSTILE, 'Größe 🚀'] })

  expect(written.join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(JSON.parse(written.join(''))).toEqual({ [HOSTILE]: [HOSTILE, 'Größe 🚀'] })
})
