import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GITHUB_ISSUER, type Protection, parseDraft, sha256 } from '@sluice/core'
import { parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import type { CheckedLedger } from '../src/checked-ledger.ts'
import { objectionsOfNow } from '../src/rules-of-now.ts'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct, draft, release } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

const OPEN: Protection = {
  id: 501,
  environment: 'production',
  reviewers: [],
  preventSelfReview: false,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

describe('sluice repair, where delivery.yml as it is now objects to records,', () => {
  let root: string
  let product: DeliveredProduct
  let shallow: string

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
    const { store, clock, signer, host, clone } = product
    const config = await git(clone, 'show', 'HEAD:delivery.yml')
    const policy = {
      path: 'delivery.yml',
      commit: await git(clone, 'rev-parse', 'HEAD'),
      digest: sha256(`${config}\n`)
    }
    // It failed in staging.
    const about = { environment: 'production', release: release('b'), policy, protection: OPEN }
    const started = parseDraft({ ...draft('started', '6661'), ...about })
    await appendRecords({
      store,
      owner: { repository: '123456', product: 'storefront' },
      rules: trustRulesOf(parseDelivery(Buffer.from(config), 'delivery.yml')),
      ...{ clock, signer, log: { info: () => undefined }, drafts: [started] },
      voucher: host.voucher(started, GITHUB_ISSUER)
    })
    const work = await product.another('ahead')
    await git(work, 'commit', '-q', '--allow-empty', '-m', 'Work')
    await git(work, 'push', '-q', 'origin', 'main')
    shallow = join(root, 'shallow')
    await git(root, 'clone', '-q', '--depth=1', `file://${await git(work, 'remote', 'get-url', 'origin')}`, shallow)
    await git(shallow, 'fetch', '-q', 'origin', 'sluice-ledger:refs/remotes/origin/sluice-ledger')
  }, 60_000)
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  it('offers no way back for what only the order of environments says, but where to look at the policy of then', async () => {
    const [shown, json] = [
      await sluice(['repair'], { cwd: shallow }),
      await sluice(['repair', '--json'], { cwd: shallow })
    ]

    expect(shown.code).toBe(1)
    expect(shown.err).toContain('records/0/26.json: started in production a release that was not accepted in staging')
    expect(shown.out).toMatch(
      /order of environments in delivery\.yml as it is now speaks against record 26: .*git fetch --unshallow/
    )
    expect(`${shown.out}${json.out}`).not.toContain('git push')
    expect(JSON.parse(json.out)).toMatchObject({ verified: false, ofNow: [expect.stringContaining('record 26')] })
  })

  it('offers one where the policy of then was broken, and says that anchors then stop deliveries', async () => {
    const { out } = await sluice(['repair'], { cwd: await product.another('whole') })

    expect(out).toContain('git push --force-with-lease')
    expect(out).toContain('This ledger has anchors: going back stops deliveries')
  })

  it('offers no way back after the default branch was renamed, but what to write', async () => {
    const clone = await product.another('renamed')
    await git(clone, 'checkout', '-q', '-b', 'trunk')
    await git(clone, 'update-ref', 'refs/remotes/origin/trunk', 'HEAD')
    await git(clone, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')

    const { code, out } = await sluice(['repair'], { cwd: clone })

    expect(code).toBe(1)
    expect(out).toMatch(/write ledger: \{ formerBranches: \[\{ name: "main", until: 26 \}\] \}/)
    expect(out).not.toContain('git push')
    expect(out).not.toContain('until: 0')
  })

  it('offers no way back to no record at all, but says what is wrong with the first', async () => {
    const clone = await product.another('moved')
    const text = await git(clone, 'show', 'HEAD:delivery.yml')
    await writeFiles(clone, { 'delivery.yml': text.replace('sluice-dev/sluice', 'acme/sluice') })

    const { code, out, err } = await sluice(['repair'], { cwd: clone })

    expect(code).not.toBe(0)
    expect(out).not.toContain('git push')
    expect(err).toMatch(/records\/0\/1\.jwt: GitHub says that the workflow .* is not one of acme\/sluice/)
    expect(err).toContain('No commit of sluice-ledger with a record verifies by the rules of now.')
  })

  it.each([
    ['that the ledger began with, is a matter of delivery.yml', 'octo-org/sluice', 1],
    ['that came later, is one of the ledger', 'sluice-dev/sluice', 0]
  ])('takes it that another Sluice %s', async (_, began, count) => {
    const config = await git(shallow, 'show', 'HEAD:delivery.yml')
    const delivery = parseDelivery(
      Buffer.from(
        config
          .replace(/^ {2}key:(.*\n)*? {2}trust:\n( {4}.*\n?)+/m, '')
          .replaceAll('level: production', 'level: preproduction')
      ),
      'delivery.yml'
    )
    const of = (sequence: number, repository: string) => ({
      ...{ sequence, product: 'storefront' },
      run: { ref: 'refs/heads/main', sluice: { repository, commit: 'a'.repeat(40) } }
    })
    const records = [of(1, began), of(2, 'octo-org/sluice')]
    const problems = [{ path: 'records/0/2.json', sequence: 2, problem: 'of another Sluice' }]

    const said = objectionsOfNow({ problems, records, source: { delivery } } as unknown as CheckedLedger)

    expect(said).toEqual(
      count === 0 ? [] : [expect.stringMatching(/does not take record 2: sluice validate says what to write/)]
    )
  })

  it('is said by validate, too', async () => {
    const draftOf = await git(shallow, 'show', 'HEAD:delivery.yml')
    await writeFiles(shallow, { 'delivery.yml': `${draftOf}\n` })

    const { code, err } = await sluice(['validate'], { cwd: shallow })

    expect(code).toBe(1)
    expect(err).toMatch(/environments: record 26: started in production a release that was not accepted in staging/)
  })
})
