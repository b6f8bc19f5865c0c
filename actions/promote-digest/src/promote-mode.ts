import { code, type Digest, environmentTag, escapeMarkdown, Failure, type Report, releaseId, table } from '@sluice/core'
import { type Pipeline, requireIntent } from '@sluice/pipeline'
import type { PromoteInputs } from './inputs.ts'
import { requireRecorded } from './recorded-intent.ts'
import { type LabelLeft, moveLabels, repairText } from './unit-labels.ts'

type PromotePipeline = Pick<
  Pipeline,
  'environment' | 'history' | 'log' | 'policy' | 'registry' | 'registryHost' | 'release' | 'run'
>

/**
 * Moves `env-<environment>` of every image to the release's digest, and `prev-<environment>` to what it was before. Tags are labels that
 * keep deployed images from expiring; nothing reads them as input. So one that stays where it is ends in a warning: what is deployed is
 * deployed all the same. Safe to run again: a tag that is in place stays.
 * @throws UserError for what must not be labelled at all: without an intent on the ledger, or of another product or repository.
 */
export async function promote(inputs: PromoteInputs, pipeline: PromotePipeline): Promise<Report> {
  const { log } = pipeline
  const environment = pipeline.environment(inputs.environment)
  pipeline.history.about({ release: inputs.release, environments: [environment.name] })
  requireRecorded(inputs, await requireIntent(pipeline, environment.name, inputs.release))

  const promoted: Record<string, Digest> = {}
  const left: LabelLeft[] = []
  const rows: string[][] = []
  await log.group(`Move the tags of ${environment.name}`, async () => {
    for (const [name, digest] of await imagesOf(inputs, pipeline)) {
      const labels = await moveLabels(pipeline, environment.name, name, digest)
      if (labels.left.length === 0) promoted[name] = digest
      left.push(...labels.left)
      const { before } = labels
      const now = labels.left.some(({ tag }) => tag === environmentTag(environment.name)) ? 'not moved' : code(digest)
      rows.push([escapeMarkdown(name), before === undefined ? 'none' : code(before), now])
    }
  })
  for (const label of left) log.warning(`${label.where} does not name ${label.digest}: ${label.reason} ${KEPT}`)
  return {
    outputs: { verdict: 'allowed', promoted: JSON.stringify(promoted) },
    summary: `### ${escapeMarkdown(environment.name)} holds ${releaseId(inputs.release)}\n\n${table(['image', 'before', 'now'], rows)}\n${left.map(repairText).join('')}`
  }
}

const KEPT =
  'What is deployed is not affected. The summary has the command that moves the tag; the next deployment moves it, too.'

/** The images of a release whose tags are to move; none where the registry does not say which release this is. */
async function imagesOf(
  { release, units }: PromoteInputs,
  { log, release: load }: PromotePipeline
): Promise<readonly (readonly [string, Digest])[]> {
  try {
    return Object.entries((await load(release)).units).flatMap(([name, { kind, digest }]) =>
      kind === 'image' && units?.includes(name) !== false ? [[name, digest] as const] : []
    )
  } catch (error: unknown) {
    if (!(error instanceof Failure)) throw error
    log.warning(`No tag was moved: ${error.message} What is deployed is not affected; the next deployment moves them.`)
    return []
  }
}
