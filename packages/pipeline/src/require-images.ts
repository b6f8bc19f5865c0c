import {
  type AccountId,
  type Digest,
  type Log,
  MOVING_TAGS,
  type Release,
  UserError,
  unitRepository
} from '@sluice/core'
import type { ImageState, RepositoryQuestion, RepositoryState } from '@sluice/registry'

/** A release on its way into an environment. */
export interface ImagesToRun {
  readonly environment: string
  /** Where it will run. */
  readonly account: AccountId
  readonly units: Release['units']
  /** What the environment has, and a stack that rolls back starts again; absent where nothing is known of it. */
  readonly deployed: Release['units'] | undefined
}

/** Where the ops registry is, for the commands that repair it. */
export interface RegistryPlace {
  readonly id: AccountId
  readonly region: string
}

/** What is to be looked at: each image that is to run, and that does. */
export function questionsOf(product: string, { units, deployed }: ImagesToRun): readonly RepositoryQuestion[] {
  return Object.entries(units).flatMap(([unit, { kind, digest }]) => {
    if (kind !== 'image') return []
    const before = deployed?.[unit]
    const digests = before?.kind === 'image' ? [digest, before.digest] : [digest]
    return [{ name: unitRepository(product, unit), digests: [...new Set(digests)] }]
  })
}

/**
 * Says what keeps images from running, each with what repairs it.
 * @throws UserError for what a deployment would fail of. Of what would only matter later it is warned.
 */
export function judgeImages(
  product: string,
  images: ImagesToRun,
  states: ReadonlyMap<string, RepositoryState>,
  place: RegistryPlace,
  log: Pick<Log, 'warning'>
): void {
  const faults: string[] = []
  for (const { name, digests } of questionsOf(product, images)) {
    const state = states.get(name)
    if (state === undefined) {
      faults.push(
        `The ECR repository ${name} does not exist in account ${place.id}, ${place.region}. Deliver a commit again, which makes it.`
      )
      continue
    }
    if (state.tags === 'fixed')
      log.warning(
        `The ECR repository ${name} does not let ${MOVING_TAGS.join(' and ')} move: the tags of ${images.environment} will stay where they are. ${repairTags(place, name)}`
      )
    if (!state.mayPull) faults.push(noRight(images, name, place))
    for (const [at, digest] of digests.entries()) {
      const problem = problemOf(state.images.get(digest) ?? 'absent', name, digest, place)
      if (problem === undefined) continue
      if (at === 0) faults.push(problem)
      else
        log.warning(
          `What ${images.environment} has now could not be started again, also not by a stack that rolls back: ${problem}`
        )
    }
  }
  if (faults.length > 0) throw new UserError(`${images.environment} could not run the images. ${faults.join(' ')}`)
}

function noRight({ account, environment }: ImagesToRun, name: string, { id, region }: RegistryPlace): string {
  return `Account ${account} of ${environment} may not pull from ${name}: neither the policy of the registry nor that of the repository names it. Add to the registry's policy what \`sluice roles\` prints for it, then run, in account ${id}: aws ecr put-registry-policy --region ${region} --policy-text file://registry-policy.json`
}

function problemOf(state: ImageState, name: string, digest: Digest, place: RegistryPlace): string | undefined {
  switch (state) {
    case 'active':
      return undefined
    case 'archived':
      return `${name}@${digest} is archived. Run: aws ecr update-image-storage-class --region ${place.region} --registry-id ${place.id} --repository-name ${name} --image-id imageDigest=${digest} --target-storage-class STANDARD`
    case 'restoring':
      return `${name}@${digest} is being restored from the archive. Re-run this job when that is done.`
    case 'absent':
      return `${name}@${digest} is not in the registry any more: it was deleted, by someone or by a lifecycle rule. Deliver a commit again, whose images are built anew.`
  }
}

/** The command that gives a repository the tags that a new one has. */
export function repairTags({ id, region }: RegistryPlace, name: string): string {
  const filters = MOVING_TAGS.map(filter => `'filterType=WILDCARD,filter=${filter}'`).join(' ')
  return `Run: aws ecr put-image-tag-mutability --region ${region} --registry-id ${id} --repository-name ${name} --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters ${filters}`
}
