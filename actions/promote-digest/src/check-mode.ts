import {
  code,
  describeGate,
  escapeMarkdown,
  type LedgerRecord,
  type NamedRelease,
  type Protection,
  type Report,
  releaseId,
  table,
  UserError
} from '@sluice/core'
import {
  awaitTurn,
  type Pipeline,
  relateToLive,
  requireOwnConfig,
  requireProtectedGate,
  requireProtectedRefsOf,
  type Turn,
  withdrawalOfLive
} from '@sluice/pipeline'
import { evaluatePromotion } from '@sluice/policy'
import type { PromoteInputs } from './inputs.ts'
import { promotionOf, requireRecorded } from './recorded-intent.ts'

/** What the check asks GitHub, git and the ledger with. */
type CheckPipeline = Pick<
  Pipeline,
  | 'anchors'
  | 'clock'
  | 'defaultBranch'
  | 'environment'
  | 'environmentBefore'
  | 'github'
  | 'ledger'
  | 'log'
  | 'policy'
  | 'policyFile'
  | 'repository'
  | 'run'
  | 'vouching'
>

type Environment = ReturnType<Pipeline['environment']>

/** A release and the environment that it wants to enter. */
interface Entry {
  readonly release: NamedRelease
  readonly environment: Environment
  /** Where the release must have been accepted; absent for the first environment. */
  readonly before: Environment | undefined
}

/**
 * Decides whether a release may enter an environment, when nobody else is deploying to it. Asks GitHub and the ledger; AWS hears nothing
 * before the answer is yes.
 */
export async function check(inputs: PromoteInputs, pipeline: CheckPipeline): Promise<Report> {
  const { log, policy, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  const before = pipeline.environmentBefore(environment.name)
  const protection = await log.group(`Check the gate of ${environment.name}`, async () =>
    requireProtectedGate(pipeline, environment)
  )
  const turn = await log.group(`Wait for other runs in ${environment.name}`, async () =>
    awaitTurn(pipeline, environment, {
      release: inputs.release,
      environments: [environment, before].flatMap(it => it?.name ?? [])
    })
  )
  const { standing, history } = turn
  await requireOwnConfig({ ...pipeline, history })
  const announced = await history.releasedBy(inputs.release)
  const release = announced?.release
  if (release === undefined) {
    throw new UserError(
      `The ledger of ${policy.product} holds no release ${inputs.release}. Check the digest, or deliver its commit first.`
    )
  }
  const entry = { release, environment, before }
  const acceptance = await log.group(
    `Decide whether ${releaseId(release.digest)} may enter ${environment.name}`,
    async () => requirePromotion(entry, inputs, turn, pipeline)
  )
  const stopped = before === undefined ? undefined : await history.withdrawal(before.name, release.digest)
  const intent = await history.intent({ runId: run.runId, environment: environment.name, release: release.digest })
  requireRecorded(inputs, intent)
  // Whoever announced the release or itself in this attempt was asked before; a stage may be called without the first job of a delivery.
  if (![announced, intent].some(it => it?.run.id === run.runId && it.run.attempt === run.attempt))
    await log.group('Check that the refs that decide are protected', async () =>
      requireProtectedRefsOf(pipeline, environment)
    )
  const withdrawal = await withdrawalOfLive(history, environment.name, standing.live)
  const accepted = withdrawal === undefined ? await history.acceptanceOfLive(environment.name) : undefined
  const promotion = promotionOf(inputs)
  return {
    outputs: {
      verdict: 'allowed',
      live: accepted === undefined ? 'other' : 'accepted',
      commit: release.commit,
      ...(promotion === undefined ? {} : { detail: JSON.stringify({ promotion }) })
    },
    summary: summaryOf(entry, inputs, { live: standing.live[0], acceptance, stopped, protection })
  }
}

/**
 * @returns the acceptance that lets the release in; of the first environment there is none.
 * @throws UserError for a release that may not enter, with what the refusal is recorded as.
 */
async function requirePromotion(
  { release, environment, before }: Entry,
  { kind }: PromoteInputs,
  { history, standing }: Turn,
  pipeline: CheckPipeline
): Promise<LedgerRecord | undefined> {
  const names = [environment.name, ...(before === undefined ? [] : [before.name])]
  const verdict = evaluatePromotion({
    release,
    environment: environment.name,
    previous: before?.name,
    kind,
    records: await history.relevantTo(release.digest, names),
    relation: await relateToLive(pipeline, release.commit, standing.live),
    soak: environment.soak,
    now: pipeline.github.now()
  })
  if (!verdict.allowed)
    throw new UserError(`${verdict.reason} ${verdict.remedy}`, { outputs: { verdict: verdict.outcome } })
  return verdict.acceptance
}

/** What a release was let in by, and what it is let in besides. */
interface Background {
  readonly live: LedgerRecord | undefined
  readonly acceptance: LedgerRecord | undefined
  /** Its withdrawal in the environment before, which does not keep a rollback out. */
  readonly stopped: LedgerRecord | undefined
  readonly protection: Protection | undefined
}

function summaryOf(
  { release, environment, before }: Entry,
  { kind, reason }: PromoteInputs,
  { live, acceptance, stopped, protection }: Background
): string {
  const rows = [
    ['release', `${releaseId(release.digest)} ${code(release.digest)}`],
    ['commit', code(release.commit)],
    [
      'deployed before',
      live?.release === undefined ? 'nothing' : `${releaseId(live.release.digest)}, commit ${code(live.release.commit)}`
    ],
    ['accepted in', acceptanceText(acceptance)],
    ...(before === undefined || stopped === undefined
      ? []
      : [[`withdrawn in ${escapeMarkdown(before.name)}`, withdrawalText(stopped)]]),
    ['gate', describeGate(environment.gate, protection)],
    ...(kind === 'release' ? [] : [[kind, escapeMarkdown(reason ?? '')]])
  ]
  return `### ${releaseId(release.digest)} may enter ${escapeMarkdown(environment.name)}\n\n${table(['', ''], rows)}\n`
}

/** Where it was accepted, which a rollback is asked of its own environment. */
function acceptanceText(acceptance: LedgerRecord | undefined): string {
  if (acceptance === undefined) return 'first environment'
  return `${escapeMarkdown(acceptance.environment ?? '')} (record ${acceptance.sequence})`
}

function withdrawalText({ sequence, actor, detail }: LedgerRecord): string {
  const reason = detail !== undefined && 'reason' in detail ? String(detail.reason ?? '') : ''
  return `by ${escapeMarkdown(actor.login)} (record ${sequence}): ${escapeMarkdown(reason)}`
}
