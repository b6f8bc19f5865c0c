import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { canonicalJson } from '@sluice/core'
import { recordPath } from '@sluice/ledger'
import { type Ended, sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct, draft } from './delivered.ts'
import { digest, FILES, git, repositoryWith, storefront, temporaryFolder, writeFiles } from './storefront.ts'

let root: string
let signed: DeliveredProduct
let advisory: DeliveredProduct
let clones = 0

beforeAll(async () => {
  root = await temporaryFolder()
  signed = await deliverProduct(join(root, 'signed'))
  advisory = await deliverProduct(join(root, 'advisory'), { signed: false })
}, 60_000)

afterAll(async () => {
  await Promise.all([signed.stop(), advisory.stop()])
  await rm(root, { recursive: true, force: true })
})

/** What validate says of a product with a ledger of 25 records once its delivery.yml is changed and committed. */
async function said(
  change: (text: string) => string,
  { of = signed, file = 'delivery.yml' }: { readonly of?: DeliveredProduct; readonly file?: string } = {}
): Promise<Ended> {
  const clone = await of.another(`clone-${++clones}`)
  const before = await readFile(join(clone, 'delivery.yml'), 'utf8')
  const after = change(before)
  if (file === 'delivery.yml' && after === before && change !== same) throw new Error('Nothing was changed.')
  await writeFile(join(clone, file), after)
  if (file !== 'delivery.yml') await rm(join(clone, 'delivery.yml'))
  await git(clone, 'add', '-A')
  await git(clone, 'commit', '-q', '--allow-empty', '-m', 'Change the rules')
  return sluice(['validate', file], { cwd: clone })
}

/** What it says when the ledger has more records, each like the newest but for some members. */
async function saidOf(...more: readonly object[]): Promise<Ended> {
  const clone = await signed.another(`clone-${++clones}`)
  await git(clone, 'checkout', '-q', 'sluice-ledger')
  const newest = JSON.parse(await readFile(join(clone, recordPath(25)), 'utf8')) as object
  const files = more.map((members, n) => [
    recordPath(26 + n),
    canonicalJson({ ...newest, ...members, sequence: 26 + n })
  ])
  await writeFiles(clone, Object.fromEntries(files))
  await git(clone, 'add', '-A')
  await git(clone, 'commit', '-q', '-m', 'Append by hand')
  await git(clone, 'checkout', '-q', 'main')
  return sluice(['validate'], { cwd: clone })
}

const same = (text: string): string => text

/** The fingerprint of a signer's key. */
function keyOf(party: string): string {
  const found = signed.trust.find(it => it.startsWith(`${party}=`))
  if (found === undefined) throw new Error(`Nobody signs as ${party}.`)
  return found.slice(party.length + 1)
}

const entry = (party: string, range = ''): string => `    - { key: "${keyOf(party)}", signs: [${party}]${range} }\n`

/** The delivery.yml of an advisory ledger. */
const withoutKey: typeof same = text =>
  text
    .replace(/ {2}key: .*\n {2}anchors: .*\n {2}trust:\n( {4}.*\n)+/, '')
    .replace('level: production', 'level: preproduction')

const edited =
  (from: string | RegExp, to: string): typeof same =>
  text =>
    text.replace(from, () => to)

