import { code, describeGate, escapeMarkdown, type Report, releaseId, table, UserError } from '@sluice/core'
import { awaitTurn, type Pipeline, relateToLive, requireProtectedGate } from '@sluice/pipeline'
import { evaluatePromotion } from '@sluice/policy'
import type { PromoteInputs } from './inputs.ts'

/**
 * Decides whether a release may enter an environment, when nobody else is deploying to it. Asks GitHub and the ledger; AWS hears nothing
 * before the answer is yes.
 */
export async function check(inputs: PromoteInputs, pipeline: Pipeline): Promise<Report> {
  const { log } = pipeline
  const environment = pipeline.environment(inputs.environment)
  const before = pipeline.environmentBefore(environment.name)

  const protection = await log.group(`Check the gate of ${environment.name}`, async () =>
    requireProtectedGate(pipeline, environment)
  )

  const { standing, history } = await log.group(`Wait for the turn in ${environment.name}`, async () =>
    awaitTurn(pipeline, environment)
  )
  const released = await history.find(
    record => record.event === 'released' && record.release?.digest === inputs.release
  )
  if (released?.release === undefined) {
    throw new UserError(
      `The ledger of ${pipeline.policy.product} holds no release ${inputs.release}. Check the digest, or deliver its commit first.`
    )
  }
  const { release } = released
  const [live] = standing.live
  const relation = await relateToLive(pipeline, release.commit, standing.live)

  const verdict = await log.group(
    `Decide whether ${releaseId(release.digest)} may enter ${environment.name}`,
    async () =>
      evaluatePromotion({
        release,
        environment: environment.name,
        previous: before?.name,
        kind: inputs.kind,
        records: await history.relevantTo(release.digest, [
          environment.name,
          ...(before === undefined ? [] : [before.name])
        ]),
        relation,
        soak: environment.soak,
        now: pipeline.github.now()
      })
  )
  if (!verdict.allowed)
    throw new UserError(`${verdict.reason} ${verdict.remedy}`, { outputs: { verdict: verdict.outcome } })
  const accepted = await history.acceptanceOfLive(environment.name)

  const rows = [
    ['release', `${releaseId(release.digest)} ${code(release.digest)}`],
    ['commit', code(release.commit)],
    [
      'live before',
      live?.release === undefined ? 'nothing' : `${releaseId(live.release.digest)}, commit ${code(live.release.commit)}`
    ],
    ['accepted in', before === undefined ? 'first environment' : escapeMarkdown(before.name)],
    ['gate', describeGate(environment.gate, protection)]
  ]
  return {
    outputs: { verdict: 'allowed', live: accepted === undefined ? 'other' : 'accepted', commit: release.commit },
    summary: `### ${releaseId(release.digest)} may enter ${escapeMarkdown(environment.name)}\n\n${table(['', ''], rows)}\n`
  }
}
