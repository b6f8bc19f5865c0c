import type { ECRClient, Repository } from '@aws-sdk/client-ecr'
import { type AccountId, type AwsSession, callAws, Failure, MOVING_TAGS, messageOf } from '@sluice/core'
import type { RegistryCredentials } from './auth.ts'
import { unless, withEcr } from './ecr-client.ts'
import { LIFECYCLE } from './lifecycle.ts'
import { parseRepository } from './reference.ts'
import { type RepositoryTags, tagsOf } from './repository-tags.ts'

/** A token lives for twelve hours; it is asked for again this long before its end, in milliseconds. */
const EARLY = 15 * 60_000

/** Credentials for an account's ECR registry, fetched when first needed and again before they end. */
export function ecrCredentials(session: AwsSession, accountId: AccountId): () => Promise<RegistryCredentials> {
  const { clock } = session.terms
  let known: { readonly credentials: RegistryCredentials; readonly until: number } | undefined
  return async () => {
    if (known !== undefined && clock.now() < known.until) return known.credentials
    const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr')
    const answer = await withEcr(session, `get a token for the registry of account ${accountId}`, client =>
      callAws(session.terms, () => client.send(new GetAuthorizationTokenCommand({})))
    )
    const data = answer.authorizationData?.[0]
    const [username, password] = split(Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8'))
    if (username === '' || password === '') throw new Failure('ECR returned no authorization token.')
    session.terms.mask(password)
    known = { credentials: { username, password }, until: (data?.expiresAt?.getTime() ?? 0) - EARLY }
    return known.credentials
  }
}

function split(pair: string): readonly [string, string] {
  const colon = pair.indexOf(':')
  return colon < 0 ? ['', ''] : [pair.slice(0, colon), pair.slice(colon + 1)]
}

/** A repository as ECR's control plane has it. */
export interface EnsuredRepository {
  readonly created: boolean
  /** A repository made by others is left as it is. */
  readonly tags: RepositoryTags
  /** Why one that was made has no lifecycle rules. Without rules nothing expires. */
  readonly withoutRules?: string
}

/** What a repository gets when it is made. */
export interface NewRepository {
  readonly tags?: Readonly<Record<string, string>>
  readonly kmsKey?: string
}

/**
 * Makes sure that an account's ECR holds a repository. A new one is `IMMUTABLE_WITH_EXCLUSION`: tags by fingerprint stay for ever,
 * `env-*` and `prev-*` move with deployments. It gets the rules of {@link LIFECYCLE}.
 * @param made what one that is made gets: AWS's own tags, by name, and the key of KMS that encrypts it, by ARN (default: one of ECR's own).
 */
export async function ensureRepository(
  session: AwsSession,
  accountId: AccountId,
  name: string,
  { tags: resourceTags = {}, kmsKey }: NewRepository = {}
): Promise<EnsuredRepository> {
  const repositoryName = parseRepository(name)
  const { CreateRepositoryCommand, DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr')
  return withEcr(session, `set up the repository ${name} in account ${accountId}`, async client => {
    const find = async (): Promise<Repository | undefined> => {
      const request = new DescribeRepositoriesCommand({ registryId: accountId, repositoryNames: [repositoryName] })
      const found = await callAws(session.terms, () => client.send(request)).catch(
        unless('RepositoryNotFoundException')
      )
      return found?.repositories?.[0]
    }
    const present = await find()
    if (present !== undefined) return { created: false, tags: tagsOf(present) }
    const creation = new CreateRepositoryCommand({
      registryId: accountId,
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: MOVING_TAGS.map(filter => ({ filterType: 'WILDCARD', filter })),
      imageScanningConfiguration: { scanOnPush: true },
      ...(kmsKey === undefined ? {} : { encryptionConfiguration: { encryptionType: 'KMS', kmsKey } }),
      ...(Object.keys(resourceTags).length === 0
        ? {}
        : { tags: Object.entries(resourceTags).map(([Key, Value]) => ({ Key, Value })) })
    })
    // Another job of the same run made it meanwhile; or this one did, and the answer was lost.
    const made = await callAws(session.terms, () => client.send(creation)).catch(
      unless('RepositoryAlreadyExistsException')
    )
    const repository = made?.repository ?? (await find())
    if (repository === undefined)
      throw new Failure(`ECR says that the repository ${name} exists, but does not describe it.`)
    const tags = tagsOf(repository)
    if (made === undefined) return { created: false, tags }
    return { created: true, tags, ...(await keepWhatIsNeeded(session, client, accountId, repositoryName)) }
  })
}

/** Gives a new repository its lifecycle rules. They are for what may be done to it later: that they cannot be put keeps nothing from being pushed. */
async function keepWhatIsNeeded(
  { terms }: AwsSession,
  client: ECRClient,
  registryId: AccountId,
  repositoryName: string
): Promise<Pick<EnsuredRepository, 'withoutRules'>> {
  const { PutLifecyclePolicyCommand } = await import('@aws-sdk/client-ecr')
  const lifecyclePolicyText = JSON.stringify(LIFECYCLE)
  try {
    await callAws(terms, () =>
      client.send(new PutLifecyclePolicyCommand({ registryId, repositoryName, lifecyclePolicyText }))
    )
    return {}
  } catch (error: unknown) {
    return { withoutRules: messageOf(error) }
  }
}