describe('sluice validate, in a clone that has the ledger,', () => {
  it('says nothing of records while all stay readable', async () => {
    expect(await said(same)).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/production \(approval\)\.\n$/)
    })
    expect(await said(same, { of: advisory })).toMatchObject({ code: 0, err: '' })
  })

  it('warns of records of a default branch that has another name now, and says what to write', async () => {
    const renamed = async (change: typeof same): Promise<Ended> => {
      const clone = await signed.another(`clone-${++clones}`)
      await writeFile(join(clone, 'delivery.yml'), change(await readFile(join(clone, 'delivery.yml'), 'utf8')))
      await git(clone, 'commit', '-q', '--allow-empty', '-am', 'Change the rules')
      await git(clone, 'update-ref', 'refs/remotes/origin/trunk', 'HEAD')
      await git(clone, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')
      return sluice(['validate'], { cwd: clone })
    }
    const former = 'formerBranches: [{ name: "main", until: 25 }]'

    const warned = await renamed(same)
    const told = await renamed(edited('  branch: sluice-ledger\n', `  branch: sluice-ledger\n  ${former}\n`))

    expect(warned.code).toBe(0)
    expect(warned.err).toMatch(/^delivery\.yml:\d+:\d+: ledger: record 25, the newest of a run of main: [^\n]*\n$/)
    expect(warned.err).toContain(`add ${former}, or`)
    expect(told).toMatchObject({ code: 0, err: '' })
  })

  it('refuses to forget a key that signed: which records, by whom, and what to write', async () => {
    const { code, out, err } = await said(edited(keyOf('production/intent'), digest('f')))

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(
      `delivery.yml:26:5: ledger.trust: 2 records, 10 to 11: signed by production/intent with key ${keyOf('production/intent')}, which is not listed for it: they could not be read, and every delivery would stop; keep the entry, and of a key that signs no more say where it ended:  - { key: ${keyOf('production/intent')}, signs: [production/intent], until: 11 } [Sluice's docs/delivery-yml.md#ledger-trust]\n`
    )
  })

  it('refuses to forget the keys of an environment that is removed, and takes them with their end', async () => {
    const removed =
      (range: string): typeof same =>
      text =>
        text.replace(/ {2}- \{ name: staging, .*\n/, '').replace(entry('staging'), range)

    expect((await said(removed(''))).err.trim().split('\n')).toEqual(
      ['plan', 'intent', 'outcome'].map(duty =>
        expect.stringMatching(`ledger\\.trust: \\d records, .*: signed by staging/${duty} with key ${keyOf('staging')}`)
      )
    )
    expect(await said(removed(entry('staging', ', until: 25')))).toMatchObject({ code: 0, err: '' })
  })

  it('refuses a key from a later record on than its first one', async () => {
    const { code, err } = await said(edited(entry('builds'), entry('builds', ', from: 5')))

    expect(code).toBe(1)
    expect(err).toMatch(
      /^delivery\.yml:\d+:\d+: ledger\.trust\[0\]\.from: record 1: signed by builds with key .* before record 5: .*; write from: 1, or leave it out/
    )
  })

  it('warns of records that would count as forged, and leaves the decision: the key may have leaked', async () => {
    const { code, out, err } = await said(text =>
      text.replace(
        entry('builds'),
        `${entry('builds', ', until: 12')}    - { key: "${digest('f')}", signs: [builds] }\n`
      )
    )

    expect(code).toBe(0)
    expect(out).toContain('delivery.yml is valid')
    expect(err).toMatch(
      /^delivery\.yml:\d+:\d+: ledger\.trust\[0\]\.until: 2 records, \d+ to (\d+): signed by builds with key .* after record 12: they count as forged, and deliveries stop until sluice repair has nothing to say; if the key did not leak, write until: \1 \[.*\]\n$/
    )
  })

  it('objects to no record that a repair leaves out, unless it objects to the repair as well', async () => {
    const forged = { signer: 'staging/plan', fingerprint: digest('9') }
    const skipped = [{ sequence: 26, hash: digest('6'), why: 'its key is not listed' }]
    const repair = { event: 'repaired', detail: { reason: 'It was pushed by hand', skipped } }
    const repairedWith = (fingerprint: string): object => ({
      ...repair,
      key: { signer: 'staging/outcome', fingerprint }
    })

    const before = await saidOf({ key: forged })
    expect(before).toMatchObject({
      code: 1,
      err: expect.stringMatching(/record 26: signed by staging\/plan with key /)
    })
    expect(await saidOf({ key: forged }, repairedWith(keyOf('staging')))).toMatchObject({ code: 0, err: '' })
    expect(await saidOf({ key: forged }, repairedWith(digest('8')))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/record 26: signed by .*\n.*record 27: signed by /)
    })
  })

  it('refuses another Sluice than the one whose workflows wrote: the ledger would not verify', async () => {
    const run = { ...draft('failed', '9').run, sluice: { repository: 'acme/sluice', commit: 'a'.repeat(40) } }
    const own = { ...run, sluice: { ...run.sluice, repository: 'Sluice-Dev/sluice' } }

    expect(await saidOf({ run: own })).toMatchObject({ code: 0, err: '' })
    expect(await saidOf({ run })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^delivery\.yml:\d+:\d+: sluice\.repository: record 26: written by Sluice of acme\/sluice, and GitHub vouches for no other: .* every delivery would stop\. Put acme\/sluice back, or begin a new ledger: another ledger\.branch[^\n]* \[.*\]\n$/
      )
    })
  })

  it('refuses to take again a record that a repair left out for its key: the ledger would not verify', async () => {
    const genuine = { signer: 'staging/plan', fingerprint: keyOf('staging') }
    const leftOut = (why: string): object => ({
      event: 'repaired',
      detail: { reason: 'A key leaked', skipped: [{ sequence: 26, hash: digest('6'), why }] },
      key: { signer: 'staging/outcome', fingerprint: keyOf('staging') }
    })
    const ended = `it is signed with key ${keyOf('staging')}, which delivery.yml lists for staging/plan in records up to 25 only`

    expect(await saidOf({ key: genuine }, leftOut('GitHub does not vouch for it'))).toMatchObject({ code: 0, err: '' })
    expect(await saidOf({ key: genuine }, leftOut(ended))).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^delivery\.yml:\d+:\d+: ledger\.trust: record 26: left out by record 27 because key .* if the key leaked, write until: 25; if not, .* \[.*\]\n$/
      )
    })
  })

  it('warns that a key which ends later than the ledger is still in force', async () => {
    const { code, err } = await said(text =>
      text.replace(
        entry('builds'),
        `${entry('builds', ', until: 5000')}    - { key: "${digest('f')}", signs: [builds] }\n`
      )
    )

    expect(code).toBe(0)
    expect(err).toMatch(
      /found 5000, but the ledger ends with record \d+: until then key .* still signs for builds; .* write until: \d+/
    )
  })

  it('warns of a former branch that ends later than the ledger: whoever makes it again may write', async () => {
    const former = (until: number): typeof same =>
      edited(
        '  branch: sluice-ledger\n',
        `  branch: sluice-ledger\n  formerBranches: [{ name: old, until: ${until} }]\n`
      )

    const { code, err } = await said(former(26))

    expect(code).toBe(0)
    expect(err).toMatch(
      /^delivery\.yml:\d+:\d+: ledger\.formerBranches\[0\]\.until: found 26, but the ledger ends with record 25: until then runs of a branch that someone calls old again may write, too; of one that was renamed write until: 25 \[[^\n]*\n$/
    )
    expect(await said(former(25))).toMatchObject({ code: 0, err: '' })
  })

  it('refuses the end of a key that another entry lists for the same signer further on', async () => {
    const added = (...lines: readonly string[]): typeof same => edited(entry('builds'), lines.join(''))
    const next = `    - { key: "${digest('f')}", signs: [builds] }\n`
    const ended = entry('builds', ', until: 20')

    const endless = await said(added(ended, next, entry('builds')))
    const further = await said(added(ended, next, entry('builds', ', from: 15, until: 25')))
    const apart = await said(added(ended, next, entry('builds', ', from: 22, until: 25'), ended))

    expect(endless).toMatchObject({ code: 1, out: '' })
    expect(endless.err).toBe(
      `delivery.yml:26:113: ledger.trust[0].until: found 20, but key ${keyOf('builds')} goes on signing for builds: ledger.trust[2] lists it, too, without an end. If it must not, write until: 20 in ledger.trust[2], or take that signer out of there; if it may, out of here [Sluice's docs/delivery-yml.md#ledger-trust-until]\n`
    )
    expect(further.code).toBe(1)
    expect(further.err).toContain('ledger.trust[2] lists it, too, up to record 25. ')
    expect(apart.code).toBe(0)
  })

  it('names those alone whose key an end does not end', async () => {
    const { key, both } = { key: digest('e'), both: 'integration, staging' }
    const { code, err } = await said(
      edited(
        entry('builds'),
        `${entry('builds')}    - { key: "${key}", signs: [${both}], until: 20 }\n    - { key: "${key}", signs: [staging] }\n`
      )
    )

    expect(code).toBe(1)
    expect(err).toMatch(
      /found 20, but key .* goes on signing for staging\/plan, staging\/intent, staging\/outcome: ledger\.trust\[2\] .* take those signers out of there; if it may, out of here [^\n]*\n$/
    )
  })

  it('refuses a signature for records that were written without', async () => {
    const { code, err } = await said(() => storefront(), { of: advisory })

    expect(code).toBe(1)
    expect(err).toMatch(
      /ledger\.key: \d+ records, 1 to \d+: without a signature, .* begin a new ledger: another ledger\.branch and, where this one is anchored, another bucket in ledger\.anchors/
    )
  })

  it('refuses to give up the key of a signed ledger: verify takes none of its records', async () => {
    const { code, out, err } = await said(withoutKey)
    const verified = await sluice(['verify'], { cwd: join(root, 'signed', `clone-${clones}`) })

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^delivery\.yml:\d+:\d+: ledger: 25 records, 1 to 25: signed, but without ledger\.key no key is listed: they could not be read, and every delivery would stop\. Put key and trust back, or begin a new ledger: another ledger\.branch[^\n]* \[.*\]\n$/
    )
    expect(verified.code).toBe(1)
    expect(verified.err).toMatch(
      /records\/0\/1\.json: it is signed with key .*, which delivery\.yml does not list for builds/
    )
  })
})

