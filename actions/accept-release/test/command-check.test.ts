import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock, sha256 } from '@sluice/core'
import { MemoryLog } from '@sluice-lab/memory'
import { gitSandbox } from '@sluice-lab/samples'
import type { CheckResult } from '../src/check-result.ts'
import { runCommandChecks } from '../src/command-check.ts'

let temp: string

beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), 'sluice-command-check-'))
})

afterAll(async () => {
  await rm(temp, { recursive: true, force: true })
})

describe('an acceptance command', () => {
  it('that takes too long is ended, and the reason says how long it had', async () => {
    const { checks } = await check(['echo waiting; sleep 60', 'exit 124'], process.env['PATH'])

    expect(checks.map(({ passed, reason }) => [passed, reason])).toEqual([
      [false, 'no end within 0.05 minutes: waiting'],
      [false, 'exit code 124: ']
    ])
  })

  it('that cannot use a program of the runner is told so before, since it runs as another user', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sluice-home-'))
    const open = join(home, 'open')
    try {
      await mkdir(open)
      await writeFile(join(open, 'node'), '#!/bin/sh\n')
      await chmod(home, 0o755)
      await chmod(join(open, 'node'), 0o755)
      const before = await check(['node'], `${open}:${process.env['PATH'] ?? ''}`)
      expect([before.checks[0]?.passed, before.warnings]).toEqual([true, []])

      await chmod(home, 0o700)
      const after = await check(['node'], `${open}:${process.env['PATH'] ?? ''}`)

      expect(after.warnings).toEqual([
        `The commands under accept.run run as another user (uid 65534), who may not use ${open}, ${join(open, 'node')}: what is there is not found by them. Install it where everyone may read and run it, not below a home folder.`
      ])
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})

/** Runs commands as the action would. */
async function check(
  commands: readonly string[],
  path: string | undefined
): Promise<{ readonly checks: readonly CheckResult[]; readonly warnings: readonly string[] }> {
  const product = await gitSandbox()
  const commit = await product.commit({ 'a.txt': '' })
  const inputs = { config: 'delivery.yml', environment: 'staging', commit, release: sha256('release'), url: undefined }
  const log = new MemoryLog()
  const dependencies = {
    run: { workspace: product.directory, temp },
    env: { PATH: path },
    log,
    clock: new ManualClock(),
    asRoot: []
  }
  return { checks: await runCommandChecks(commands, inputs, dependencies, 3_000), warnings: log.warnings }
}
