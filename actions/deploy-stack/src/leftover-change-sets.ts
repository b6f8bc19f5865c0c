import { discardStacks, waitingChangeSets } from '@sluice/cloudformation'
import { runOfChangeSet } from '@sluice/core'
import { isRunOver, type Pipeline } from '@sluice/pipeline'
import type { Target } from './target.ts'

/** Takes back what runs planned that could not clean up behind them: cancelled by force, or their machine was lost. */
export async function discardLeftovers(
  pipeline: Pick<Pipeline, 'github' | 'log' | 'run'>,
  target: Target
): Promise<void> {
  const { session, stacks } = target
  for (const changeSetName of await waitingChangeSets({ session, stacks })) {
    const run = runOfChangeSet(changeSetName)
    if (run === undefined || run === pipeline.run.runId || !(await isRunOver(pipeline, run))) continue
    pipeline.log.info(`Run ${run} is over: its change sets ${changeSetName} were discarded.`)
    await discardStacks({ session, stacks, changeSetName })
  }
}
