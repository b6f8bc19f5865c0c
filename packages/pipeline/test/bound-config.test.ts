import { describe, expect, it } from '@jest/globals'
import { type PolicyFile, sha256, UserError } from '@sluice/core'
import type { History } from '../src/history.ts'
import { requireBoundConfig, requireOwnConfig } from '../src/index.ts'
import { pastOf } from './record.ts'

const fileAt = (path: string, commit = '1'): PolicyFile => ({
  path,
  commit: commit.repeat(40),
  digest: sha256(`${path} ${commit}`)
})

describe('the file that a policy is read from', () => {
  it('may be any in the first run, and another version of the same later', () => {
    expect(() => requireBoundConfig(undefined, fileAt('example.yml'))).not.toThrow()
    expect(() => requireBoundConfig('delivery.yml', fileAt('delivery.yml', '2'))).not.toThrow()
  })

  it('is refused when it is another one than the product began with', () => {
    const change = (): void => requireBoundConfig('delivery.yml', fileAt('example.yml'))

    expect(change).toThrow(UserError)
    expect(change).toThrow(
      'This run reads its policy from example.yml, but this product has been delivered by delivery.yml since its first record.'
    )
  })

  it('is compared with the one that the first record of the product names', async () => {
    const history = await pastOf(
      { event: 'built', policy: fileAt('delivery.yml') },
      { event: 'released', policy: fileAt('delivery.yml', '2') },
      { event: 'released' }
    )

    // Nothing else is asked: no record is newer, and the newest names no policy.
    const asking = (past: History, file: PolicyFile) =>
      requireOwnConfig({ history: past, policyFile: file } as Parameters<typeof requireOwnConfig>[0])

    await asking(history, fileAt('delivery.yml'))
    await expect(asking(history, fileAt('other.yml'))).rejects.toThrow(UserError)
    await asking(await pastOf(), fileAt('other.yml'))
  })

  it('does not change with a later record: one that names another is not taken by either', async () => {
    const history = await pastOf(
      { event: 'built', policy: fileAt('delivery.yml') },
      { event: 'released', policy: fileAt('other.yml') }
    )

    for (const path of ['delivery.yml', 'other.yml']) {
      const asking = requireOwnConfig({ history, policyFile: fileAt(path) } as Parameters<typeof requireOwnConfig>[0])
      await expect(asking).rejects.toThrow('Ledger record 2 cannot be trusted: it names other.yml as its policy')
    }
  })
})