describe('sluice validate, of a product with another name,', () => {
  const renamed: typeof same = text =>
    text.replace('product: storefront', 'product: store').replace('alias/sluice-storefront-', 'alias/sluice-store-')

  it('refuses to leave its past to another product, and says how to keep it', async () => {
    const { code, err } = await said(renamed)

    expect(code).toBe(1)
    expect(err).toMatch(
      /^delivery\.yml:2:10: product: \d+ records, 1 to \d+: about product storefront; if the product was renamed, add storefront to ledger\.formerly, otherwise give ledger\.branch a branch of its own/
    )
    expect(
      await said(text =>
        text
          .replace('product: storefront', 'product: store')
          .replace('ledger:\n', 'ledger:\n  formerly: [storefront]\n')
      )
    ).toMatchObject({
      code: 0,
      err: ''
    })
  })

  it('finds the ledger that would be forgotten, because the name of its branch follows the product', async () => {
    const { code, err } = await said(text => renamed(text).replace('  branch: sluice-ledger\n', ''))

    expect(code).toBe(1)
    expect(err).toMatch(
      /product: found store, but the ledger that this file rules is sluice-ledger, of product storefront; if the product was renamed, write ledger: \{ formerly: \[storefront\] \}/
    )
  })

  it('finds the ledger that would be forgotten for another branch', async () => {
    const { code, err } = await said(edited('branch: sluice-ledger', 'branch: ledger'))

    expect(code).toBe(1)
    expect(err).toMatch(
      /ledger\.branch: found ledger, but the ledger that this file rules is sluice-ledger; write ledger\.branch: sluice-ledger/
    )
  })

  it('finds it also where the name is kept, and the branch is not', async () => {
    const { code, err } = await said(text =>
      renamed(text).replace('ledger:\n  branch: sluice-ledger\n', 'ledger:\n  formerly: [storefront]\n')
    )

    expect(code).toBe(1)
    expect(err).toMatch(/ledger\.branch: found sluice-ledger-storefront, .*; write ledger\.branch: sluice-ledger\. /)
  })

  it('demands that the name which the ledger was opened under comes last: anchors are kept under it', async () => {
    const { code, err } = await said(text =>
      renamed(text).replace('ledger:\n', 'ledger:\n  formerly: [storefront, shop]\n')
    )

    expect(code).toBe(1)
    expect(err).toMatch(
      /ledger\.formerly: the ledger was opened by storefront, .* it must come last: \[shop, storefront\]/
    )
  })

  it('refuses a ledger that another file rules, whatever it is called', async () => {
    const { code, err } = await said(same, { file: 'shop.yml' })

    expect(code).toBe(1)
    expect(err).toMatch(
      /ledger\.branch: the ledger sluice-ledger is ruled by delivery\.yml since record \d+, and a delivery by shop\.yml is refused/
    )
  })
})

