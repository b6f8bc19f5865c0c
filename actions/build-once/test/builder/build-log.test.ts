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

  it('holds no line that the runner would obey, and no colour that hides one', () => {
    const log = recordedLog()

    buildLog(log).onLine('::warning::x\r##[error]y\u2028::z\u0085::v\n\u001b[31mred ##[group]\u001b[0m')

    expect(log.lines).toEqual(['| ::warning::x', '| # #[error]y', '| ::z', '| ::v', '| red # #[group]'])
  })
})
