import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GITHUB_ISSUER, parseDraft, sha256 } from '@sluice/core'
import { parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct, draft, release } from './delivered.ts'
import { git, temporaryFolder } from './storefront.ts'

const INVENTED = 'd'.repeat(40)

describe('a production deployment without plan, reviewer or approval, under a policy that was never made,', () => {
  let root: string
  let product: DeliveredProduct

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
    const { host, clock, signer, store } = product
    const protection = {
      ...{ id: 999, environment: 'production', reviewers: [], preventSelfReview: false, adminBypass: true },
      ...{ branchPolicy: 'none' as const, refs: [] }
    }
    const policy = { path: 'delivery.yml', commit: INVENTED, digest: sha256('anything') }
    const members = { environment: 'production', release: release('a'), policy }
    const started = parseDraft({ ...draft('started', '6661'), ...members, protection })
    const config = await git(product.clone, 'show', 'HEAD:delivery.yml')
    await appendRecords({
      store,
      owner: { repository: '123456', product: 'storefront' },
      rules: trustRulesOf(parseDelivery(Buffer.from(config), 'delivery.yml')),
      ...{ clock, signer, log: { info: () => undefined } },
      drafts: [started, parseDraft({ ...draft('deployed', '6661'), ...members })],
      voucher: host.voucher(started, GITHUB_ISSUER)
    })
  })
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  it.each(['verify', 'repair'])(
    'is not passed over in silence by sluice %s, in a clone that may be older',
    async command => {
      const { out } = await sluice([command], { cwd: await product.another(command) })

      expect(out).toMatch(
        command === 'verify'
          ? new RegExp(
              `records/0/26\\.json: it names the policy delivery\\.yml at commit ${INVENTED}, which this clone does not hold`
            )
          : /nothing to repair in what this clone tells\. .* run the workflow that calls repair\.yml for its environment/
      )
      expect(out).not.toMatch(/^Verified\.$/m)
    }
  )

  it.each(['status', 'history'])('is shown by sluice %s with a warning, and not called verified', async command => {
    const clone = await product.another(`${command} of it`)
    const args = command === 'history' ? [command, 'production'] : [command]

    const [text, json] = [await sluice(args, { cwd: clone }), await sluice([...args, '--json'], { cwd: clone })]

    expect(text).toMatchObject({
      code: 0,
      err: 'Not all that the records say of gates, and of who may write, could be compared with the policies: `sluice verify` says what is missing, and how to get it.\n'
    })
    expect(JSON.parse(json.out)).toMatchObject({ ledger: { verified: false, gatesChecked: false } })
  })

  it('is not called verified where the clone cannot tell', async () => {
    const shallow = join(root, 'shallow')
    const work = await product.another('ahead')
    await git(work, 'commit', '-q', '--allow-empty', '-m', 'Work')
    await git(work, 'push', '-q', 'origin', 'main')
    const bare = await git(work, 'remote', 'get-url', 'origin')
    await git(root, 'clone', '-q', '--depth=1', `file://${bare}`, shallow)
    await git(shallow, 'fetch', '-q', 'origin', 'sluice-ledger:refs/remotes/origin/sluice-ledger')

    const [text, json] = [
      await sluice(['verify'], { cwd: shallow }),
      await sluice(['verify', '--json'], { cwd: shallow })
    ]

    expect(text.out).toMatch(/^Verified, BUT NOT THE GATES: .*\(git fetch --unshallow;/m)
    expect(JSON.parse(json.out)).toMatchObject({ verified: false, gatesChecked: false, problems: [] })
    expect([text.code, json.code]).toEqual([3, 3])
  })
})
