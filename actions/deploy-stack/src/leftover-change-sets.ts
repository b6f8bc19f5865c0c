import { discardStacks, waitingChangeSets } from '@sluice/cloudformation'
import { runOfChangeSet } from '@sluice/core'
import { findRunsThatAreOver, type Pipeline } from '@sluice/pipeline'
import type { Target } from './target.ts'

/** Takes back what runs planned that could not clean up behind them: cancelled by force, or their machine was lost. */
export async function discardLeftovers(
  pipeline: Pick<Pipeline, 'github' | 'log' | 'run'>,
  target: Target
): Promise<void> {
  const { session, stacks } = target
  const waiting = (await waitingChangeSets({ session, stacks })).flatMap(changeSetName => {
    const id = runOfChangeSet(changeSetName)
    return id === undefined || id === pipeline.run.runId ? [] : [{ id, changeSetName }]
  })
  for (const { id: run, changeSetName } of await findRunsThatAreOver(pipeline, waiting)) {
    pipeline.log.info(`Run ${run} is over: discarding its change sets ${changeSetName}`)
    await discardStacks({ session, stacks, changeSetName, log: pipeline.log })
  }
}
