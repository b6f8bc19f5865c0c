import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand, sha256 } from '@sluice/core'
import type { Pipeline } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

const WEAKER = DELIVERY.replace('gate: approval', 'gate: dispatch')
const TRACKED = 'refs/remotes/origin/main'

let hosted: Hosted
let root: string
let asked: number

beforeAll(async () => {
  hosted = await hostProduct()
  root = await mkdtemp(join(tmpdir(), 'sluice-policy-'))
})

afterAll(async () => {
  await hosted.stop()
  await rm(root, { recursive: true, force: true })
})

beforeEach(async () => {
  // As actions/checkout leaves it when it fetches everything.
  await hosted.git('update-ref', TRACKED, await hosted.commit({ 'delivery.yml': DELIVERY }))
  asked = calls()
})

function calls(): number {
  return [...hosted.host.requests.values()].reduce((sum, count) => sum + count, 0)
}

/** The gate of staging, as the policy has it. */
function gateOf({ policy }: Pick<Pipeline, 'policy'>): string | undefined {
  return policy.environments[1]?.gate
}

async function clone(...options: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(root, 'clone-'))
  await runCommand('git', ['clone', '--quiet', ...options, `file://${hosted.bare}`, directory])
  return directory
}

describe('the path of the policy', () => {
  it.each(['./delivery.yml', 'shop/../delivery.yml', '/delivery.yml'])(
    'has one spelling, which is not %s',
    async config => {
      for (const run of [{ defaultBranch: 'main' }, { defaultBranch: 'main', attempt: 2 }])
        await expect(hosted.open({ config, run })).rejects.toThrow('Give its path from the top of the repository')
    }
  )
})

describe('the policy of a job that fetched everything', () => {
  it('is that of the default branch in its clone, and GitHub is not asked', async () => {
    const pipeline = await hosted.open({ run: { defaultBranch: 'main' } })

    expect(gateOf(pipeline)).toBe('approval')
    expect(pipeline.defaultBranch).toBe('main')
    expect(calls()).toBe(asked)
  })

  it('is what origin had, not what lies in the work tree or on a branch of the clone', async () => {
    await hosted.git('commit', '--quiet', '--allow-empty', '--message', 'not pushed')
    const pipeline = await hosted.open({ run: { defaultBranch: 'main' } })

    expect(pipeline.policyFile.commit).toBe(await hosted.git('rev-parse', TRACKED))
  })

  it('must be in it', async () => {
    await expect(hosted.open({ config: 'nowhere.yml', run: { defaultBranch: 'main' } })).rejects.toThrow(
      `nowhere.yml is not on the default branch (main) of ${REPOSITORY}. Commit it there, or set the input config to its path.`
    )
  })

  it('is in every record of the run: path, commit and digest', async () => {
    const pipeline = await hosted.open({ run: { defaultBranch: 'main' } })

    expect(pipeline.draft().policy).toEqual({
      path: 'delivery.yml',
      commit: await hosted.git('rev-parse', TRACKED),
      digest: sha256(DELIVERY)
    })
  })
})