describe('sluice validate, of a ledger that begins anew,', () => {
  const elsewhere = edited('branch: sluice-ledger', 'branch: ledger-2')

  it('lets a signed one begin beside an advisory one, with another bucket of anchors', async () => {
    const { code, out, err } = await said(() => elsewhere(storefront()), { of: advisory })

    expect(code).toBe(0)
    expect(out).toContain('delivery.yml is valid')
    expect(err).toMatch(
      /^delivery\.yml:\d+:\d+: ledger\.branch: found ledger-2, where a new ledger begins without a past\. sluice-ledger, which this file ruled until now, stays as it is: its records cannot be read by it any more \(25 of them\)\. Where sluice-ledger is anchored, ledger\.anchors names another bucket, too: where anchors are, no ledger is opened\. If that is not meant, write ledger\.branch: sluice-ledger, [^\n]*\n$/
    )
  })

  it('lets an advisory one begin beside a signed one, which verifies by the delivery.yml of then', async () => {
    const { code, err } = await said(text => elsewhere(withoutKey(text)))
    const clone = join(root, 'signed', `clone-${clones}`)
    await git(clone, 'checkout', '-q', 'HEAD~1')

    expect(code).toBe(0)
    expect(err).toMatch(/^[^\n]*ledger\.branch: found ledger-2, [^\n]*\n$/)
    expect(err).not.toContain('bucket')
    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0 })
  })

  it('lets none begin where all but forged records can be read still', async () => {
    const ended = edited(
      entry('builds'),
      `${entry('builds', ', until: 12')}    - { key: "${digest('f')}", signs: [builds] }\n`
    )

    const { code, err } = await said(text => elsewhere(ended(text)))

    expect(code).toBe(1)
    expect(err).toMatch(/ledger\.branch: found ledger-2, but the ledger that this file rules is sluice-ledger; /)
  })
})

