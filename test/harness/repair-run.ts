import { APPROVER } from '@sluice-lab/rehearsal'
import type { Scene, StepRun } from './scene.ts'

/** The two jobs of repair.yml that say something. */
export interface RepairRun {
  /** Shows what would be left out. */
  readonly preview: StepRun
  /** Leaves it out; the preview again, where that failed. */
  readonly repaired: StepRun
}

/** The jobs of repair.yml, which check everything out: what the first one shows is what the last one leaves out. */
export async function repairRun(scene: Scene, environment: string, reason: string): Promise<RepairRun> {
  const { github, product } = scene.world
  await scene.git(['fetch', '-q', product.bare, '+refs/heads/*:refs/remotes/origin/*'])
  const run = scene.run(await scene.git(['rev-parse', 'HEAD']), { event: 'workflow_dispatch' })
  const asked = { event: 'repaired', environment, reason }
  const preview = await run.step('record-audit', { ...asked, preview: 'true' }, { job: 'show' })
  if (preview.exitCode !== 0) return { preview, repaired: preview }
  await github.openGate(product.repository, run.id, 'production')
  github.decide(product.repository, run.id, 'production', { state: 'approved', user: APPROVER, comment: 'seen' })
  const shown = preview.outputs['shown'] ?? ''
  return { preview, repaired: await run.step('record-audit', { ...asked, shown }, { job: 'repair' }) }
}
