import { createHash } from 'node:crypto'
import { type GitHub, GitHubError, isPlainPath, type PolicyFile, type RunContext, UserError } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import type { Repository } from '@sluice/git'

/** What rules a delivery, whichever commit is delivered: delivery.yml on the protected default branch. */
export interface Policy {
  readonly policy: Delivery
  /** Where it was read, for the record. */
  readonly policyFile: PolicyFile
  readonly defaultBranch: string
}

/** What is asked for the policy. */
export interface PolicySources {
  readonly github: Pick<GitHub, 'graphql'>
  readonly run: Pick<RunContext, 'attempt' | 'defaultBranch' | 'ref' | 'repository' | 'sha'>
  readonly repository: Pick<Repository, 'fetchedTip' | 'fileAt'>
  /** Path of delivery.yml in the repository. */
  readonly config: string
}

/**
 * Reads the policy of the repository that the job runs for, at the commit that `refs/heads/<default branch>` stands at: a tag of the same
 * name says nothing.
 *
 * A job that has fetched everything need not ask GitHub: its clone is of this very job, and what is built and deployed comes from it, too.
 * It does not tell which branch is the default one. The event does, but as it was when the run began: a run that is started again brings the
 * event of then, and with it a branch that may be nobody's to protect any more. So another attempt asks GitHub; a first one that waited at a
 * gate meanwhile applies nothing but a plan that was made under the same policy.
 *
 * @throws UserError when it is not there, or does not hold.
 */
export async function readPolicy(sources: PolicySources): Promise<Policy> {
  requirePlain(sources.config)
  return policyOf((await readFetched(sources)) ?? (await askGitHub(sources)), sources)
}

/** The same as GitHub has it now, whatever the job fetched. */
export async function readPolicyNow(sources: Omit<PolicySources, 'repository'>): Promise<Policy> {
  requirePlain(sources.config)
  return policyOf(await askGitHub(sources), sources)
}

/** A policy is bound to its path, so that has one spelling. */
function requirePlain(config: string): void {
  if (isPlainPath(config)) return
  throw new UserError(
    `The input config is ${JSON.stringify(config)}, which is not how records name a file. Give its path from the top of the repository, without ./ or ..: delivery.yml, or shop/delivery.yml.`
  )
}

function policyOf(found: Found, { config, run }: Pick<PolicySources, 'config' | 'run'>): Policy {
  if (found.content === undefined) {
    throw new UserError(
      `${config} is not on the default branch (${found.defaultBranch}) of ${run.repository}. Commit it there, or set the input config to its path.`
    )
  }
  const policy = parseDelivery(found.content, config)
  return {
    policy,
    policyFile: { path: config, commit: found.commit, digest: policy.digest },
    defaultBranch: found.defaultBranch
  }
}

interface Found {
  readonly defaultBranch: string
  readonly commit: string
  /** Absent when there is no such file. */
  readonly content: Uint8Array | undefined
}

async function readFetched({ run, repository, config }: PolicySources): Promise<Found | undefined> {
  const { attempt, defaultBranch, ref, sha } = run
  // A checkout of another ref leaves the default branch where an earlier job on the same machine found it.
  if (attempt !== 1 || defaultBranch === undefined || ref !== `refs/heads/${defaultBranch}`) return undefined
  const commit = await repository.fetchedTip(defaultBranch, sha)
  return commit === undefined ? undefined : { defaultBranch, commit, content: await repository.fileAt(commit, config) }
}

const QUERY = `query Policy($owner: String!, $name: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef {
      name
      target { oid ... on Commit { file(path: $path) { object { ... on Blob { oid text } } } } }
    }
  }
}`

/** What GitHub answers to {@link QUERY}. */
interface Answer {
  readonly repository?: {
    readonly defaultBranchRef?: {
      readonly name: string
      readonly target: {
        readonly oid: string
        readonly file?: { readonly object?: { readonly oid?: string; readonly text?: string | null } | null } | null
      }
    } | null
  } | null
}

/** Default branch, its commit and the file there in one answer, so that they belong together. */
async function askGitHub({ github, run, config }: Omit<PolicySources, 'repository'>): Promise<Found> {
  const [owner, name] = run.repository.split('/')
  const answer = await graphql(github, { owner, name, path: config })
  const branch = answer?.repository?.defaultBranchRef
  if (branch === undefined || branch === null) {
    throw new UserError(
      `This job's token cannot read ${run.repository}. Grant the job:\n  permissions:\n    contents: read`
    )
  }
  const { name: defaultBranch, target } = branch
  const blob = target.file?.object ?? undefined
  return {
    defaultBranch,
    commit: target.oid,
    content: blob?.oid === undefined ? undefined : contentOf(blob, config)
  }
}

/** GitHub's answer; nothing where the token does not reach the repository, which GitHub calls unknown. */
async function graphql(
  github: Pick<GitHub, 'graphql'>,
  variables: Record<string, unknown>
): Promise<Answer | undefined> {
  try {
    return (await github.graphql(QUERY, variables)) as Answer
  } catch (error: unknown) {
    if (error instanceof GitHubError && error.types.some(type => type === 'NOT_FOUND' || type === 'FORBIDDEN'))
      return undefined
    throw error
  }
}

/** The bytes of a file. GraphQL tells them as a text, and cuts long ones: only git's own name for them says that nothing was lost. */
function contentOf({ oid, text }: { readonly oid?: string; readonly text?: string | null }, config: string): Buffer {
  const content = Buffer.from(text ?? '')
  const name = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
  if (name === oid) return content
  throw new UserError(`${config} on the default branch is no text in UTF-8, or too long. Commit it as UTF-8.`)
}