describe('sluice validate, without a ledger to compare with,', () => {
  it('says so, and how to fetch it', async () => {
    const clone = join(root, 'new')
    await repositoryWith(clone, { ...FILES, 'delivery.yml': storefront() })

    const { code, out } = await sluice(['validate'], { cwd: clone })

    expect(code).toBe(0)
    expect(out).toMatch(
      / No records were compared with it: there is no branch sluice-ledger here\. If there is a ledger, fetch it: git fetch origin sluice-ledger:sluice-ledger\.\n$/
    )
  })

  it('says that the ledger was fetched long ago', async () => {
    const clone = await signed.another('old')
    await git(clone, 'branch', 'sluice-ledger', 'origin/sluice-ledger~3')

    expect((await sluice(['validate'], { cwd: clone })).out).toMatch(
      / Its newest records were not compared with it: sluice-ledger here is older than origin\/sluice-ledger\. Bring it up to date: git fetch origin sluice-ledger:sluice-ledger\.\n$/
    )
  })

  it('says that the clone does not tell which is the default branch', async () => {
    const clone = await signed.another('unnamed')
    await git(clone, 'remote', 'set-head', 'origin', '--delete')

    const { code, out } = await sluice(['validate'], { cwd: clone })

    expect(code).toBe(0)
    expect(out).toMatch(
      / Where the records come from was not compared: this clone does not tell which is the default branch\. To tell it: git remote set-head origin BRANCH\.\n$/
    )
  })

  it('learns of a default branch that has another name now by the command of the docs', async () => {
    const clone = await signed.another('renamed')
    const origin = join(root, 'renamed.git')
    await git(root, 'clone', '-q', '--bare', join(root, 'signed', 'storefront.git'), origin)
    await git(clone, 'remote', 'set-url', 'origin', origin)
    await git(origin, 'branch', '-m', 'main', 'trunk')
    await git(clone, 'fetch', '-q')
    const before = await sluice(['validate'], { cwd: clone })

    await git(clone, 'fetch', '-q', '--prune')
    await git(clone, 'remote', 'set-head', 'origin', '--auto')
    const after = await sluice(['validate'], { cwd: clone })

    expect(before.err).toBe('')
    expect(after.err).toMatch(/ record 25, the newest of a run of main: [^\n]*\n$/)
  })

  it('says of a clone without the contents of its files that they were not compared', async () => {
    const clone = await signed.another('partial')
    await writeFile(join(clone, '.git/objects/pack/pack-1.promisor'), '')

    expect((await sluice(['validate'], { cwd: clone })).out).toMatch(
      /this clone is partial\. Clone without --filter\.\n$/
    )
  })
})
