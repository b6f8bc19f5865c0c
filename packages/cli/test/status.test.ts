import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct, release } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

describe('sluice status', () => {
  let root: string
  let product: DeliveredProduct

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
  })
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  it('shows each environment: release, acceptance, approver, and what waits', async () => {
    const { code, out, err } = await sluice(['status'], { cwd: product.clone })

    const [a, b, c] = ['a', 'b', 'c'].map(letter => releaseId(release(letter).digest))
    expect(err).toBe('')
    expect(out.split('\n')).toEqual([
      'storefront: 25 records on sluice-ledger, 25 signed, 25 vouched for by GitHub, verified',
      '',
      'environment  release         commit        deployed              accepted    approved by',
      `integration  ${c}  cccccccccccc  14 h ago (unchanged)  yes         nothing to approve`,
      `staging      ${b}  bbbbbbbbbbbb  17 h ago              no: failed  approver`,
      `production   ${a}  aaaaaaaaaaaa  2 d ago               yes         approver`,
      '',
      `staging: ${c} planned 13 h ago, waiting for approval (run 1004)`,
      `production: ${b} rejected 16 h ago (run 1003)`,
      ''
    ])
    expect(code).toBe(0)
  })

  it('prints the same as JSON', async () => {
    const { code, out } = await sluice(['status', '--json', '--directory', product.clone])

    const shown = JSON.parse(out)
    expect(code).toBe(0)
    expect(shown.ledger).toEqual({
      branch: 'sluice-ledger',
      records: 25,
      signed: 25,
      vouched: 25,
      advisory: false,
      verified: true,
      gatesChecked: true
    })
    expect(shown.environments.map((it: { name: string }) => it.name)).toEqual(['integration', 'staging', 'production'])
    expect(shown.environments[2]).toMatchObject({
      level: 'production',
      gate: 'approval',
      release: { id: releaseId(release('a').digest), ...release('a') },
      event: 'deployed',
      acceptance: { state: 'accepted' },
      approvals: [{ login: 'approver', state: 'approved' }],
      pending: [{ state: 'rejected', run: '1003', release: release('b') }]
    })
  })

  it('says that a plan which waited for too long has expired', async () => {
    const { out } = await sluice(['status', '--directory', product.clone], { now: Date.parse('2026-02-01T00:00:00Z') })

    expect(out).toContain('planned 27 d ago, the plan has expired (run 1004)')
  })

  it('reads delivery.yml from HEAD of a clone that has no work tree', async () => {
    const { code, out } = await sluice(['status', '--directory', `${root}/storefront.git`])

    expect(code).toBe(0)
    expect(out).toContain('storefront: 25 records on sluice-ledger, 25 signed, 25 vouched for by GitHub, verified')
  })

  it('works with keys given by hand where there is no delivery.yml', async () => {
    const trust = product.trust.flatMap(key => ['--trust', key])
    const clone = await product.another('without-rules')
    await git(clone, 'rm', '-q', 'delivery.yml')
    await git(clone, 'commit', '-q', '-m', 'Keep it elsewhere')

    const { code, out } = await sluice(['status', '--directory', clone, '--branch', 'sluice-ledger', ...trust])

    expect(code).toBe(0)
    expect(out).toContain('25 records on sluice-ledger, 25 signed, 25 vouched for by GitHub, verified')
    expect(out).toMatch(/\nproduction +r-/)
  })

  it.each([['verify'], ['status'], ['repair']])(
    'names the file of --config that is not there, though keys are given by hand, by sluice %s',
    async command => {
      const trust = product.trust.flatMap(key => ['--trust', key])
      const by = ['--config', 'none.yml', '--branch', 'sluice-ledger', ...trust]

      const ended = await sluice([command, '--directory', product.clone, ...by])

      expect(ended).toEqual({
        code: 1,
        out: '',
        err: `${product.clone} has no none.yml, which --config names. Give the path of the delivery.yml that rules the ledger, or leave --config out.\n`
      })
    }
  )

  it('shows nothing of a ledger that does not verify', async () => {
    const clone = await product.another('forged')
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    const text = await git(clone, 'show', 'HEAD:records/0/2.json')
    await writeFiles(clone, { 'records/0/2.json': text.replace('started', 'stArted') })
    await git(clone, 'commit', '-q', '-am', 'Forge')
    await git(clone, 'checkout', '-q', 'main')

    const shown = await sluice(['status'], { cwd: clone })
    const json = await sluice(['status', '--json'], { cwd: clone })

    expect(shown).toMatchObject({ code: 1, out: '' })
    expect(shown.err).toContain('records/0/2.json: ')
    expect(shown.err).toMatch(
      /\nThe ledger does not verify, so what it says about environments is not shown\. `sluice repair` says what to do\.\n$/
    )
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({ ledger: { verified: false }, environments: [] })
  })

  it('does not pass the delivery.yml of HEAD for one in the work tree that it cannot read', async () => {
    const clone = await product.another('unreadable')
    await rm(join(clone, 'delivery.yml'))
    await symlink('delivery.yml', join(clone, 'delivery.yml'))

    const { code, err } = await sluice(['status', '--directory', clone])

    expect(code).toBe(1)
    expect(err).toMatch(/^delivery\.yml in \S+unreadable could not be read: .*ELOOP/)
  })

  it('says that a partial clone left out its delivery.yml, and not that there is none', async () => {
    const [bare, clone] = [join(root, 'storefront.git'), join(root, 'without-blobs')]
    await git(bare, 'config', 'uploadpack.allowFilter', 'true')
    await git(root, 'clone', '-q', '--bare', '--filter=blob:none', `file://${bare}`, clone)

    const { code, err } = await sluice(['status', '--directory', clone])

    expect(code).toBe(1)
    expect(err).toContain('could not read delivery.yml of')
    expect(err).toContain('This is a partial clone')
  })

  it('looks for no file outside the clone in its commit', async () => {
    const { code, err } = await sluice(['status', '--directory', product.clone, '--config', '../none.yml'])

    expect(code).toBe(1)
    expect(err).toContain(' has no ../none.yml, which --config names.')
  })

  it('names what is missing where there is no delivery.yml', async () => {
    const { code, out, err } = await sluice(['status', '--directory', root])

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^\S+ has no delivery\.yml, which names the ledger and its keys\. .*--directory.*--config.*--branch and --trust\.\n$/
    )
  })
})
