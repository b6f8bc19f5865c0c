import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { GITHUB_ISSUER, parseDraft, sha256 } from '@sluice/core'
import { parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import { sluice } from './captured.ts'
import { checked, type DeliveredProduct, deliverProduct, draft, release } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

let root: string
let product: DeliveredProduct
/** A commit of a fork of Sluice. */
const FORK = 'e'.repeat(40)

beforeAll(async () => {
  root = await temporaryFolder()
  product = await deliverProduct(root, { signed: false })
})
afterAll(async () => {
  await product.stop()
  await rm(root, { recursive: true, force: true })
})

it('an acceptance under a policy that a pull request took back before it was merged is not called verified', async () => {
  const { host, clock, store } = product
  const work = await product.another('pull-request')
  const strict = `${await git(work, 'show', 'HEAD:delivery.yml')}\n`
  await git(work, 'checkout', '-q', '-b', 'typo')
  const weak = `${strict.replace(/commits: \[.*?\]/, `commits: ["${FORK}"]`)}deliverFrom: [main, evil]\n`
  await writeFiles(work, { 'delivery.yml': weak })
  await git(work, 'commit', '-q', '-am', 'Try something')
  const policy = { path: 'delivery.yml', commit: await git(work, 'rev-parse', 'HEAD'), digest: sha256(weak) }
  await writeFiles(work, { 'delivery.yml': strict, 'site/index.html': '<p>typo\n' })
  await git(work, 'commit', '-q', '-am', 'Mend a typo')
  await git(work, 'checkout', '-q', 'main')
  await git(work, 'merge', '-q', '--no-ff', '-m', 'Merge pull request #7 from octo-org/typo', 'typo')
  await git(work, 'push', '-q', 'origin', 'main')
  // A job of branch evil, without any GitHub Environment, at a commit of a fork of Sluice.
  const made = draft('accepted', '6661')
  const run = {
    ...made.run,
    ref: 'refs/heads/evil',
    workflow: 'octo-org/storefront/.github/workflows/mine.yml@refs/heads/evil',
    sluice: { repository: 'sluice-dev/sluice', commit: FORK }
  }
  const { members, report } = checked('staging', release('b'))
  const accepted = parseDraft({
    ...made,
    run,
    policy,
    environment: 'staging',
    release: release('b'),
    ...members,
    detail: { checks: 0, unchanged: true, sameAs: release('b').digest }
  } as never)
  const { environment: _, ...elsewhere } = accepted
  await appendRecords({
    store,
    owner: { repository: '123456', product: 'storefront' },
    rules: { ...trustRulesOf(parseDelivery(Buffer.from(strict), 'delivery.yml')), advisory: true } as never,
    ...{ clock, log: { info: () => undefined } },
    drafts: [accepted],
    attachments: [report],
    voucher: host.voucher(elsewhere as never, GITHUB_ISSUER)
  })
  const auditor = await product.another('auditor')
  const verified = await sluice(['verify'], { cwd: auditor })

  expect(verified.out).toMatch(/which was merged into the default branch, and nothing shows that it was ever in force/)
  expect(verified.out).toMatch(/^The chain holds, BUT NOT THE GATES: /m)
})