describe('the policy of any other job', () => {
  it('is asked of GitHub, with the default branch, in one call', async () => {
    const pipeline = await hosted.open()

    expect(gateOf(pipeline)).toBe('approval')
    expect(pipeline.policyFile).toEqual({
      path: 'delivery.yml',
      commit: await hosted.git('rev-parse', 'HEAD'),
      digest: sha256(DELIVERY)
    })
    expect(calls()).toBe(asked + 1)
  })

  it('is that of the branch that is the default one now when a run is started again, whatever its event tells', async () => {
    const main = await hosted.git('rev-parse', 'HEAD')
    await hosted.git('checkout', '--quiet', '-b', 'abandoned')
    await hosted.git('update-ref', 'refs/remotes/origin/abandoned', await hosted.commit({ 'delivery.yml': WEAKER }))
    await hosted.git('checkout', '--quiet', 'main')

    const pipeline = await hosted.open({ run: { attempt: 2, defaultBranch: 'abandoned' } })

    expect(gateOf(pipeline)).toBe('approval')
    expect(pipeline).toMatchObject({ defaultBranch: 'main', policyFile: { commit: main } })
  })

  it.each([
    ['is shallow', async () => clone('--depth=1')],
    ['never fetched the default branch', async () => clone('--single-branch', '--branch=main', '--origin=elsewhere')],
    ['is no clone', async () => mkdtemp(join(root, 'empty-'))]
  ])('is asked of GitHub where what is checked out %s', async (_, checkOut) => {
    const pipeline = await hosted.open({ run: { defaultBranch: 'main', workspace: await checkOut() } })

    expect(gateOf(pipeline)).toBe('approval')
    expect(calls()).toBe(asked + 1)
  })

  it('is asked of GitHub where the run is of another ref: its checkout leaves the default branch as an earlier job on the machine found it', async () => {
    await hosted.commit({ 'delivery.yml': `${DELIVERY}deliverFrom: [main, stable]\n` })

    const pipeline = await hosted.open({ run: { defaultBranch: 'main', ref: 'refs/heads/stable' } })

    expect(pipeline.policyFile.commit).toBe(await hosted.git('rev-parse', 'HEAD'))
    expect(pipeline.policyFile.commit).not.toBe(await hosted.git('rev-parse', TRACKED))
  })

  it('is not that of another repository that is checked out', async () => {
    const other = await hostProduct()
    await other.git('update-ref', TRACKED, await other.commit({ 'delivery.yml': WEAKER }))

    const pipeline = await hosted.open({ run: { defaultBranch: 'main', workspace: other.work } })

    expect(gateOf(pipeline)).toBe('approval')
    await other.stop()
  })

  it('must be UTF-8, byte for byte', async () => {
    await hosted.commit({ 'delivery.yml': DELIVERY })
    await hosted.git('update-ref', 'refs/heads/main', await committed(Buffer.from([0x61, 0xff, 0x0a])))
    await hosted.git('push', '--quiet', hosted.bare, 'main')

    await expect(hosted.open({ config: 'latin1.yml' })).rejects.toThrow(
      'latin1.yml on the default branch is no text in UTF-8'
    )
  })
})

describe('a tag that is named like the default branch', () => {
  it.each([
    ['GitHub is asked', {}],
    ['everything was fetched', { defaultBranch: 'main' }]
  ])('is not the policy where %s', async (_, run) => {
    const main = await hosted.git('rev-parse', 'HEAD')
    const tagged = await hosted.commit({ 'delivery.yml': WEAKER })
    await hosted.git('tag', '--force', 'main', tagged)
    await hosted.git('push', '--quiet', '--force', hosted.bare, 'refs/tags/main', `${main}:refs/heads/main`)
    await hosted.git('reset', '--quiet', '--hard', main)

    const pipeline = await hosted.open({ run })

    expect(gateOf(pipeline)).toBe('approval')
    expect(pipeline.policyFile.commit).toBe(main)
    await hosted.git('tag', '--delete', 'main')
    await hosted.git('push', '--quiet', '--delete', hosted.bare, 'refs/tags/main')
  })
})

/** A commit on top of the one that is checked out, with a file of these bytes. */
async function committed(bytes: Buffer): Promise<string> {
  const git = async (args: readonly string[], input?: Buffer): Promise<string> => {
    const identity = ['-c', 'user.name=author', '-c', 'user.email=author@shop.example']
    const options = input === undefined ? {} : { input }
    const { stdout } = await runCommand('git', ['-C', hosted.work, ...identity, ...args], options)
    return stdout.toString('utf8').trim()
  }
  const blob = await git(['hash-object', '-w', '--stdin'], bytes)
  await git(['update-index', '--add', '--cacheinfo', `100644,${blob},latin1.yml`])
  await git(['commit', '--quiet', '--message', 'latin1'])
  return git(['rev-parse', 'HEAD'])
}
