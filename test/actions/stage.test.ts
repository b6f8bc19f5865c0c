import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import {
  openScene,
  type Run,
  recordsOn,
  type Scene,
  type Seed,
  type SeededRelease,
  Stage,
  type StepRun,
  seedOf
} from '../harness/index.ts'

let scene: Scene
let seed: Seed
let release: SeededRelease

beforeAll(async () => {
  scene = await openScene()
  // What a checkout has of the ledger, as actions/checkout fetches it.
  scene.world.github.on('commit', ({ branch, oid }) => scene.world.product.fetched(branch, oid))
  seed = seedOf(scene)
  release = await seed.release(await scene.commit())
}, 240_000)

afterAll(() => scene?.stop())

/** Calls of GitHub's API while something was done. */
async function callsOf<T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly calls: readonly string[] }> {
  const before = scene.world.github.calls.length
  const result = await act()
  return { result, calls: scene.world.github.calls.slice(before).map(({ route }) => route) }
}

async function stage(run: Run, mode: string, environment: string, plan = ''): Promise<StepRun> {
  const inputs = { mode, environment, release: release.digest, 'release-id': releaseId(release.digest) }
  return run.step('stage', { ...inputs, 'plan-digest': plan }, { job: mode })
}

const eventsOf = async (run: Run): Promise<readonly string[]> =>
  (await recordsOn(seed.ledger)).filter(it => it.run.id === String(run.id)).map(({ event }) => event)

describe('a job of a stage', () => {
  it('plans and applies behind a continuous gate, and records both', async () => {
    const run = scene.run(release.commit)

    const { result, calls } = await callsOf(async () => stage(run, 'deploy', 'integration'))

    expect([result.errors, result.exitCode]).toEqual([[], 0])
    expect(result.outputs).toMatchObject({
      verdict: 'allowed',
      turn: 'allowed',
      commit: release.commit,
      'has-changes': 'true',
      outcome: 'applied',
      acceptance: 'requests'
    })
    expect(await eventsOf(run)).toEqual(['started', 'deployed'])
    // The gate in two calls, and a commit for each record; and the policy, which a scene's event does not tell.
    expect(calls.toSorted()).toEqual([
      'GET /repos/{owner}/{repo}/environments/{environment_name}',
      'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
      'LedgerCommit',
      'LedgerCommit',
      'Policy'
    ])
  }, 240_000)

  it('plans before a gate, and deploys behind it, with an approval of that plan', async () => {
    await seed.record({
      event: 'accepted',
      environment: 'integration',
      release: { digest: release.digest, commit: release.commit }
    })
    const run = scene.run(release.commit)

    const planning = await callsOf(async () => stage(run, 'plan', 'staging'))
    await new Stage(scene, run, release, 'staging').decide('approved')
    const deploying = await callsOf(async () => stage(run, 'deploy', 'staging', planning.result.outputs['plan-digest']))

    expect([planning.result.errors, deploying.result.errors]).toEqual([[], []])
    expect(planning.result.outputs).toMatchObject({ verdict: 'allowed', 'has-changes': 'true', commit: release.commit })
    expect(deploying.result.outputs).toMatchObject({ turn: 'allowed', outcome: 'applied' })
    expect(deploying.result.outputs['verdict']).toBeUndefined()
    expect(await eventsOf(run)).toEqual(['planned', 'started', 'deployed'])
    const gate = [
      'GET /repos/{owner}/{repo}/environments/{environment_name}',
      'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies'
    ]
    const approvals = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals'
    const author = 'GET /repos/{owner}/{repo}/commits/{ref}'
    // Another run announced the release, so this one asks how the branch is protected.
    const branch = 'GET /repos/{owner}/{repo}/branches/{branch}'
    expect(planning.calls.toSorted()).toEqual([approvals, branch, author, ...gate, 'LedgerCommit', 'Policy'])
    expect(deploying.calls.toSorted()).toEqual([approvals, ...gate, 'LedgerCommit', 'LedgerCommit', 'Policy'])
  }, 240_000)
})
