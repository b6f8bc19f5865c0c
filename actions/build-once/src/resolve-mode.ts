import { code, escapeMarkdown, type Report, shortDigest, table } from '@sluice/core'
import { checkRepository, type Delivery, fingerprintOf } from '@sluice/delivery'
import { type Pipeline, requireOwnConfig, requireProtectedRefs } from '@sluice/pipeline'
import { findTrustedBuild, type LookUp, type UnitState } from './trusted-build.ts'

/** Every unit of the run's commit, with the digest that may be adopted for it. */
export async function statesOfUnits(
  pipeline: LookUp & Pick<Pipeline, 'github' | 'policyFile' | 'repository' | 'run'>,
  delivery: Delivery
): Promise<readonly UnitState[]> {
  const { repository, run } = pipeline
  await requireOwnConfig(pipeline)
  const states: UnitState[] = []
  // One after the other: they share one walk through the ledger.
  for (const unit of delivery.units) {
    const fingerprint = await fingerprintOf(repository, run.sha, unit)
    states.push(await findTrustedBuild(pipeline, unit, fingerprint))
  }
  return states
}

/** Lists the units whose fingerprint has no trusted digest yet. */
export async function resolve(
  pipeline: LookUp &
    Pick<Pipeline, 'at' | 'defaultBranch' | 'github' | 'log' | 'policy' | 'policyFile' | 'repository' | 'run'>
): Promise<Report> {
  const { log, run, repository } = pipeline
  await log.group('Check that the refs that decide are protected', async () => requireProtectedRefs(pipeline))
  const delivery = await log.group('Read delivery.yml', async () => {
    const read = await pipeline.at(run.sha)
    await checkRepository(read, repository, run.sha)
    return read
  })
  const states = await log.group('Look every unit up in the ops registry and the ledger', async () =>
    statesOfUnits(pipeline, delivery)
  )
  const missing = states.filter(state => state.trusted === undefined).map(state => state.unit.name)
  for (const state of states) log.info(`${state.unit.name}: ${state.trusted ?? 'to be built'} (${state.reason})`)

  const rows = states.map(state => [
    escapeMarkdown(state.unit.name),
    code(shortDigest(state.fingerprint)),
    state.trusted === undefined
      ? `**to be built**: ${escapeMarkdown(state.reason)}`
      : `${code(shortDigest(state.trusted))}, ${escapeMarkdown(state.reason)}`
  ])
  return {
    outputs: {
      missing: JSON.stringify(missing),
      // From the protected default branch: the commit does not choose its own gates.
      environments: JSON.stringify(pipeline.policy.environments.map(({ name, gate }) => ({ name, gate }))),
      built: 'false'
    },
    summary: `### ${missing.length === 0 ? 'Nothing to build' : `To build: ${missing.join(', ')}`}\n\n${table(['unit', 'fingerprint', 'digest'], rows)}\n`
  }
}
