import { type Digest, parseDigest, type Report, type StatedEvent, type Tell, UserError } from '@sluice/core'
import { run as deployStack } from '@sluice/deploy-stack'
import { historyOf, type Pipeline } from '@sluice/pipeline'
import { run as promoteDigest } from '@sluice/promote-digest'
import { run as recordAudit } from '@sluice/record-audit'
import type { StageInputs } from './inputs.ts'

/**
 * One job of a stage: what each step would do alone, one after another, by the same code. Together they open the delivery once, and ask
 * nobody twice for what cannot have changed. Each part tells its outputs as soon as it is done: what fails later, or is killed, does not
 * take them back.
 */
export async function run(inputs: StageInputs, pipeline: Pipeline, tell: Tell): Promise<void> {
  const stage = new Stage(inputs, pipeline, tell)
  if (inputs.mode === 'plan') await stage.plan()
  else await stage.deploy(inputs.plan)
}

type Where = Pick<StageInputs, 'environment' | 'release'>

/** The outputs that later jobs read; what else a part tells is for those who call it alone. */
const OUTPUTS = ['verdict', 'live', 'commit', 'has-changes', 'plan-digest', 'outcome', 'environment-url']

class Stage {
  readonly #where: Where
  readonly #pipeline: Pipeline
  readonly #tell: Tell

  constructor({ environment, release }: Where, pipeline: Pipeline, tell: Tell) {
    this.#where = { environment, release }
    this.#pipeline = pipeline
    this.#tell = tell
  }

  /** Lets the release in, plans, and announces the plan. @returns the plan, if there is something to apply. */
  async plan(): Promise<PlannedFiles | undefined> {
    const planned = await this.#check()
    if (planned !== undefined) await this.#record('planned', planned)
    return planned
  }

  /** Announces the deployment, carries out exactly the plan, and records that it is done. */
  async deploy(announced: Digest | undefined): Promise<void> {
    await this.#tellTouched(false)
    const planned = announced === undefined ? await this.#check() : { digest: announced }
    if (planned === undefined) return
    await this.#record('started', planned)
    // Hours may lie between plan and approval. The record above is this run's place in the queue.
    await this.#requireTurn()
    await this.#tellTouched(true)
    await this.#part(async pipeline => deployStack({ ...this.#where, mode: 'apply', plan: planned.digest }, pipeline))
    await this.#part(async pipeline => promoteDigest({ ...this.#where, ...ORDINARY, mode: 'promote' }, pipeline), [])
    await this.#record('deployed', { digest: planned.digest })
  }

  async #check(): Promise<PlannedFiles | undefined> {
    await this.#part(async pipeline => promoteDigest({ ...this.#where, ...ORDINARY, mode: 'check' }, pipeline))
    const { outputs } = await this.#part(async pipeline => deployStack({ ...this.#where, mode: 'plan' }, pipeline))
    if (outputs['has-changes'] !== 'true') return undefined
    return {
      digest: parseDigest(outputs['plan-digest'] ?? '', 'Output plan-digest'),
      planPath: outputs['plan-path'],
      dossierPath: outputs['dossier-path']
    }
  }

  /** What was let in may be refused now: somebody newer came first. Later jobs tell the two answers apart. */
  async #requireTurn(): Promise<void> {
    const asTurn = ({ verdict }: Report['outputs']): Report['outputs'] =>
      verdict === undefined ? {} : { turn: verdict }
    await this.#part(
      async pipeline => {
        try {
          const report = await promoteDigest({ ...this.#where, ...ORDINARY, mode: 'check' }, pipeline)
          return { ...report, outputs: asTurn(report.outputs) }
        } catch (error: unknown) {
          if (!(error instanceof UserError)) throw error
          throw new UserError(error.message, { cause: error, outputs: asTurn(error.outputs), details: error.details })
        }
      },
      ['turn']
    )
  }

  async #record(event: StatedEvent, plan: PlannedFiles): Promise<void> {
    const { planPath, dossierPath } = plan
    await this.#part(
      async pipeline =>
        recordAudit(
          {
            ...this.#where,
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

  /**
   * Whether the environment may have been touched. It is said before it is true: a process that is killed says no more. Applying takes it
   * back when it fails before anything was changed.
   */
  async #tellTouched(touched: boolean): Promise<void> {
    await this.#tell({ outputs: { touched: String(touched) }, summary: '' })
  }

  /** One part, with the ledger as the part before has left it. */
  async #part(act: (pipeline: Pipeline) => Promise<Report>, outputs: readonly string[] = OUTPUTS): Promise<Report> {
    const report = await act({ ...this.#pipeline, history: historyOf(this.#pipeline) })
    const told = Object.fromEntries(Object.entries(report.outputs).filter(([name]) => outputs.includes(name)))
    await this.#tell({ ...report, outputs: told })
    return report
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
