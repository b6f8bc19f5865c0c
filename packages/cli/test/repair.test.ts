import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand, sha256 } from '@sluice/core'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { repairIn, repairStaging, writeByStranger } from './repaired.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

let root: string
/** Of all tests that damage no more than a clone of it. */
let product: DeliveredProduct
/** What a test has for itself, as {@link ownProduct} made it. */
const own: DeliveredProduct[] = []
let folders = 0

beforeAll(async () => {
  root = await temporaryFolder()
  product = await deliverProduct(root)
})
afterEach(async () => {
  for (const it of own.splice(0)) await it.stop()
})
afterAll(async () => {
  await product.stop()
  await rm(root, { recursive: true, force: true })
})

/** A product whose ledger on GitHub a test may damage. */
async function ownProduct(): Promise<DeliveredProduct> {
  folders += 1
  const folder = join(root, `own-${folders}`)
  await mkdir(folder)
  const delivered = await deliverProduct(folder)
  own.push(delivered)
  return delivered
}

/** A clone of the product that nobody else has. */
async function anotherClone(): Promise<string> {
  folders += 1
  return product.another(`clone-${folders}`)
}

/** Puts a record on the ledger that nobody signed, as whoever may push can, and something else after it; gives the commit before. */
async function forge(clone: string, pushed = true): Promise<string> {
  await git(clone, 'checkout', '-q', 'sluice-ledger')
  const good = await git(clone, 'rev-parse', 'HEAD')
  const record = (await git(clone, 'show', 'HEAD:records/0/25.json')).replace('"sequence":25', '"sequence":26')
  for (const files of [{ 'records/0/26.json': record }, { 'keys/none.pem': '' }]) {
    await writeFiles(clone, files)
    await git(clone, 'add', '-A')
    await git(clone, 'commit', '-q', '-m', 'Forge')
  }
  if (pushed) await git(clone, 'push', '-q', 'origin', 'sluice-ledger')
  await git(clone, 'checkout', '-q', 'main')
  return good
}

/** Puts a record on the ledger that nobody signed, as a commit of Sluice would: with the head that it leads to. */
async function forgeWell(
  clone: string,
  path = 'delivery.yml',
  environment = 'staging',
  beside: Readonly<Record<string, string>> = {}
): Promise<void> {
  await git(clone, 'checkout', '-q', 'sluice-ledger')
  const before = await git(clone, 'show', 'HEAD:HEAD.json')
  const { hash } = JSON.parse(before) as { hash: string }
  const newest = await git(clone, 'show', 'HEAD:records/0/25.json')
  const record = newest
    .replace('"sequence":25', '"sequence":26')
    .replace(/"previous":"[^"]+"/, `"previous":"${hash}"`)
    .replace(/"id":"1004"/, '"id":"666"')
    .replace(/"path":"[^"]+"/, `"path":"${path}"`)
    .replaceAll('"environment":"staging"', `"environment":"${environment}"`)
    .replace('"signer":"staging/', `"signer":"${environment}/`)
  const head = before.replace('"sequence":25', '"sequence":26').replace(hash, sha256(record))
  await writeFiles(clone, { ...beside, 'records/0/26.json': record, 'newest.json': record, 'HEAD.json': head })
  await git(clone, 'add', '-A')
  await git(clone, 'commit', '-q', '-m', 'Forge')
  await git(clone, 'checkout', '-q', 'main')
}

