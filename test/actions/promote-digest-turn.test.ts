import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type RecordDraft, releaseId, runCommand, sha256 } from '@sluice/core'
import {
  beyondAnchors,
  openScene,
  type Run,
  type Scene,
  type Seed,
  type SeededRelease,
  type StepRun,
  seedOf
} from '../harness/index.ts'

let scene: Scene
let seed: Seed
/** Three commits in a row, each released. */
let first: SeededRelease
let second: SeededRelease
let third: SeededRelease

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  first = await seed.release(await scene.commit('first'))
  second = await seed.release(await scene.commit('second'))
  third = await seed.release(await scene.commit('third'))
}, 60_000)

afterAll(() => scene.stop())

/** A record of a run of the scene, in `integration`. */
async function record(run: Run, event: RecordDraft['event'], release: SeededRelease): Promise<void> {
  await seed.record({
    event,
    environment: 'integration',
    release: { digest: release.digest, commit: release.commit },
    plan: sha256('plan'),
    run: {
      repository: String(scene.world.product.repositoryId),
      id: String(run.id),
      attempt: run.attempt,
      job: 'deploy',
      ref: 'refs/heads/main',
      workflow: 'deliver.yml',
      workflowSha: '0'.repeat(40),
      runner: 'github-hosted'
    }
  })
}

interface Checking {
  readonly workspace?: string
  readonly onLine?: (line: string) => void
}

async function check(run: Run, release: SeededRelease, { workspace, onLine }: Checking = {}): Promise<StepRun> {
  const inputs = {
    mode: 'check',
    release: release.digest,
    'release-id': releaseId(release.digest),
    environment: 'integration'
  }
  return run.step('promote-digest', inputs, {
    ...(workspace === undefined ? {} : { env: { GITHUB_WORKSPACE: workspace } }),
    ...(onLine === undefined ? {} : { onLine })
  })
}

/** A run that is over when the test is. */
function start(release: SeededRelease): Run {
  const run = scene.run(release.commit)
  running.push(run)
  return run
}

function end(run: Run): void {
  scene.world.github.completeRun(scene.world.product.repository, run.id, 'cancelled')
}

const running: Run[] = []

afterEach(() => {
  for (const run of running.splice(0)) end(run)
})

describe('an environment to which another run deploys', () => {
  it('is waited for, until the other run says what became of it', async () => {
    const other = start(first)
    await record(other, 'started', first)
    const line = `Run ${other.id} is deploying to integration: `
    let waits = (): void => undefined
    const waiting = new Promise<'waits'>(resolve => {
      waits = () => resolve('waits')
    })

    const onLine = (text: string): void => (text.startsWith(line) ? waits() : undefined)
    const checking = check(start(third), third, { onLine })
    const earlier = await Promise.race([waiting, checking])
    await record(other, 'deployed', first)
    await record(other, 'accepted', first)
    const step = await checking

    expect(earlier).toBe('waits')
    expect(step.errors).toEqual([])
    expect(step.lines.filter(text => text.startsWith(line))).toEqual([
      expect.stringContaining('Waiting for it to finish, until ')
    ])
    expect(step.outputs).toEqual({ verdict: 'allowed', live: 'accepted', commit: third.commit })
  })
})

describe('a release that is older than one that was found to change nothing', () => {
  beforeEach(async () => record(start(third), 'unchanged', third))

  it('is refused as superseded, without a call to AWS', async () => {
    const step = await check(start(second), second)

    expect(step.errors).toEqual([expect.stringMatching(/a newer release is deployed there/)])
    expect([step.exitCode, step.outputs, beyondAnchors(step)]).toEqual([1, { verdict: 'superseded' }, []])
  })

  it('is refused also when the newer commit came after the checkout', async () => {
    const workspace = join(scene.world.directory, 'old-clone')
    await git('init', '--quiet', workspace)
    await git('-C', workspace, 'fetch', '--quiet', scene.world.product.bare, second.commit)
    await git('-C', workspace, 'checkout', '--quiet', second.commit)

    const step = await check(start(second), second, { workspace })

    expect(step.errors).toEqual([expect.stringMatching(/a newer release is deployed there/)])
    expect(step.outputs).toEqual({ verdict: 'superseded' })
  })
})

async function git(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand('git', [...args])
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
}
