import {
  code,
  encodeRelease,
  escapeMarkdown,
  type Release,
  type Report,
  releaseId,
  releasesRepository,
  table,
  UserError
} from '@sluice/core'
import { historyOf, type Pipeline } from '@sluice/pipeline'
import { statesOfUnits } from './resolve-mode.ts'

/** Writes the release document of the run's commit: what all its units are, by digest. */
export async function release(pipeline: Pipeline): Promise<Report> {
  const { log, run, policy } = pipeline
  const delivery = await pipeline.at(run.sha)
  const states = await log.group('Collect the digest of every unit', async () => {
    const known = await statesOfUnits(pipeline, delivery)
    if (known.every(({ trusted }) => trusted !== undefined)) return known
    // What this job fetched may lack what the builds recorded just before.
    return statesOfUnits({ ...pipeline, history: historyOf(pipeline, 'now') }, delivery)
  })

  const units: Record<string, Release['units'][string]> = {}
  for (const { unit, fingerprint, trusted, adopted, reason } of states) {
    if (trusted === undefined)
      throw new UserError(`Unit ${unit.name} has no trusted build: ${reason}. Re-run the build job of ${unit.name}.`)
    units[unit.name] = {
      kind: unit.kind,
      digest: trusted,
      fingerprint,
      ...(adopted === undefined ? {} : { adopted })
    }
  }
  const { text, digest } = encodeRelease({
    version: 1,
    repository: run.repositoryId,
    product: policy.product,
    commit: run.sha,
    units
  })
  const id = releaseId(digest)

  await log.group(`Store release ${id}`, async () => {
    await pipeline.prepareRepository(releasesRepository(policy.product))
    await pipeline.registry('push').putDocument(releasesRepository(policy.product), text, {
      artifactType: 'application/vnd.sluice.release.v1+json',
      tag: id
    })
  })
  const recorded = await pipeline.history.released(digest)

  const rows = Object.entries(units).map(([name, unit]) => [escapeMarkdown(name), unit.kind, code(unit.digest)])
  return {
    outputs: { release: digest, 'release-id': id, recorded: String(recorded !== undefined), built: 'false' },
    summary: `### Release ${id}\n\n${code(digest)}, commit ${code(run.sha)}\n\n${table(['unit', 'kind', 'digest'], rows)}\n`
  }
}
