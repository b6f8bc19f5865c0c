import {
  code,
  type Digest,
  environmentTag,
  escapeMarkdown,
  previousTag,
  type Report,
  releaseId,
  table,
  unitRepository
} from '@sluice/core'
import { type Pipeline, requireIntent } from '@sluice/pipeline'
import type { PromoteInputs } from './inputs.ts'
import { requireRecorded } from './recorded-intent.ts'

/**
 * Moves `env-<environment>` of every image to the release's digest, and `prev-<environment>` to what it was before. Tags are labels that
 * keep deployed images from expiring; nothing reads them as input. Safe to run again: a tag that is in place stays.
 */
export async function promote(
  inputs: PromoteInputs,
  pipeline: Pick<Pipeline, 'environment' | 'history' | 'log' | 'policy' | 'registry' | 'release' | 'run'>
): Promise<Report> {
  const { log, policy } = pipeline
  const environment = pipeline.environment(inputs.environment)
  pipeline.history.about({ release: inputs.release, environments: [environment.name] })
  requireRecorded(inputs, await requireIntent(pipeline, environment.name, inputs.release))
  const release = await pipeline.release(inputs.release)
  const registry = pipeline.registry({ environment: environment.name, may: 'promote' })
  const current = environmentTag(environment.name)
  const previous = previousTag(environment.name)

  const promoted: Record<string, Digest> = {}
  const rows: string[][] = []
  await log.group(`Move the tags of ${environment.name}`, async () => {
    for (const [name, unit] of Object.entries(release.units)) {
      if (unit.kind !== 'image') continue
      const repository = unitRepository(policy.product, name)
      const before = (await registry.resolve(repository, current))?.digest
      if (before !== undefined && before !== unit.digest) await registry.moveTag(repository, before, previous)
      if (before !== unit.digest) await registry.moveTag(repository, unit.digest, current)
      promoted[name] = unit.digest
      rows.push([escapeMarkdown(name), before === undefined ? 'none' : code(before), code(unit.digest)])
      log.info(`${repository}:${current} ${before === unit.digest ? 'stays at' : 'moved to'} ${unit.digest}`)
    }
  })
  return {
    outputs: { verdict: 'allowed', promoted: JSON.stringify(promoted) },
    summary: `### ${escapeMarkdown(environment.name)} holds ${releaseId(inputs.release)}\n\n${table(['image', 'before', 'now'], rows)}\n`
  }
}
