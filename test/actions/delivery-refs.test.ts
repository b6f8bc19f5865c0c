import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { openScene, type Run, type Scene } from '../harness/index.ts'

const DIGEST = sha256('anything')

let scene: Scene
let run: Run

beforeAll(async () => {
  scene = await openScene()
  run = scene.run(await scene.commit(), { branch: 'feature' })
}, 60_000)

afterAll(() => scene.stop())

it.each([
  ['build-once', { mode: 'resolve' }],
  ['push-to-ops-registry', { unit: 'site', layout: 'site.zip', digest: DIGEST }],
  ['promote-digest', { mode: 'check', release: DIGEST, environment: 'integration' }],
  ['promote-digest', { mode: 'promote', release: DIGEST, environment: 'integration' }],
  ['deploy-stack', { mode: 'plan', release: DIGEST, environment: 'integration' }],
  ['deploy-stack', { mode: 'apply', release: DIGEST, environment: 'integration', 'plan-digest': DIGEST }],
  ['record-audit', { event: 'started', release: DIGEST, environment: 'integration', 'plan-digest': DIGEST }],
  ['record-audit', { event: 'planned', release: DIGEST, environment: 'staging', 'plan-path': 'plan.json' }],
  ['record-audit', { event: 'withdrawn', release: DIGEST, environment: 'staging', reason: 'It is slow.' }],
  ['record-audit', { event: 'adopted', unit: 'site', digest: DIGEST, reason: 'It is old.', checked: 'By ann.' }],
  ['record-audit', { outcome: '{}', release: DIGEST, environment: 'staging' }]
] as const)('%s does nothing for a ref that is no delivery ref, and AWS is not asked: %j', async (action, inputs) => {
  const step = await run.step(action, inputs)

  expect(step.errors).toEqual([
    expect.stringMatching(/^refs\/heads\/feature is not a delivery ref, so nothing is delivered from it\./)
  ])
  expect([step.exitCode, step.calls]).toEqual([1, []])
})
