import {
  code,
  type Digest,
  escapeMarkdown,
  Failure,
  plural,
  type Report,
  sourceTag,
  table,
  unitRepository
} from '@sluice/core'
import { fingerprintOf, type Unit, unitNamed } from '@sluice/delivery'
import { judgeBuild, type Pipeline, storedBuilds } from '@sluice/pipeline'
import type { PushInputs } from './inputs.ts'

/** What a push left in the ops registry. */
interface Pushed {
  readonly pushed: boolean
  readonly where: string
  readonly note: string
}

/** Pushes a build verbatim, verifies it where it landed, and ties it to its fingerprint. */
export async function run(inputs: PushInputs, pipeline: Pipeline): Promise<Report> {
  const { log, repository } = pipeline
  const delivery = await pipeline.at(pipeline.run.sha)
  const unit = unitNamed(delivery, inputs.unit)
  const fingerprint = await fingerprintOf(repository, pipeline.run.sha, unit)

  const result = await log.group(`Push ${unit.name} to the ops registry`, async () =>
    unit.kind === 'image'
      ? pushImage(inputs, unit, fingerprint, pipeline)
      : pushBundle(inputs, unit, fingerprint, pipeline)
  )
  log.info(`${result.where}: ${inputs.digest} (${result.note})`)

  return {
    outputs: { digest: inputs.digest, pushed: String(result.pushed) },
    summary: `### ${result.pushed ? 'Pushed' : 'Already there:'} ${escapeMarkdown(unit.name)}\n\n${table(
      ['', ''],
      [
        ['digest', code(inputs.digest)],
        ['fingerprint', code(fingerprint)],
        ['transfer', escapeMarkdown(result.note)]
      ]
    )}\n`
  }
}

async function pushImage(inputs: PushInputs, unit: Unit, fingerprint: Digest, pipeline: Pipeline): Promise<Pushed> {
  const { policy, log } = pipeline
  const registry = pipeline.registry('push')
  const name = unitRepository(policy.product, unit.name)
  await pipeline.prepareRepository(name)
  const { pushed, blobs, bytes, leftOut } = await registry.pushLayout(name, inputs.layout, inputs.digest)
  if (leftOut.length > 0)
    log.warning(
      `The layout also holds ${leftOut.join(', ')}, which refers to ${inputs.digest} and was left out: an image is pushed with what its own digest leads to. Push signatures and the like with the tool that made them.`
    )
  const place = await placeFor(inputs.digest, unit, fingerprint, pipeline)
  await registry.tagOnce(name, inputs.digest, sourceTag(fingerprint, place))
  return {
    pushed,
    where: name,
    note: pushed ? `${plural(blobs, 'blob')}, ${plural(bytes, 'byte')} sent` : 'nothing to send'
  }
}

async function pushBundle(inputs: PushInputs, unit: Unit, fingerprint: Digest, pipeline: Pipeline): Promise<Pushed> {
  const place = await placeFor(inputs.digest, unit, fingerprint, pipeline)
  const { pushed } = await pipeline.bundles('push').push(unit.name, fingerprint, inputs.layout, inputs.digest, place)
  return { pushed, where: `bundle ${unit.name}`, note: pushed ? 'archive sent' : 'nothing to send' }
}

/**
 * The place where a digest is named for its fingerprint: the first that is free, holds it, or holds another that may be delivered, which
 * is then refused there. What no record vouches for is passed over: it was planted, its ledger is lost, or it was built under rules that
 * no longer hold. It must not stop the unit for good, since no role may delete it.
 */
async function placeFor(digest: Digest, unit: Unit, fingerprint: Digest, pipeline: Pipeline): Promise<number> {
  for await (const { place, digest: found } of storedBuilds(pipeline, unit, fingerprint, 'push')) {
    if (found === undefined || found === digest) return place
    const judgement = await judgeBuild(pipeline, { unit, fingerprint, digest: found })
    if (judgement.trusted) return place
    pipeline.log.warning(
      `${found} already has the name ${sourceTag(fingerprint, place)} of ${unit.name}, but may not be delivered (${judgement.reason}). ${digest} gets the next name.`
    )
  }
  throw new Failure(`No name is left for ${digest} of ${unit.name}.`)
}
