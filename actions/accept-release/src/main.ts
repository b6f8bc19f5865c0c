import { actionInputs, actionLog, readRunContext, runAction, systemClock } from '@sluice/core'
import { readInputs } from './inputs.ts'
import { run } from './run.ts'

await runAction('Accept the release', process.env, async () =>
  run(readInputs(actionInputs()), {
    run: readRunContext(process.env),
    env: process.env,
    log: actionLog(),
    clock: systemClock
  })
)
