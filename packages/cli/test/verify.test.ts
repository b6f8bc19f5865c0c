import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct, release } from './delivered.ts'
import { digest, git, temporaryFolder, writeFiles } from './storefront.ts'

describe('sluice verify', () => {
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

  /** A clone whose ledger branch has one more commit: some files as somebody wants them. */
  const forged = async (name: string, change: (text: string) => string, path = 'records/0/5.json'): Promise<string> => {
    const clone = await product.another(name)
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    await writeFiles(clone, { [path]: change(await git(clone, 'show', `HEAD:${path}`)) })
    await git(clone, 'commit', '-q', '-am', 'Forge')
    await git(clone, 'checkout', '-q', 'main')
    return clone
  }

  it('sums up a ledger that verifies', async () => {
    const { code, out, err } = await sluice(['verify'], { cwd: product.clone })

    expect(err).toBe('')
    expect(out.split('\n')).toEqual([
      `ledger       sluice-ledger in ${product.clone}`,
      'repository   lab/123456 (123456), as GitHub says',
      'records      25, 25 signed, 25 vouched for by GitHub',
      "keys         of GitHub as the ledger has them: --online, or --issuer-keys FILE, proves that they are GitHub's",
      'first        1 released at 2026-01-02T12:00:00.000Z',
      'last         25 planned staging at 2026-01-04T23:00:00.000Z',
      `integration  2 releases deployed, last ${releaseId(release('b').digest)} at 2026-01-04T18:00:00.000Z`,
      `staging      2 releases deployed, last ${releaseId(release('b').digest)} at 2026-01-04T19:00:00.000Z`,
      `production   1 release deployed, last ${releaseId(release('a').digest)} at 2026-01-02T16:00:00.000Z`,
      'Verified.',
      ''
    ])
    expect(code).toBe(0)
  })

  it('prints the same as JSON', async () => {
    const { code, out } = await sluice(['verify', '--json', `--directory=${product.clone}`])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      product: 'storefront',
      branch: 'sluice-ledger',
      verified: true,
      advisory: false,
      records: 25,
      signed: 25,
      first: { sequence: 1, event: 'released' },
      last: { sequence: 25, event: 'planned' },
      deployments: [
        { environment: 'integration', releases: 2, last: release('b') },
        { environment: 'staging', releases: 2 },
        { environment: 'production', releases: 1, last: release('a') }
      ],
      problems: []
    })
  })

  it('fails on one flipped byte and names the file', async () => {
    const clone = await forged('flipped', text => text.replace('"login":"author"', '"login":"authos"'))

    const { code, out, err } = await sluice(['verify'], { cwd: clone })

    expect(code).toBe(1)
    expect(out).not.toContain('Verified')
    expect(err).toContain('records/0/5.json: its hash is sha256:')
    expect(err).toContain('records/0/5.json: its signature was not made by key sha256:')
    expect(err).toMatch(/records\/0\/5\.json: commit [0-9a-f]{12}: it was changed\n/)
    expect(err).toContain('records/0/5.json: it commits to another state than the records lead to\n')
    expect(err).toMatch(/HEAD\.json: commit [0-9a-f]{12}: the commit adds no record\n/)
    expect(err).toContain('records/0/5.jwt: its token speaks for sluice:')
    expect(err).toMatch(/\nNOT verified: 6 problems\. `sluice repair` says what to do\.\n$/)
  })

  it('fails where the ledger is of another repository than it must be, however well GitHub vouches for it', async () => {
    const { code, err } = await sluice(['verify', '--repository', '77'], { cwd: product.clone })

    expect(code).toBe(1)
    expect(err).toContain('HEAD.json: it was written by a run of repository 123456, not of 77\n')
  })

  it('lists the problems in JSON too', async () => {
    const clone = await forged('flipped-json', text => `${text} `)

    const { code, out, err } = await sluice(['verify', '--json'], { cwd: clone })

    expect(code).toBe(1)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({ verified: false, records: 25 })
    expect(JSON.parse(out).problems).toContainEqual(
      expect.objectContaining({ path: 'records/0/5.json', problem: expect.stringContaining('its hash is') })
    )
  })

  it('fails on what was changed and changed back', async () => {
    const clone = await forged('back', text => `${text} `)
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    await git(clone, 'revert', '--no-edit', 'HEAD')
    await git(clone, 'checkout', '-q', 'main')

    const { code, err } = await sluice(['verify'], { cwd: clone })

    expect(code).toBe(1)
    expect(err.match(/records\/0\/5\.json: commit [0-9a-f]{12}: it was changed/g)).toHaveLength(2)
  })

  it('shows a file name that a terminal would obey as what it is', async () => {
    const clone = await product.another('escape')
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    await writeFiles(clone, { '\u001b[2J': '' })
    await git(clone, 'add', '-A')
    await git(clone, 'commit', '-q', '-m', 'Clear the screen')
    await git(clone, 'checkout', '-q', 'main')

    const { err } = await sluice(['verify'], { cwd: clone })

    expect(err).toContain('\\u{1b}[2J: it does not belong in the ledger')
    expect(err).not.toContain('\u001b')
  })

  it('trusts the keys of --trust instead of those in delivery.yml', async () => {
    const right = product.trust.flatMap(key => ['--trust', key])
    const wrong = ['--trust', `builds=${digest('9')}`, ...right.slice(2)]

    const trusted = await sluice(['verify', ...right], { cwd: product.clone })
    const refused = await sluice(['verify', ...wrong], { cwd: product.clone })

    expect(trusted).toMatchObject({ code: 0, err: '' })
    expect(refused.code).toBe(1)
    expect(refused.err).toContain(
      `records/0/1.json: it is signed with key ${product.trust[0]?.slice('builds='.length)}, which --trust does not list for builds\n`
    )
    expect(refused.err).toContain('NOT verified: 3 problems.')
  })

  it.each([
    ['ops', '--trust was given "ops". Give SIGNER=sha256: and 64 lower-case hex digits'],
    ['ops=sha256:12', '--trust was given "ops=sha256:12". Give SIGNER=sha256: and 64 lower-case hex digits'],
    [`=${digest('1')}`, `--trust was given "=${digest('1')}".`],
    [`builds=${digest('1')}@0-5`, `--trust was given "builds=${digest('1')}@0-5".`],
    [
      `builds=${digest('1')}@5-2`,
      'The last record cannot come before the first, which is 5: give @FROM-UNTIL with FROM no higher than UNTIL.\n'
    ]
  ])('refuses the key %s', async (key, message) => {
    const { code, err } = await sluice(['verify', '--trust', key], { cwd: product.clone })

    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('takes several keys of one signer, each for the records that it may have signed', async () => {
    const right = product.trust.flatMap(key => ['--trust', key])
    const [builds = '', ...others] = product.trust
    const ended = [builds.replace(/$/, '@-1'), ...others].flatMap(key => ['--trust', key])

    const both = await sluice(['verify', '--trust', `builds=${digest('9')}@24-`, ...right], { cwd: product.clone })
    const late = await sluice(['verify', ...ended], { cwd: product.clone })

    expect(both).toMatchObject({ code: 0, err: '' })
    expect(late.err).toContain('lists for builds in records up to 1 only')
    expect(late.err).toContain('NOT verified: 2 problems.')
  })

  it('refuses the ledger of another product', async () => {
    const clone = await product.another('other-product')
    const config = (await git(clone, 'show', 'HEAD:delivery.yml'))
      .replace('product: storefront', 'product: warehouse')
      .replace('sluice-storefront-ledger', 'sluice-warehouse-ledger')
    await writeFiles(clone, { 'delivery.yml': `${config}\n` })

    const { code, err } = await sluice(['verify'], { cwd: clone })

    expect(code).toBe(1)
    expect(err).toContain('records/0/1.json: it is about product storefront, not about warehouse\n')
  })

  it.each([[['verify']], [['status']], [['history', 'production']], [['repair']]])(
    'says once that another file rules the ledger, by sluice %j',
    async ([command = '', ...operands]) => {
      const clone = await product.another(`moved-${command}`)
      await git(clone, 'mv', '-k', 'delivery.yml', 'shop.yml')

      const ended = await sluice([command, ...operands, '--config', 'shop.yml'], { cwd: clone })

      expect(ended).toEqual({
        code: 1,
        out: '',
        err: 'shop.yml does not rule sluice-ledger: from record 1 on its records name delivery.yml as their policy. Give --config delivery.yml, or move the file back. If the product was delivered by shop.yml all along, the ledger is not genuine.\n'
      })
    }
  )

  it('names each record of another file, where some are of the one that rules', async () => {
    const other = (text: string): string => text.replace('"path":"delivery.yml"', '"path":"other.yml"')

    const { err } = await sluice(['verify'], { cwd: await forged('other-file', other, 'records/0/1.json') })

    expect(err).toMatch(
      /^records\/0\/1\.json: it names other\.yml as its policy, but this product has been delivered by delivery\.yml since its first record$/m
    )
  })

  it('judges environments by the order of the policies that records name, whatever delivery.yml puts in or moves since', async () => {
    const clone = await product.another('other-order')
    const lines = (await git(clone, 'show', 'HEAD:delivery.yml')).split('\n')
    const at = lines.findIndex(line => line.includes('name: staging'))
    const [staging = '', production = ''] = lines.splice(at, 2)
    const qa = staging.replaceAll('staging', 'qa')
    const text = lines
      .toSpliced(at, 0, production, qa, staging)
      .join('\n')
      .replace('signs: [staging]', 'signs: [staging, qa]')
    await writeFiles(clone, { 'delivery.yml': `${text}\n` })

    const { code, err } = await sluice(['verify'], { cwd: clone })

    expect(code).toBe(0)
    expect(err).not.toContain('records/')
  })

  it('does not take a shallow clone for the whole history', async () => {
    const clone = join(root, 'shallow')
    await git(root, 'clone', '-q', '--depth=1', '--no-single-branch', `file://${join(root, 'storefront.git')}`, clone)

    const { code, err } = await sluice(['verify'], { cwd: clone })

    expect(code).toBe(1)
    expect(err).toMatch(/^HEAD\.json: commit [0-9a-f]{12}: the clone is shallow, so earlier history is missing\./)
  })

  it('verifies a partial clone that has all of the ledger, as status shows it', async () => {
    const [bare, clone] = [join(root, 'storefront.git'), join(root, 'partial')]
    await git(bare, 'config', 'uploadpack.allowFilter', 'true')
    await git(root, 'clone', '-q', '--filter=blob:limit=1m', `file://${bare}`, clone)

    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0, err: '' })
    expect(await sluice(['status'], { cwd: clone })).toMatchObject({ code: 0, err: '' })
  })

  it('says that the branch here is older than the one of origin, and which of them it read', async () => {
    const clone = await product.another('behind')
    await git(clone, 'branch', 'sluice-ledger', 'origin/sluice-ledger~1')

    const verified = await sluice(['verify'], { cwd: clone })
    const shown = await sluice(['status'], { cwd: clone })
    const json = await sluice(['status', '--json'], { cwd: clone })

    const line =
      'sluice-ledger here is older than origin/sluice-ledger, and the one here was read. Bring it up to date: git fetch origin sluice-ledger:sluice-ledger\n'
    expect(verified).toMatchObject({ code: 0, err: line })
    expect(shown).toMatchObject({ code: 0, err: line })
    expect(JSON.parse(json.out)).toMatchObject({ ledger: { origin: 'behind' } })
    expect(json.err).toBe('')
  })

  it('says that the branch here is newer, or another, than the one of origin', async () => {
    const clone = await product.another('ahead')
    await git(clone, 'branch', 'sluice-ledger', 'origin/sluice-ledger')
    await git(clone, 'update-ref', 'refs/remotes/origin/sluice-ledger', 'sluice-ledger~1')
    const ahead = await sluice(['verify'], { cwd: clone })
    await git(clone, 'update-ref', 'refs/remotes/origin/sluice-ledger', 'main')
    const diverged = await sluice(['verify', '--json'], { cwd: clone })
    const { err } = await sluice(['verify'], { cwd: clone })

    expect(ahead).toMatchObject({ code: 0, err: expect.stringContaining('here is newer than origin/sluice-ledger') })
    expect(JSON.parse(diverged.out)).toMatchObject({ origin: 'diverged' })
    expect(err).toContain('one of them was rewritten')
  })

  describe('where git would be told something else', () => {
    const kept = { ...process.env }
    afterEach(() => {
      for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name]
    })

    /** What both commands say of a clone. */
    const verdicts = async (clone: string): Promise<unknown> => {
      const [verified, shown] = [await sluice(['verify'], { cwd: clone }), await sluice(['status'], { cwd: clone })]
      return { verified, shown }
    }

    it.each<[string, (clone: string, sound: string) => Promise<Readonly<Record<string, string>>>]>([
      [
        'a replaced commit',
        async (clone, sound) => {
          await git(clone, 'fetch', '-q', sound, 'refs/remotes/origin/sluice-ledger:refs/sound')
          await git(clone, 'replace', 'sluice-ledger', 'refs/sound')
          return {}
        }
      ],
      [
        'a graft',
        async (clone, sound) => {
          await git(clone, 'fetch', '-q', sound, 'refs/remotes/origin/sluice-ledger:refs/sound')
          const [forged, base] = [
            await git(clone, 'rev-parse', 'sluice-ledger'),
            await git(clone, 'rev-parse', 'refs/sound~1')
          ]
          await writeFiles(clone, { '.git/info/grafts': `${forged} ${base}\n` })
          return {}
        }
      ],
      ['GIT_DIR', async (_, sound) => ({ GIT_DIR: join(sound, '.git') })],
      [
        'GIT_OBJECT_DIRECTORY, GIT_NAMESPACE and GIT_REPLACE_REF_BASE',
        async (_, sound) => ({
          GIT_OBJECT_DIRECTORY: join(sound, '.git/objects'),
          GIT_NAMESPACE: 'x',
          GIT_REPLACE_REF_BASE: 'refs/heads'
        })
      ],
      [
        'GIT_CONFIG_COUNT and GIT_CONFIG_GLOBAL',
        async (_, sound) => ({
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'log.showRoot',
          GIT_CONFIG_VALUE_0: 'false',
          GIT_CONFIG_GLOBAL: join(sound, 'delivery.yml')
        })
      ]
    ])('keeps its verdict on a forged ledger with %s', async (name, meddle) => {
      const clone = await forged(name.replaceAll(/\W+/g, '-'), text => `${text} `)
      const before = await verdicts(clone)

      Object.assign(process.env, await meddle(clone, product.clone))

      expect(await verdicts(clone)).toEqual(before)
      expect(before).toMatchObject({ verified: { code: 1 }, shown: { code: 1 } })
    })
  })

  it.each([[['verify']], [['status']], [['history', 'production']], [['repair']]])(
    'says of a branch that the clone lacks how to get it, or that nothing was delivered yet, by sluice %j',
    async call => {
      const { code, err } = await sluice([...call, '--branch', 'other'], { cwd: product.clone })

      expect(code).toBe(1)
      expect(err).toMatch(
        /^There is no branch other in .*\. If there is a ledger, fetch it: git fetch origin other:other\. If nothing was delivered yet, there is none: the first delivery opens it\.\n$/
      )
    }
  )

  it('refuses a delivery.yml that is not one', async () => {
    const clone = await product.another('broken')
    await writeFiles(clone, { 'delivery.yml': 'version: 2\n' })

    const { code, err } = await sluice(['verify'], { cwd: clone })

    expect(code).toBe(1)
    expect(err).toMatch(/^delivery\.yml:1:\d+: /)
  })

  it('tells a person at a terminal what it is doing, and leaves nothing of that behind', async () => {
    const { err } = await sluice(['verify'], { cwd: product.clone, tty: true })

    expect(err).toContain('\r\u001b[2Kverifying 25 records in ')
    expect(err.endsWith('\r\u001b[2K')).toBe(true)
  })
})

