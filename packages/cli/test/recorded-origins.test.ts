import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, type PolicyFile, sha256 } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { RecordedPolicies, type RecordedPoliciesOptions } from '../src/recorded-policy.ts'
import { draft } from './delivered.ts'
import { FILES, git, repositoryWith, storefront, temporaryFolder, writeFiles } from './storefront.ts'

/** Commits of Sluice: which delivery.yml names at first, and after an upgrade. */
const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)]

const FIRST = storefront()
const UPGRADED = FIRST.replace(OLD, NEW)
const LISTING = `${UPGRADED}deliverFrom: [stable]\n`

describe('where a record comes from, by the policy that it names,', () => {
  let root: string
  let clone: string
  const policies = new Map<string, PolicyFile>()

  beforeAll(async () => {
    root = await temporaryFolder()
    const work = join(root, 'work')
    await repositoryWith(work, FILES)
    for (const text of [FIRST, UPGRADED, LISTING]) {
      await writeFiles(work, { 'delivery.yml': text })
      await git(work, 'add', '-A')
      await git(work, 'commit', '-q', '-m', 'Rule')
      const commit = await git(work, 'rev-parse', 'HEAD')
      policies.set(text, { path: 'delivery.yml', commit, digest: sha256(text) })
    }
    clone = join(root, 'clone')
    await git(root, 'clone', '-q', work, clone)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  /** What is wrong with record 7, of a run of a ref, under a policy. @param commit of the Sluice that ran. */
  const problemOf = async (
    text: string,
    { ref = 'refs/heads/main', commit = OLD }: { readonly ref?: string; readonly commit?: string },
    options: Partial<RecordedPoliciesOptions> = {}
  ): Promise<string | undefined> => {
    const { run, ...about } = draft('failed', '1001')
    const policy = policies.get(text)
    const record = { ...about, sequence: 7, environment: 'staging', run: { ...run, ref }, policy } as LedgerRecord
    const judging = new RecordedPolicies({ directory: clone, ...options })
    await judging.look([record])
    return judging.problemOf(record, commit)
  }

  it('is a commit of Sluice that was listed then, though it is not any more', async () => {
    expect(await problemOf(FIRST, { commit: OLD })).toBeUndefined()
  })

  it.each([
    ['that is not listed any more', UPGRADED, OLD],
    ['that was not listed yet', FIRST, NEW],
    ['of a fork, which GitHub finds under the same name', UPGRADED, 'e'.repeat(40)]
  ])('is no commit of Sluice %s', async (_, text, commit) => {
    expect(await problemOf(text, { commit })).toBe(
      `GitHub says that commit ${commit} of Sluice wrote it, which is none that delivery.yml named then (sluice.commits)`
    )
  })

  it('is no branch that anybody may push', async () => {
    expect(await problemOf(FIRST, { ref: 'refs/heads/evil' })).toBe(
      'it was written by a run of refs/heads/evil, which is none of the delivery refs. If that was the default branch until it was renamed, list it in ledger.formerBranches of delivery.yml'
    )
  })

  it('is what deliverFrom said then', async () => {
    const ofStable = { ref: 'refs/heads/stable', commit: NEW }

    expect(await problemOf(LISTING, ofStable)).toBeUndefined()
    expect(await problemOf(UPGRADED, ofStable)).toContain('none of the delivery refs')
    expect(await problemOf(LISTING, { commit: NEW })).toContain('none of the delivery refs')
  })

  it.each([
    ['up to the record that the policy of now says', 7, undefined],
    ['and not from there on: somebody may have pushed a branch of that name', 6, 'none of the delivery refs']
  ])('is a former default branch %s', async (_, until, problem) => {
    const renamed = FIRST.replace('ledger:\n', `ledger:\n  formerBranches: [{ name: master, until: ${until} }]\n`)
    const delivery = parseDelivery(renamed, 'delivery.yml')

    const found = await problemOf(FIRST, { ref: 'refs/heads/master' }, { delivery })

    expect(found).toEqual(problem === undefined ? undefined : expect.stringContaining(problem))
  })

  it('is not told by the default branch in a clone that does not know its name, but by refs that are listed', async () => {
    const unnamed = join(root, 'unnamed')
    await git(root, 'clone', '-q', clone, unnamed)
    await git(unnamed, 'remote', 'remove', 'origin')
    const elsewhere = { directory: unnamed }

    expect(await problemOf(FIRST, { ref: 'refs/heads/evil' }, elsewhere)).toBeUndefined()
    expect(await problemOf(LISTING, { ref: 'refs/heads/stable', commit: NEW }, elsewhere)).toBeUndefined()
    expect(await problemOf(LISTING, { ref: 'refs/heads/evil', commit: NEW }, elsewhere)).toContain(
      'none of the delivery refs'
    )
  })
})