describe('sluice repair', () => {
  it('names what can be left out, and the workflow that does it: nothing is lost', async () => {
    const clone = await anotherClone()
    await forgeWell(clone)

    const [text, json] = [await sluice(['repair'], { cwd: clone }), await sluice(['repair', '--json'], { cwd: clone })]

    expect([text.code, json.code]).toEqual([1, 1])
    expect(text.out).toMatch(
      /^Nothing is lost: [^\n]*\n {2}environments\/staging, after record 25:\n {4}26: its signature is missing\n\n/
    )
    expect(text.out).toMatch(/repair\.yml .* once for each of\n {2}environment: staging\n$/)
    expect(JSON.parse(json.out)).toMatchObject({
      verified: false,
      repairs: [{ section: 'environments/staging', skipped: [{ sequence: 26 }], good: { sequence: 25 } }],
      workflow: [{ uses: 'repair.yml', with: { environment: 'staging' } }]
    })
  })

  it('leaves what was planted in an environment that delivery.yml does not have to the part of builds and releases', async () => {
    const clone = await anotherClone()
    await forgeWell(clone, 'delivery.yml', 'elsewhere')

    const text = await sluice(['repair'], { cwd: clone })
    await repairIn(product, clone, undefined)

    expect(text.out).toMatch(/\n {2}product, after record \d+:\n {4}26: .*elsewhere/)
    expect(text.out).toMatch(/ once for each of\n {2}environment empty: builds and releases\n$/)
    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({
      code: 0,
      out: expect.stringContaining('record 27 leaves it out')
    })
  })

  it.each([
    ['that git refuses', './delivery.yml', /26\.json: .*policy\.path/, /\n {4}26: .*policy\.path/],
    ['above the repository', '../../x', /26\.json: .*policy\.path/, /\n {4}26: .*policy\.path/],
    [
      'of another file of the default branch',
      'services/api/Dockerfile',
      /26\.json: it names services\/api\/Dockerfile as its policy/,
      /environments\/staging, after record 25:\n {4}26: it names services\/api\/Dockerfile as its policy, but .* delivery\.yml/
    ]
  ])('leaves out what names a policy %s, and no other command stops at it without a word', async (_, path, ...said) => {
    const clone = await anotherClone()
    await forgeWell(clone, path)
    const [problem, why] = said

    const [verify, repair] = [await sluice(['verify'], { cwd: clone }), await sluice(['repair'], { cwd: clone })]

    expect([verify.code, repair.code]).toEqual([1, 1])
    expect(verify.err).toMatch(problem)
    expect(repair.out).toMatch(why)
    expect(await sluice(['status'], { cwd: clone })).toMatchObject({ code: 1, err: expect.stringMatching(problem) })
  })

  it('has nothing to say about a ledger that verifies', async () => {
    const [text, json] = [[], ['--json']].map(async more => sluice(['repair', ...more], { cwd: product.clone }))

    expect(await text).toEqual({ code: 0, out: 'sluice-ledger verifies: there is nothing to repair.\n', err: '' })
    expect(JSON.parse((await json)?.out ?? '')).toEqual({ verified: true })
  })

  it('names the last good commit, what is lost, and the command, which puts the ledger right', async () => {
    const product = await ownProduct()
    const clone = await product.another('forged')
    const good = await forge(clone)
    const tip = await git(clone, 'rev-parse', 'sluice-ledger')

    const { code, out, err } = await sluice(['repair'], { cwd: clone })

    expect(code).toBe(1)
    expect(err).toContain('records/0/26.json: ')
    expect(out).toContain(`sluice-ledger verifies up to commit ${good} (25 records).\n`)
    // No HEAD.json ever counted it, and so Sluice never anchored it: neither an anchor nor the end of a key is to be thought of.
    expect(out).toContain('\nNo record would be lost by going back to it.\n')
    expect(out).not.toMatch(/has anchors|until:/)
    expect(out).toMatch(
      /^What does not belong there can be removed, .* stays reported\.\n.* once for each of\n {2}environment empty: builds and releases\n\n/
    )
    expect(out).toMatch(/\nproduction +r-[0-9a-f]{12} +a{12} /)
    const ref = 'refs/heads/sluice-ledger'
    const command = `git push --force-with-lease=${ref}:${tip} origin ${good}:${ref}`
    expect(out.endsWith(`  ${command}\n`)).toBe(true)

    await git(clone, ...command.split(' ').slice(1))

    const again = await product.another('repaired')
    expect(await sluice(['verify'], { cwd: again })).toMatchObject({ code: 0 })
  })

  it('says of genuine records that are lost by going back that they need not be, and what anchors and keys have to do with it', async () => {
    const clone = await anotherClone()
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    const date = (await git(clone, 'log', '-1', '--format=%cI')).trim()
    const [file = ''] = (await git(clone, 'ls-tree', '-r', '--name-only', 'HEAD^', 'evidence/')).split('\n')
    await rm(join(clone, file))
    const who = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
    await runCommand('git', ['-C', clone, ...who, 'commit', '-q', '-a', '--amend', '--no-edit'], {
      env: { ...process.env, GIT_COMMITTER_DATE: date }
    })
    await git(clone, 'checkout', '-q', 'main')

    const { code, out } = await sluice(['repair'], { cwd: clone })

    expect(code).toBe(1)
    expect(out).toContain(
      '\nThis ledger has anchors: going back stops deliveries, since none takes it without the records that are anchored'
    )
    expect(out).toMatch(
      /\nIf record \d+ was not written by Sluice, it need not be lost, but left out: .* give\nsha256:[0-9a-f]{64} `until: \d+`, list a new key for \S+, and run the workflow that calls repair\.yml\.\n/
    )
    expect(out).toContain(
      '\nNo record has to be lost for what a commit changed, removed or added by hand: make the later commits anew without the one that did it, with the same dates and each file as it was before. "Commits made anew" in'
    )
    expect(out).not.toContain('can be left out, and deliveries go on')

    const json = JSON.parse((await sluice(['repair', '--json'], { cwd: clone })).out) as object

    expect(json).toMatchObject({
      anchored: true,
      lost: [{ sequence: 25 }],
      madeAnew: [expect.stringMatching(/^\w{12}$/)]
    })
    expect(json).not.toHaveProperty('workflow')
  })

  it('leaves to repair.yml a record with files beside it that no record needs', async () => {
    const clone = await anotherClone()
    await forgeWell(clone, 'delivery.yml', 'staging', {
      [`evidence/ab/${'ab'.repeat(32)}`]: 'x',
      [`keys/${'ab'.repeat(32)}.pem`]: 'x',
      [`issuer/${'ab'.repeat(32)}.json`]: 'x',
      'records/0/77.json.sig': 'x',
      'README.md': 'x'
    })

    const { code, out } = await sluice(['repair'], { cwd: clone })
    await repairStaging(product, clone)

    expect(code).toBe(1)
    expect(out).toMatch(/^Nothing is lost: /)
    expect(out).toMatch(/ once for each of\n {2}environment: staging\n$/)
    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({
      code: 0,
      out: expect.stringContaining('record 27 leaves it out')
    })
  })

  it('goes back no further than to what left out a record that was never valid', async () => {
    const clone = await anotherClone()
    await forgeWell(clone)
    await repairStaging(product, clone)
    const good = await git(clone, 'rev-parse', 'sluice-ledger')
    await git(clone, 'checkout', '-q', 'sluice-ledger')
    await rm(join(clone, 'records/0/3.json'))
    await git(clone, 'commit', '-q', '-a', '-m', 'Remove')
    await git(clone, 'checkout', '-q', 'main')

    const { out } = await sluice(['repair', '--json'], { cwd: clone })

    expect(JSON.parse(out)).toMatchObject({ verified: false, good: { commit: good, records: 27 }, lost: [] })
  })

  describe('of a record that was committed a quarter of an hour after it was written', () => {
    /** Gives the commit that added record 20, with three others, another date. */
    const delay = async (clone: string): Promise<void> => {
      await git(clone, 'checkout', '-q', 'sluice-ledger')
      const commits = (await git(clone, 'log', '--reverse', '--format=%H')).trim().split('\n')
      let parent: string | undefined
      for (const commit of commits) {
        const files = await git(clone, 'show', '--name-only', '--format=', commit)
        const late = files.includes('records/0/20.json') ? 15 * 60 : 0
        const text = (await git(clone, 'cat-file', 'commit', commit))
          .replace(/^parent .*$/m, `parent ${parent}`)
          .replace(/^(committer .*) (\d+) ([+-]\d+)$/m, (_, who, at, zone) => `${who} ${Number(at) + late} ${zone}`)
        await writeFiles(clone, { '.git/delayed': `${text.trimEnd()}\n` })
        parent = (await git(clone, 'hash-object', '-t', 'commit', '-w', '.git/delayed')).trim()
      }
      await git(clone, 'reset', '-q', '--hard', parent ?? '')
      await git(clone, 'checkout', '-q', 'main')
    }

    it('names the run whose log tells, and neither a commit to go back to nor a key to end', async () => {
      const clone = await product.another('delayed')
      await delay(clone)

      const [text, json] = [
        await sluice(['repair'], { cwd: clone }),
        await sluice(['repair', '--json'], { cwd: clone })
      ]

      expect([text.code, json.code]).toEqual([1, 1])
      expect(text.err).toContain('records/0/20.json: it says 2026-01-04T19:00:00.000Z, but it was committed at')
      expect(text.out).toMatch(
        /^Nothing speaks against 4 records but when they were committed\..*look at the log of run 1002:/s
      )
      expect(text.out).not.toMatch(/until:|git push/)
      const { late, command } = JSON.parse(json.out) as { late: { sequence: number }[]; command: unknown }
      expect([late.map(({ sequence }) => sequence), command]).toEqual([[17, 18, 19, 20], undefined])
    })

    it('goes back no further than to what else is wrong', async () => {
      const clone = await product.another('delayed-and-forged')
      await delay(clone)
      const good = await forge(clone, false)

      const { out } = await sluice(['repair'], { cwd: clone })

      expect(out).toContain(
        `sluice-ledger verifies up to commit ${good.trim()} (25 records), but for when 4 of them were committed.`
      )
    })
  })

  it('says the same as JSON', async () => {
    const product = await ownProduct()
    const clone = await product.another('forged')
    const good = await forge(clone)

    const { code, out } = await sluice(['repair', '--json'], { cwd: clone })

    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      verified: false,
      branch: 'sluice-ledger',
      good: { commit: good, records: 25 },
      lost: [],
      command: expect.stringContaining(`origin ${good}:refs/heads/sluice-ledger`),
      anchored: false,
      workflow: [{ uses: 'repair.yml', with: { environment: '' } }],
      madeAnew: [
        await git(clone, 'rev-parse', '--short=12', 'sluice-ledger~'),
        await git(clone, 'rev-parse', '--short=12', 'sluice-ledger')
      ].map(it => it.trim())
    })
  })

  it('goes back to nothing when the rules of now fit no record', async () => {
    const { code, err } = await sluice(['repair', '--repository', '77'], { cwd: product.clone })

    expect(code).toBe(1)
    expect(err).toContain('No commit of sluice-ledger with a record verifies by the rules of now.')
  })

  it('does not leave to repair.yml what that refuses: where nothing is anchored, the key of a token alone is no reason', async () => {
    const product = await ownProduct()
    const clone = await product.another('unknown-key')
    await git(clone, 'checkout', '-q', 'main')
    const yml = await readFile(join(clone, 'delivery.yml'), 'utf8')
    await writeFiles(clone, {
      'delivery.yml': yml.replace(/ {2}anchors: .*\n/, '').replaceAll('level: production', 'level: preproduction')
    })
    const path = await git(clone, 'ls-tree', '--name-only', 'origin/sluice-ledger', 'issuer/')
    const key = JSON.parse(await git(clone, 'show', `origin/sluice-ledger:${path.trim()}`)) as object
    await writeFiles(root, { 'keys.json': JSON.stringify({ keys: [{ ...key, kid: 'one' }] }) })
    const good = await git(clone, 'rev-parse', 'origin/sluice-ledger')
    await writeByStranger(product)
    await git(clone, 'fetch', '-q', 'origin', 'sluice-ledger:sluice-ledger')
    const keys = `--issuer-keys=${join(root, 'keys.json')}`

    const [text, json] = [
      await sluice(['repair', keys], { cwd: clone }),
      await sluice(['repair', keys, '--json'], { cwd: clone })
    ]

    expect(text.out).toMatch(
      /^Nothing but the key of the token speaks against what is recorded under 26, .* list it in ledger.issuerKeys/s
    )
    expect(text.out).toContain(`verifies up to commit ${good}`)
    expect(JSON.parse(json.out)).toMatchObject({ unprovable: [26], good: { commit: good } })
  })
})
