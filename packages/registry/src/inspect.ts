import type { ECRClient } from '@aws-sdk/client-ecr'
import { type AccountId, type AwsSession, callAws, type Digest } from '@sluice/core'
import { unless, withEcr } from './ecr-client.ts'
import { mayAllowPull } from './pull-rights.ts'
import { type RepositoryTags, tagsOf } from './repository-tags.ts'

/** An image as ECR has it: only an active one can be pulled. */
export type ImageState = 'active' | 'archived' | 'restoring' | 'absent'

/** A repository, as far as what is in it is to be run somewhere. */
export interface RepositoryState {
  readonly tags: RepositoryTags
  /** False only where no policy can let the account pull. */
  readonly mayPull: boolean
  readonly images: ReadonlyMap<Digest, ImageState>
}

/** What is to be run from a repository. */
export interface RepositoryQuestion {
  readonly name: string
  readonly digests: readonly Digest[]
}

/** Repositories that are asked for at once. */
const PARALLEL = 4

/**
 * Looks at repositories of an account's ECR, changing nothing.
 * @param puller the account that is to run the images.
 * @returns by name; a repository that does not exist is left out.
 */
export async function inspectRepositories(
  session: AwsSession,
  accountId: AccountId,
  questions: readonly RepositoryQuestion[],
  puller: AccountId
): Promise<ReadonlyMap<string, RepositoryState>> {
  return withEcr(session, `look at the repositories of account ${accountId}`, async client => {
    const inspector = new Inspector(session, client, accountId, puller)
    const found = new Map<string, RepositoryState>()
    const queue = [...questions]
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const state = await inspector.inspect(next)
        if (state !== undefined) found.set(next.name, state)
      }
    }
    const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL }, worker))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    return found
  })
}

class Inspector {
  readonly #session: AwsSession
  readonly #client: ECRClient
  readonly #registryId: AccountId
  readonly #puller: AccountId
  #registryPolicy: Promise<string | undefined> | undefined

  constructor(session: AwsSession, client: ECRClient, registryId: AccountId, puller: AccountId) {
    this.#session = session
    this.#client = client
    this.#registryId = registryId
    this.#puller = puller
  }

  async inspect({ name, digests }: RepositoryQuestion): Promise<RepositoryState | undefined> {
    const { DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr')
    const request = new DescribeRepositoriesCommand({ registryId: this.#registryId, repositoryNames: [name] })
    const answer = await this.#ask(() => this.#client.send(request), 'RepositoryNotFoundException')
    const repository = answer?.repositories?.[0]
    if (repository === undefined) return undefined
    const images = new Map<Digest, ImageState>()
    for (const digest of digests) images.set(digest, await this.#stateOf(name, digest))
    return { tags: tagsOf(repository), mayPull: await this.#mayPull(name, repository.repositoryArn ?? ''), images }
  }

  /** One question for each: ECR answers none of several when one of them is not there. */
  async #stateOf(repositoryName: string, digest: Digest): Promise<ImageState> {
    const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr')
    const request = new DescribeImagesCommand({
      registryId: this.#registryId,
      repositoryName,
      imageIds: [{ imageDigest: digest }],
      // Without it only active ones are told of.
      filter: { imageStatus: 'ANY' }
    })
    const found = await this.#ask(() => this.#client.send(request), 'ImageNotFoundException')
    const detail = found?.imageDetails?.[0]
    if (detail === undefined) return 'absent'
    switch (detail.imageStatus) {
      case 'ARCHIVED':
        return 'archived'
      case 'ACTIVATING':
        return 'restoring'
      default:
        return 'active'
    }
  }

  async #mayPull(repositoryName: string, arn: string): Promise<boolean> {
    if (this.#puller === this.#registryId) return true
    const { GetRegistryPolicyCommand, GetRepositoryPolicyCommand } = await import('@aws-sdk/client-ecr')
    this.#registryPolicy ??= this.#ask(
      () => this.#client.send(new GetRegistryPolicyCommand({})),
      'RegistryPolicyNotFoundException'
    ).then(answer => answer?.policyText)
    const registry = await this.#registryPolicy
    if (mayAllowPull([registry], this.#puller, arn)) return true
    const request = new GetRepositoryPolicyCommand({ registryId: this.#registryId, repositoryName })
    const own = await this.#ask(() => this.#client.send(request), 'RepositoryPolicyNotFoundException')
    return mayAllowPull([registry, own?.policyText], this.#puller, arn)
  }

  async #ask<T>(send: () => Promise<T>, absent: string): Promise<T | undefined> {
    return callAws(this.#session.terms, send).catch(unless(absent))
  }
}
