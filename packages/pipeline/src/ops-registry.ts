import {
  type AwsSession,
  accountOfEcrHost,
  bundleBucket,
  type Clock,
  type Digest,
  decodeRelease,
  ecrHost,
  type Log,
  MOVING_TAGS,
  messageOf,
  type Release,
  type RunContext,
  regionOfEcrHost,
  releaseId,
  releasesRepository,
  UserError
} from '@sluice/core'
import { accountNamed, type Delivery } from '@sluice/delivery'
import {
  type BundleStore,
  bundleStore,
  connectRegistry,
  ecrCredentials,
  ensureRepository,
  inspectRepositories,
  LIFECYCLE,
  type Registry
} from '@sluice/registry'
import { type ImagesToRun, judgeImages, questionsOf, type RegistryPlace, repairTags } from './require-images.ts'
import type { RolePurpose } from './role-sessions.ts'

/** Where a product's builds and releases are kept. */
export interface OpsRegistry {
  /** Host (and port) of the ops registry, as image references name it. */
  readonly registryHost: string
  registry(purpose: RolePurpose): Registry
  /**
   * Makes a repository of the ops registry where that must be done before the first push: in ECR.
   * @throws UserError for one of a unit whose tags of environments cannot move.
   */
  prepareRepository(name: string): Promise<void>
  /**
   * Looks whether the images of a release can run where they are to go, before anything is changed for them: in ECR. What cannot be looked at
   * is warned of.
   * @throws UserError naming all that a deployment would fail of, with the commands that repair it.
   */
  requireImages(images: ImagesToRun): Promise<void>
  bundles(purpose: RolePurpose): BundleStore
  /** The release document that a digest names, checked against it. @throws UserError for one that is not there, or not of here. */
  release(digest: Digest): Promise<Release>
  /** The same, for a release that may have expired: absent only when the registry has no document of this name. */
  findRelease(digest: Digest): Promise<Release | undefined>
}

/** What the ops registry is reached with. */
interface OpsRegistryOptions {
  readonly policy: Delivery
  readonly run: Pick<RunContext, 'repositoryId'>
  readonly clock: Clock
  readonly log: Log
  /** The variables that name the proxies of the job. */
  readonly proxy: NodeJS.ProcessEnv
  readonly session: (purpose: RolePurpose) => AwsSession
}

/** Opens the ops registry of a delivery. Nothing is asked of it before something is asked of this. */
export function openOpsRegistry({ policy, run, clock, log, proxy, session }: OpsRegistryOptions): OpsRegistry {
  const account = accountNamed(policy, policy.registry.account)
  const registryHost = policy.registry.host ?? ecrHost(account.id, account.region)
  // The account's ECR has other hosts, too: with FIPS, by IPv6, in other regions. One on this machine has no token to be asked for.
  const region = accountOfEcrHost(registryHost) === account.id ? regionOfEcrHost(registryHost) : undefined
  const registries = new Map<AwsSession | undefined, Registry>()
  const registry = (purpose: RolePurpose): Registry => {
    const as = region === undefined ? undefined : session(purpose)
    const known = registries.get(as)
    if (known !== undefined) return known
    const credentials =
      as === undefined || region === undefined ? {} : { credentials: ecrCredentials({ ...as, region }, account.id) }
    const made = connectRegistry({ host: registryHost, clock, proxy, ...credentials })
    registries.set(as, made)
    return made
  }
  const findRelease: OpsRegistry['findRelease'] = async digest =>
    readRelease(registry('pull'), digest, policy.product, run)
  return {
    registryHost,
    registry,
    async prepareRepository(name) {
      if (region === undefined) return
      const { created, tags, withoutRules } = await ensureRepository({ ...session('push'), region }, account.id, name, {
        tags: policy.tags,
        ...(account.kmsKey === undefined ? {} : { kmsKey: account.kmsKey })
      })
      if (created) log.info(`Created the ECR repository ${name}.`)
      if (withoutRules !== undefined)
        log.warning(
          `The ECR repository ${name} has no lifecycle rules: ${withoutRules}. Nothing expires without rules; with these, no other rule takes what is deployed. Allow ecr:PutLifecyclePolicy in the policy of the role push (sluice roles prints it). ${rulesFor({ id: account.id, region }, name)}`
        )
      if (tags === 'loose')
        log.warning(
          `The ECR repository ${name} allows tags to be moved. ${repairTags({ id: account.id, region }, name)}`
        )
      // No tag of releases ever moves.
      if (tags === 'fixed' && name !== releasesRepository(policy.product))
        throw new UserError(
          `The ECR repository ${name} does not let ${MOVING_TAGS.join(' and ')} move: promotions would fail after their stacks are deployed. ${repairTags({ id: account.id, region }, name)}`
        )
    },
    async requireImages(images) {
      const questions = questionsOf(policy.product, images)
      if (region === undefined || questions.length === 0) return
      const as = { ...session('pull'), region }
      const states = await inspectRepositories(as, account.id, questions, images.account).catch((error: unknown) => {
        log.warning(
          `It was not checked whether ${images.environment} can run the images: ${messageOf(error)} sluice roles prints what the role pull may do.`
        )
        return undefined
      })
      if (states !== undefined) judgeImages(policy.product, images, states, { id: account.id, region }, log)
    },
    bundles: purpose =>
      bundleStore({ session: session(purpose), bucket: bundleBucket(policy.product, account.id), owner: account.id }),
    findRelease,
    async release(digest) {
      const found = await findRelease(digest)
      if (found !== undefined) return found
      throw new UserError(
        `Release ${digest} (${releaseId(digest)}) is not in the ops registry. Check the digest, or deliver its commit again.`
      )
    }
  }
}

/** The command that gives a repository the lifecycle rules that a new one has. */
function rulesFor({ id, region }: RegistryPlace, name: string): string {
  return `Run: aws ecr put-lifecycle-policy --region ${region} --registry-id ${id} --repository-name ${name} --lifecycle-policy-text '${JSON.stringify(LIFECYCLE)}'`
}

async function readRelease(
  registry: Registry,
  digest: Digest,
  product: string,
  run: Pick<RunContext, 'repositoryId'>
): Promise<Release | undefined> {
  const bytes = await registry.getDocument(releasesRepository(product), digest)
  if (bytes === undefined) return undefined
  const release = decodeRelease(bytes, digest, product)
  if (release.repository !== run.repositoryId) {
    throw new UserError(
      `Release ${digest} was created in repository ${release.repository}, not in this one (${run.repositoryId}). Name a release that this repository made: sluice history shows those of an environment.`
    )
  }
  return release
}
