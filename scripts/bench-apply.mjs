// Plans and applies stacks in a process of its own: what `bench-stacks.mjs` measures. Stacks are units of one parameter each.

import { applyStacks, planStacks } from '@sluice/cloudformation'
import { awsTerms, sha256, systemClock } from '@sluice/core'

const TEMPLATE = `Parameters: { Image: { Type: String } }
Resources: { Parameter: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !Ref Image } } }
`

/** `name` or `name<name`, the latter after the former. */
const units = process.argv.slice(2).map(text => text.split('<'))
const artifact = sha256('bench')
const request = {
  session: {
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'bench' }),
    terms: awsTerms(process.env)
  },
  stacks: units.map(([unit, ...dependsOn]) => ({
    unit,
    stack: unit,
    dependsOn,
    template: TEMPLATE,
    parameters: { Image: artifact },
    tags: {},
    artifact
  })),
  changeSetName: 'sluice-r-000000000000-1',
  clock: systemClock,
  log: { info() {}, warning() {}, debug() {}, untrusted() {}, group: (_, work) => work() }
}
const plan = await planStacks(request)
process.send?.({ planned: Date.now() })
const outcome = await applyStacks({
  ...request,
  plan,
  clientToken: 'b'.repeat(64),
  deadline: Date.now() + 3_600_000,
  onEvent() {}
})
process.send?.({ applied: Date.now(), outcome: outcome.kind })
process.disconnect?.()
process.exitCode = outcome.kind === 'applied' ? 0 : 1
