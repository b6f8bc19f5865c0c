import type { BranchRule } from './branch-rule.ts'
import type { GitDirectory } from './git-directory.ts'
import { type JsonObject, timestamp } from './json.ts'
import type { LateRefs } from './late-refs.ts'
import { nodeId, type User, userJson } from './user.ts'

/** A repository that the stand-in serves. */
export interface HostedRepository {
  readonly owner: User
  readonly name: string
  readonly id: number
  readonly defaultBranch: string
  readonly git: GitDirectory
  readonly createdAt: number
  /** Where the stand-in answers. */
  readonly site: string
  /** Whether OIDC subjects carry ids, as for every repository made since 2026-07-15. */
  readonly immutableSubject: boolean
  /** Whose an e-mail address in a commit is, by the address in small letters. */
  readonly accounts: ReadonlyMap<string, User>
  /** Teams of the owner, by slug: their members. */
  readonly teams: ReadonlyMap<string, readonly User[]>
  /** Branches that a classic rule protects. */
  readonly classicBranches: ReadonlySet<string>
  /** Rules of active rulesets, by the branch that they apply to. */
  readonly branchRules: ReadonlyMap<string, readonly BranchRule[]>
  readonly protectedTags: ReadonlySet<string>
  /** Requests an hour that GitHub allows all runs of the repository together. */
  readonly hourlyLimit: number
  readonly lateRefs: LateRefs
}

/** `owner/name` */
export function fullName(repository: HostedRepository): string {
  return `${repository.owner.login}/${repository.name}`
}

/** Address of the repository in the REST API. */
export function apiUrl(repository: HostedRepository): string {
  return `${repository.site}/repos/${fullName(repository)}`
}

/** Address of the repository for people. */
export function htmlUrl(repository: HostedRepository): string {
  return `${repository.site}/${fullName(repository)}`
}

/** Members of a repository that are links below its own address: name without `_url`, and path. */
const LINKS: readonly (readonly [name: string, path: string])[] = [
  ['archive', '/{archive_format}{/ref}'],
  ['assignees', '/assignees{/user}'],
  ['blobs', '/git/blobs{/sha}'],
  ['branches', '/branches{/branch}'],
  ['collaborators', '/collaborators{/collaborator}'],
  ['comments', '/comments{/number}'],
  ['commits', '/commits{/sha}'],
  ['compare', '/compare/{base}...{head}'],
  ['contents', '/contents/{+path}'],
  ['contributors', '/contributors'],
  ['deployments', '/deployments'],
  ['downloads', '/downloads'],
  ['events', '/events'],
  ['forks', '/forks'],
  ['git_commits', '/git/commits{/sha}'],
  ['git_refs', '/git/refs{/sha}'],
  ['git_tags', '/git/tags{/sha}'],
  ['hooks', '/hooks'],
  ['issue_comment', '/issues/comments{/number}'],
  ['issue_events', '/issues/events{/number}'],
  ['issues', '/issues{/number}'],
  ['keys', '/keys{/key_id}'],
  ['labels', '/labels{/name}'],
  ['languages', '/languages'],
  ['merges', '/merges'],
  ['milestones', '/milestones{/number}'],
  ['notifications', '/notifications{?since,all,participating}'],
  ['pulls', '/pulls{/number}'],
  ['releases', '/releases{/id}'],
  ['stargazers', '/stargazers'],
  ['statuses', '/statuses/{sha}'],
  ['subscribers', '/subscribers'],
  ['subscription', '/subscription'],
  ['tags', '/tags'],
  ['teams', '/teams'],
  ['trees', '/git/trees{/sha}']
]

/** A repository as GitHub's `minimal-repository`. */
export function minimalRepositoryJson(repository: HostedRepository): JsonObject {
  const api = apiUrl(repository)
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: true,
    owner: userJson(repository.site, repository.owner),
    html_url: htmlUrl(repository),
    description: null,
    fork: false,
    url: api,
    ...Object.fromEntries(LINKS.map(([name, path]) => [`${name}_url`, `${api}${path}`]))
  }
}

/** A repository as GitHub's `full-repository`. */
export function repositoryJson(repository: HostedRepository): JsonObject {
  const created = timestamp(repository.createdAt)
  const html = htmlUrl(repository)
  return {
    ...minimalRepositoryJson(repository),
    default_branch: repository.defaultBranch,
    visibility: 'private',
    clone_url: `${html}.git`,
    git_url: `git:${html.replace(/^https?:/, '')}.git`,
    ssh_url: `git@${new URL(html).hostname}:${fullName(repository)}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    archived: false,
    disabled: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    size: 0,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    watchers: 0,
    watchers_count: 0,
    created_at: created,
    pushed_at: created,
    updated_at: created
  }
}
