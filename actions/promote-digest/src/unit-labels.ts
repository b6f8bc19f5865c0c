import {
  accountOfEcrHost,
  code,
  type Digest,
  environmentTag,
  escapeMarkdown,
  messageOf,
  previousTag,
  regionOfEcrHost,
  unitRepository
} from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'

/** A tag that does not name what it should. */
export interface LabelLeft {
  /** `<repository>:<tag>` */
  readonly where: string
  readonly tag: string
  readonly digest: Digest
  readonly reason: string
  /** What a person does about it: a command, or a sentence for a registry that is not ECR. */
  readonly repair: string
}

/** What became of the tags of one image. */
export interface UnitLabels {
  readonly before: Digest | undefined
  readonly left: readonly LabelLeft[]
}

/** Moves the two tags of an environment in one image's repository. What cannot be moved is told, and keeps nothing else from moving. */
export async function moveLabels(
  { log, policy, registry: connect, registryHost }: Pick<Pipeline, 'log' | 'policy' | 'registry' | 'registryHost'>,
  environment: string,
  unit: string,
  digest: Digest
): Promise<UnitLabels> {
  const repository = unitRepository(policy.product, unit)
  const current = environmentTag(environment)
  const left: LabelLeft[] = []
  const attempt = async <T>(tag: string, to: Digest, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error: unknown) {
      const repair = repairOf(registryHost, repository, to, tag)
      left.push({ where: `${repository}:${tag}`, tag, digest: to, reason: messageOf(error), repair })
      return undefined
    }
  }
  const found = await attempt(current, digest, async () => {
    const registry = connect({ environment, may: 'promote' })
    return { registry, labelled: await registry.read(repository, current) }
  })
  if (found === undefined) return { before: undefined, left }
  const { registry, labelled } = found
  const before = labelled?.digest
  if (before === digest) {
    log.info(`${repository}:${current} stays at ${digest}`)
    return { before, left }
  }
  const move = async (to: Parameters<typeof registry.moveTag>[1], tag: string): Promise<void> => {
    await attempt(tag, typeof to === 'string' ? to : to.digest, async () => {
      await registry.moveTag(repository, to, tag)
      if (tag === current) log.info(`${repository}:${current} moved to ${digest}`)
    })
  }
  if (labelled !== undefined) await move(labelled, previousTag(environment))
  await move(digest, current)
  return { before, left }
}

/** For the summary of the job. */
export function repairText({ where, digest, reason, repair }: LabelLeft): string {
  return `\n${code(where)} does not name ${code(digest)}: ${escapeMarkdown(reason)} It is a label that keeps the image from expiring; what is deployed is not affected. The next deployment moves it. To move it now:\n\n\`\`\`sh\n${repair}\n\`\`\`\n`
}

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json'
]

/** ECR, "Retagging an image": the manifest is read and put again. With the digest, another text than the one that was read is refused. */
function repairOf(host: string, repository: string, digest: Digest, tag: string): string {
  const [account, region] = [accountOfEcrHost(host), regionOfEcrHost(host)]
  if (account === undefined || region === undefined)
    return `crane tag ${host}/${repository}@${digest} ${tag} # or with any other tool that puts a manifest verbatim`
  const where = `--region ${region} --registry-id ${account} --repository-name ${repository}`
  const read = `aws ecr batch-get-image ${where} --image-ids imageDigest=${digest} --accepted-media-types ${MANIFESTS.join(' ')} --query 'images[0].imageManifest' --output text`
  return `aws ecr put-image ${where} --image-tag ${tag} --image-digest ${digest} --image-manifest "$(${read})"`
}
