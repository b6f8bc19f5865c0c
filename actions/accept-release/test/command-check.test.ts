import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock, sha256 } from '@sluice/core'
import { MemoryLog } from '@sluice-lab/memory'
import { type GitSandbox, gitSandbox } from '@sluice-lab/samples'
import { runCommandChecks } from '../src/command-check.ts'

let product: GitSandbox
let temp: string

beforeAll(async () => {
  product = await gitSandbox()
  temp = await mkdtemp(join(tmpdir(), 'sluice-command-check-'))
})

afterAll(async () => {
  await rm(product.directory, { recursive: true, force: true })
  await rm(temp, { recursive: true, force: true })
})

describe('an acceptance command', () => {
  it('that takes too long is ended, and the reason says how long it had', async () => {
    const commit = await product.commit({ 'a.txt': '' })
    const inputs = {
      config: 'delivery.yml',
      environment: 'staging',
      commit,
      release: sha256('release'),
      url: undefined
    }
    const dependencies = {
      run: { workspace: product.directory, temp },
      env: { PATH: process.env['PATH'] },
      log: new MemoryLog(),
      clock: new ManualClock(),
      asRoot: []
    }

    const checks = await runCommandChecks(['echo waiting; sleep 60', 'exit 124'], inputs, dependencies, 3_000)

    expect(checks.map(({ passed, reason }) => [passed, reason])).toEqual([
      [false, 'no end within 0.05 minutes: waiting'],
      [false, 'exit code 124: ']
    ])
  })
})
