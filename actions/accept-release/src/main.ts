import { actionInputs, actionLog, readRunContext, runAction, systemClock } from '@sluice/core'
import { INPUT_NAMES, readInputs } from './inputs.ts'
import { run } from './run.ts'

await runAction('Accept the release', process.env, async () => {
  const request = readInputs(actionInputs(INPUT_NAMES))
  const { context } = await import('@actions/github')
  const facts = readRunContext(context, process.env)
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n', '--']
  return run(request, { run: facts, env: process.env, log: actionLog(), clock: systemClock, asRoot })
})
