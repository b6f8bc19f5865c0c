import {
  type Digest,
  Failure,
  messageOf,
  parseDigest,
  type Report,
  readPartial,
  type StatedEvent,
  type Tell,
  UserError
} from '@sluice/core'
import { environmentNamed } from '@sluice/delivery'
import { run as deployStack } from '@sluice/deploy-stack'
import type { Pipeline } from '@sluice/pipeline'
import { run as promoteDigest } from '@sluice/promote-digest'
import { run as recordAudit } from '@sluice/record-audit'
import { type Acceptance, acceptanceOf } from './acceptance.ts'
import type { StageInputs } from './inputs.ts'
import { Parts } from './parts.ts'
import { recordJob } from './record-job.ts'

/**
 * One job of a stage: what each step would do alone, one after another, by the same code. Together they open the delivery once, and ask
 * nobody twice for what cannot have changed.
 * @param env of the job; checks that run here keep what it has of secrets to themselves.
 */
export async function run(inputs: StageInputs, pipeline: Pipeline, tell: Tell, env: NodeJS.ProcessEnv): Promise<void> {
  const parts = new Parts(inputs, pipeline, tell)
  switch (inputs.mode) {
    case 'plan':
      await new Stage(parts).plan()
      return
    case 'deploy':
      return new Stage(parts).deploy(inputs.plan)
    case 'record':
      return recordJob(inputs.jobs, parts, env)
  }
}

class Stage {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Lets the release in, plans, and records the plan. @returns the plan, if there is something to apply. */
  async plan(): Promise<PlannedFiles | undefined> {
    const planned = await this.#check()
    if (planned !== undefined) await this.#record('planned', planned)
    return planned
  }

  /** Records the intent, applies exactly the plan, and records that it is done. */
  async deploy(recorded: Digest | undefined): Promise<void> {
    await this.#tellTouched(false)
    const planned = recorded === undefined ? await this.#planAnew() : { digest: recorded }
    if (planned === undefined) return
    await this.#record('started', planned)
    // Hours may lie between plan and approval. The record above is this run's place in the queue.
    const acceptance = await this.#acceptanceAt(await this.#requireTurn())
    await this.#tellTouched(true)
    await this.#apply(planned.digest)
    await this.#label()
    await this.#record('deployed', { digest: planned.digest })
    await this.#tellAcceptance(acceptance)
  }

  /** Applies the plan. What one that stops halfway has deployed runs on, so that it gets its tags as well. */
  async #apply(plan: Digest): Promise<void> {
    const { where, pipeline } = this.#parts
    try {
      await this.#parts.run(async pipeline => deployStack({ ...where, mode: 'apply', plan }, pipeline))
    } catch (error: unknown) {
      const far = error instanceof UserError || error instanceof Failure ? error.outputs['partial'] : undefined
      const done = readPartial(far)?.done ?? []
      if (done.length > 0)
        await this.#label(done).catch((cause: unknown) =>
          pipeline.log.warning(`The tags of ${done.join(', ')} did not move: ${messageOf(cause)}`)
        )
      throw error
    }
  }

  /** Moves the tags of the environment: to all units of the release, or to some. */
  async #label(units?: readonly string[]): Promise<void> {
    const some = units === undefined ? {} : { units }
    await this.#parts.run(
      async pipeline => promoteDigest({ ...this.#parts.where, ...ORDINARY, ...some, mode: 'promote' }, pipeline),
      []
    )
  }

  /** @throws UserError at a gate where a plan is shown to someone first: what no one has seen is not applied there. */
  async #planAnew(): Promise<PlannedFiles | undefined> {
    const { pipeline, where } = this.#parts
    const { gate, name } = pipeline.environment(where.environment)
    if (gate !== 'continuous')
      throw new UserError(
        `Input plan-digest is missing, and the gate of ${name} is ${gate}: only a plan that was recorded before is applied there. Pass plan-digest from the plan job.`
      )
    return this.#check()
  }

  async #check(): Promise<PlannedFiles | undefined> {
    const checked = await this.#parts.run(async pipeline =>
      promoteDigest({ ...this.#parts.where, ...ORDINARY, mode: 'check' }, pipeline)
    )
    const { outputs } = await this.#parts.run(async pipeline =>
      deployStack({ ...this.#parts.where, mode: 'plan' }, pipeline)
    )
    if (outputs['has-changes'] !== 'true') {
      const { live, commit = '' } = checked.outputs
      await this.#tellAcceptance(live === 'accepted' ? 'none' : await this.#acceptanceAt(commit))
      return undefined
    }
    return {
      digest: parseDigest(outputs['plan-digest'] ?? '', 'Output plan-digest'),
      planPath: outputs['plan-path'],
      dossierPath: outputs['dossier-path']
    }
  }

  /**
   * What was let in may be refused now: somebody newer came first. Later jobs tell the two answers apart.
   * @returns the commit of the release.
   */
  async #requireTurn(): Promise<string> {
    const asTurn = ({ verdict }: Report['outputs']): Report['outputs'] =>
      verdict === undefined ? {} : { turn: verdict }
    const { outputs } = await this.#parts.run(
      async pipeline => {
        try {
          const report = await promoteDigest({ ...this.#parts.where, ...ORDINARY, mode: 'check' }, pipeline)
          return { ...report, outputs: { ...report.outputs, ...asTurn(report.outputs) } }
        } catch (error: unknown) {
          if (!(error instanceof UserError)) throw error
          throw new UserError(error.message, { cause: error, outputs: asTurn(error.outputs), details: error.details })
        }
      },
      ['turn']
    )
    return outputs['commit'] ?? ''
  }

  async #record(event: StatedEvent, plan: PlannedFiles): Promise<void> {
    const { planPath, dossierPath } = plan
    await this.#parts.run(
      async pipeline =>
        recordAudit(
          {
            ...this.#parts.where,
            kind: 'events',
            events: [event],
            unit: undefined,
            // A plan that is archived now says by itself which one it is.
            plan: event === 'planned' ? undefined : plan.digest,
            planPath,
            dossierPath: event === 'planned' ? dossierPath : undefined,
            detail: undefined
          },
          pipeline
        ),
      ['place']
    )
  }

  /** The acceptance that a release's own commit asks for. */
  async #acceptanceAt(commit: string): Promise<Acceptance> {
    const { pipeline, where } = this.#parts
    return acceptanceOf(environmentNamed(await pipeline.at(commit), where.environment))
  }

  /** Which checks are due when this job is done. */
  async #tellAcceptance(acceptance: Acceptance): Promise<void> {
    await this.#parts.tell({ outputs: { acceptance }, summary: '' })
  }

  /**
   * Whether the environment may have been touched. It is said before it is true: a process that is killed says no more. Applying takes it
   * back when it fails before anything was changed.
   */
  async #tellTouched(touched: boolean): Promise<void> {
    await this.#parts.tell({ outputs: { touched: String(touched) }, summary: '' })
  }
}

/** The workflows go forward; rollbacks and hotfixes are for those who call the actions themselves. */
const ORDINARY = { kind: 'release', reason: undefined } as const

/** A plan, and the files that hold it, where they were written in this job. */
interface PlannedFiles {
  readonly digest: Digest
  readonly planPath?: string | undefined
  readonly dossierPath?: string | undefined
}
