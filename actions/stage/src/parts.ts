import type { Destination, Report, Tell } from '@sluice/core'
import { historyOf, type Pipeline } from '@sluice/pipeline'

type Since = Parameters<typeof historyOf>[1]

/** The outputs that later jobs read; what else a part tells is for those who call it alone. */
const OUTPUTS = ['verdict', 'commit', 'has-changes', 'plan-digest', 'outcome', 'environment-url']

/**
 * The parts of one job, one after another. Each tells its outputs as soon as it is done: what fails later, or is killed, does not take them
 * back.
 */
export class Parts {
  readonly where: Destination
  readonly pipeline: Pipeline
  readonly tell: Tell

  constructor({ environment, release }: Destination, pipeline: Pipeline, tell: Tell) {
    this.where = { environment, release }
    this.pipeline = pipeline
    this.tell = tell
  }

  /**
   * One part, with the ledger as the part before has left it.
   * @param since how old a look at the ledger may be; by default, as old as for any action.
   */
  async run(
    act: (pipeline: Pipeline) => Promise<Report>,
    outputs: readonly string[] = OUTPUTS,
    since?: Since
  ): Promise<Report> {
    const report = await act({ ...this.pipeline, history: historyOf(this.pipeline, since) })
    const told = Object.fromEntries(Object.entries(report.outputs).filter(([name]) => outputs.includes(name)))
    await this.tell({ ...report, outputs: told })
    return report
  }
}