describe('sluice verify on a ledger without a key', () => {
  it('calls it advisory', async () => {
    const root = await temporaryFolder()
    const product = await deliverProduct(root, { signed: false })
    try {
      const verified = await sluice(['verify'], { cwd: product.clone })
      const shown = await sluice(['status'], { cwd: product.clone })
      const pinned = await sluice(['verify', '--trust', `ops=${digest('1')}`], { cwd: product.clone })

      const advisory = 'advisory: there is no ledger key, so GitHub alone vouches for who wrote the records\n'
      expect(verified.code).toBe(0)
      expect(verified.out).toContain('records      25, 0 signed, 25 vouched for by GitHub\n')
      expect(verified.out).toContain(`${advisory}The chain holds.\n`)
      expect(shown.out).toContain(
        `storefront: 25 records on sluice-ledger, 0 signed, 25 vouched for by GitHub, chain holds\n${advisory}`
      )
      expect(pinned.code).toBe(1)
      expect(pinned.err).toContain('records/0/1.json: it is not signed\n')
    } finally {
      await product.stop()
      await rm(root, { recursive: true, force: true })
    }
  })
})

describe('sluice verify on a ledger with a record of another repository', () => {
  it('names the record, however well it is signed', async () => {
    const root = await temporaryFolder()
    const product = await deliverProduct(root, { signed: true, lastRepository: '666' })
    try {
      const { code, err } = await sluice(['verify'], { cwd: product.clone })

      expect(code).toBe(1)
      expect(err).toBe(
        'HEAD.json: it says repository 123456, but record 25 says 666\nrecords/0/25.json: it was written by a run of repository 666, not of 123456\nNOT verified: 2 problems. `sluice repair` says what to do.\n'
      )
    } finally {
      await product.stop()
      await rm(root, { recursive: true, force: true })
    }
  })
})
