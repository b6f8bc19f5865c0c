import { type GitHub, type RunContext, UserError } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'

/** What rules a delivery, whichever commit is delivered: delivery.yml on the protected default branch, as it is now. */
export interface Policy {
  readonly policy: Delivery
  readonly defaultBranch: string
}

/** Reads the policy of the repository that the job runs for. @throws UserError when it is not there, or does not hold. */
export async function readPolicy(github: GitHub, run: Pick<RunContext, 'repository'>, config: string): Promise<Policy> {
  const defaultBranch = await readDefaultBranch(github, run.repository)
  return {
    defaultBranch,
    policy: parseDelivery(await readFileAt(github, run.repository, config, defaultBranch), config)
  }
}

async function readDefaultBranch(github: GitHub, repository: string): Promise<string> {
  const answer = await github.get(`/repos/${repository}`)
  const branch = (answer as { readonly default_branch?: unknown } | undefined)?.default_branch
  if (typeof branch !== 'string') {
    throw new UserError(
      `This job's token cannot read ${repository}. Grant the job:\n  permissions:\n    contents: read`
    )
  }
  return branch
}

async function readFileAt(github: GitHub, repository: string, path: string, ref: string): Promise<Uint8Array> {
  const escaped = path.split('/').map(encodeURIComponent).join('/')
  const answer = await github.get(`/repos/${repository}/contents/${escaped}?ref=${encodeURIComponent(ref)}`)
  const content = (answer as { readonly content?: unknown } | undefined)?.content
  if (typeof content !== 'string') {
    throw new UserError(
      `${path} is not on the default branch (${ref}) of ${repository}. Commit it there, or set the input config to its path.`
    )
  }
  return Buffer.from(content, 'base64')
}
