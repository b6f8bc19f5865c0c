import { describe, expect, it } from '@jest/globals'
import { buildLog } from '../../src/builder/build-log.ts'
import { recordedLog } from './recorded-log.ts'

describe('the log of a build', () => {
  it('prints every line and keeps the last 200 alone, since a build may print gigabytes', () => {
    const log = recordedLog()
    const printed = buildLog(log)

    for (let n = 1; n <= 1_000; n++) printed.onLine(`line ${n}`)

    expect(log.lines).toHaveLength(1_000)
    expect(printed.lastLines()).toEqual(Array.from({ length: 200 }, (_, n) => `line ${n + 801}`))
  })
})
