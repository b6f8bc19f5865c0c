import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type CommandResult, runCommand, sha256 } from '@sluice/core'
import { readVectors } from '../vectors.ts'
import { BRANCH, importLine } from './verdicts.ts'

const PROGRAM = fileURLToPath(new URL('../../../../test/ledger-spec/verify.py', import.meta.url))

/** What delivery.yml said when the vectors were made. */
const POLICIES = {
  whole: true,
  branches: [{ name: 'main' }],
  commits: {
    ['1'.repeat(40)]: {
      'delivery.yml': {
        digest: sha256('delivery.yml'),
        deliverFrom: ['main'],
        environments: {
          integration: { gate: 'continuous', level: 'development', adminBypass: false },
          staging: { gate: 'approval', level: 'preproduction', adminBypass: false }
        }
      }
    }
  }
}
const VERIFIED = { code: 0, stderr: '', out: '' }

let root: string
let origin: string
let rules: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-second-'))
  origin = join(root, 'origin')
  rules = join(root, 'RULES.json')
  const vectors = await readVectors()
  await writeFile(rules, JSON.stringify({ ...vectors.rules, policies: POLICIES }))
  const files = new Map<string, Uint8Array>()
  const line = vectors.commits.map(commit => {
    for (const [path, text] of Object.entries(commit.files)) files.set(path, Buffer.from(text))
    return { files: new Map(files), time: Date.parse(commit.time) }
  })
  await importLine(origin, line)
})
afterAll(async () => rm(root, { recursive: true, force: true }))

async function git(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand('git', [...args])
  if (code !== 0) throw new Error(stderr)
}

async function verify(...args: readonly string[]): Promise<Pick<CommandResult, 'code' | 'stderr'> & { out: string }> {
  const { code, stdout, stderr } = await runCommand('python3', ['-B', PROGRAM, ...args])
  return { code, stderr, out: stdout.toString('utf8') }
}

describe('the verifier in Python, as a program,', () => {
  it.each([
    ['that is bare', ['--bare']],
    ['with a work tree, where the branch is origin’s alone', ['--no-checkout', '--branch=main']]
  ])('reads a clone with packs %s', async (kind, how) => {
    const clone = join(root, kind)
    await git('-C', origin, 'branch', '-f', 'main', BRANCH)
    await git('clone', '-q', ...how, pathToFileURL(origin).href, clone)
    await git('-C', clone, 'gc', '-q')

    expect(await verify(clone, BRANCH, rules)).toEqual(VERIFIED)
  })

  it('takes no object for another that a ref of the clone replaces', async () => {
    const clone = join(root, 'replaced')
    await git('clone', '-q', '--bare', pathToFileURL(origin).href, clone)
    await git('-C', clone, 'replace', BRANCH, `${BRANCH}~1`)

    expect(await verify(clone, BRANCH, rules)).toEqual(VERIFIED)
  })

  it('says what to do about a clone that is not whole, or has no such branch', async () => {
    const clone = join(root, 'shallow')
    await git('clone', '-q', '--bare', '--depth=1', `--branch=${BRANCH}`, pathToFileURL(origin).href, clone)

    expect(await verify(clone, BRANCH, rules)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/lacks the object \w{40}: clone the branch whole, without --depth and --filter\n$/)
    })
    expect(await verify(clone, 'absent', rules)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/there is no branch absent in it\n$/)
    })
  })

  it('says that gates were not compared where it was told of no policies, or not of all, and ends with 3', async () => {
    const { rules: told } = await readVectors()
    for (const policies of [undefined, { ...POLICIES, whole: false }]) {
      await writeFile(join(root, 'some.json'), JSON.stringify({ ...told, policies }))

      expect(await verify(origin, BRANCH, join(root, 'some.json'))).toEqual({
        ...{ code: 3, stderr: '' },
        out: expect.stringMatching(/^BUT NOT THE GATES: .*\n$/)
      })
    }
  })

  it('shows its usage', async () => {
    const usage = expect.stringContaining('python3 verify.py CLONE BRANCH RULES.json [ANCHORS]')

    expect(await verify()).toMatchObject({ code: 2, stderr: usage })
    expect(await verify('--help')).toMatchObject({ code: 0, out: usage })
  })

  it('takes for parents what git takes for parents', async () => {
    const directory = join(root, 'parents')
    await git('clone', '-q', '--bare', pathToFileURL(origin).href, directory)
    const show = await runCommand('git', ['-C', directory, 'cat-file', 'commit', BRANCH])
    const text = show.stdout.toString('utf8')
    const [parent] = /^parent \w+$/m.exec(text) ?? []
    // GitHub takes this: further headers are whatever they are called.
    const forged = text.replace(/^(committer .*)$/m, `$1\n${parent}`)
    const where = ['-C', directory, 'hash-object', '-w', '-t', 'commit', '--stdin']
    const made = await runCommand('git', where, { input: Buffer.from(forged) })
    await git('-C', directory, 'update-ref', `refs/heads/${BRANCH}`, made.stdout.toString('utf8').trim())

    expect(forged).not.toBe(text)
    expect(await verify(directory, BRANCH, rules)).toEqual(VERIFIED)
  })
})
