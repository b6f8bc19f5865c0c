import type { User } from '@sluice-lab/github'
import { APPROVER } from '@sluice-lab/rehearsal'
import type { Run, Scene, StepRun } from './scene.ts'
import type { SeededRelease } from './seed.ts'

/** A step that had to succeed did not. */
class StepFailed extends Error {
  override readonly name = 'StepFailed'
}

/** The steps of stage.yml for one release in one environment, in one run. */
export class Stage {
  readonly #scene: Scene
  readonly run: Run
  readonly #release: SeededRelease
  readonly #environment: string

  constructor(scene: Scene, run: Run, release: SeededRelease, environment: string) {
    this.#scene = scene
    this.run = run
    this.#release = release
    this.#environment = environment
  }

  /** @param job where an environment is continuous, the job that deploys plans, too: its role is given to no other. */
  async plan(job: 'plan' | 'deploy' = 'plan'): Promise<StepRun> {
    return succeeded(await this.#step('deploy-stack', { mode: 'plan' }, job))
  }

  /** Plans, and announces the plan on the ledger. @returns the step that planned. */
  async announce(): Promise<StepRun> {
    const planned = await this.plan()
    const { 'plan-path': plan = '', 'dossier-path': dossier = '' } = planned.outputs
    await this.record({ event: 'planned', 'plan-path': plan, 'dossier-path': dossier }, 'plan')
    return planned
  }

  async record(inputs: Readonly<Record<string, string>>, job = 'deploy'): Promise<StepRun> {
    return succeeded(await this.#step('record-audit', inputs, job))
  }

  /** Somebody answers at the environment's gate. */
  async decide(state: 'approved' | 'rejected', user: User = APPROVER, comment = ''): Promise<void> {
    const { github, product } = this.#scene.world
    await github.openGate(product.repository, this.run.id, this.#environment)
    github.decide(product.repository, this.run.id, this.#environment, { state, user, comment })
  }

  /** Tries to carry a plan out. @param env what is different for this step. */
  async apply(plan: StepRun, env: Readonly<Record<string, string>> = {}): Promise<StepRun> {
    const inputs = { mode: 'apply', 'plan-digest': plan.outputs['plan-digest'] ?? '' }
    return this.#step('deploy-stack', inputs, 'deploy', env)
  }

  async discard(): Promise<StepRun> {
    return this.#step('deploy-stack', { mode: 'discard' }, 'record')
  }

  /** What stage.yml does behind the step that applied: tags and record where it says `applied`, and the outcome whatever it says. */
  async finish(plan: StepRun, applied: StepRun): Promise<StepRun> {
    const digest = plan.outputs['plan-digest'] ?? ''
    if (applied.outputs['outcome'] === 'applied') {
      succeeded(await this.#step('promote-digest', { mode: 'promote' }, 'deploy'))
      await this.record({ event: 'deployed', 'plan-digest': digest })
    }
    const deploy = applied.exitCode === 0 ? 'success' : 'failure'
    this.run.ended({ environment: this.#environment, release: this.#release.digest }, { plan: 'success', deploy })
    const jobs = {
      plan: { result: 'success', outputs: { 'has-changes': 'true', 'plan-digest': digest } },
      deploy: { result: deploy, outputs: applied.outputs },
      accept: { result: 'skipped', outputs: {} }
    }
    return this.record({ outcome: JSON.stringify(jobs) }, 'record')
  }

  async #step(
    action: 'deploy-stack' | 'promote-digest' | 'record-audit',
    inputs: Readonly<Record<string, string>>,
    job: string,
    env: Readonly<Record<string, string>> = {}
  ): Promise<StepRun> {
    const where = { release: this.#release.digest, environment: this.#environment }
    return this.run.step(action, { ...where, ...inputs }, { job, env })
  }
}

function succeeded(step: StepRun): StepRun {
  if (step.exitCode !== 0) throw new StepFailed(step.lines.join('\n'))
  return step
}
