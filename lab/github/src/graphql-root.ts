import { type Commit, parseCommit } from './commit.ts'
import { type AuthorsPage, authorsValue } from './commit-authors.ts'
import { commitOnBranch } from './commit-on-branch.ts'
import type { Resolvable } from './graphql.ts'
import type { Hub } from './hub.ts'
import { type JsonObject, textAt, timestamp } from './json.ts'
import type { GitObject } from './object-reader.ts'
import { Refusal } from './refusal.ts'
import { fullName, type HostedRepository, htmlUrl } from './repository.ts'
import { demand, type Token } from './token.ts'
import { nodeId } from './user.ts'

/** GitHub cuts texts of blobs there, in bytes. */
const TEXT_LIMIT = 512_000

/** The fields of `Query` and `Mutation` that the stand-in answers, for the holder of a token. */
export function graphqlRoot(hub: Hub, token: Token): Resolvable {
  return {
    repository: ({ owner, name }: { readonly owner: string; readonly name: string }) => {
      return repositoryValue(visible(hub, token, `${owner}/${name}`), token)
    },
    createCommitOnBranch: async ({ input }: { readonly input: JsonObject }) => {
      const { repository, ref, oid } = await commitOnBranch(hub, token, input, name => visible(hub, token, name))
      const object = await repository.git.commitOf(oid)
      return {
        clientMutationId: textAt(input, 'clientMutationId') ?? null,
        commit: object === undefined ? null : commitValue(repository, parseCommit(object)),
        ref: refValue(repository, ref)
      }
    }
  }
}

/** @throws Refusal when there is no such repository, or the token is another's: GitHub tells no difference. */
function visible(hub: Hub, token: Token, name: string): HostedRepository {
  const repository = hub.repository(name)
  if (repository === undefined || repository !== token.repository) {
    throw new Refusal(404, `Could not resolve to a Repository with the name '${name}'.`)
  }
  return repository
}

function repositoryValue(repository: HostedRepository, token: Token): Resolvable {
  const content = <T>(work: () => T): T => {
    demand(token, { area: 'contents', access: 'read' })
    return work()
  }
  return {
    __typename: 'Repository',
    id: nodeId('Repository', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    url: htmlUrl(repository),
    isPrivate: true,
    defaultBranchRef: () => content(() => refOf(repository, `refs/heads/${repository.defaultBranch}`)),
    ref: ({ qualifiedName }: { readonly qualifiedName: string }) => content(() => refNamed(repository, qualifiedName)),
    object: ({ oid, expression }: { readonly oid?: string; readonly expression?: string }) =>
      content(() => {
        const asked = oid ?? expression ?? ''
        return repository.lateRefs.hides(asked) ? null : objectNamed(repository, asked)
      })
  }
}

/** GitHub takes full names, and short ones of branches, then tags. */
async function refNamed(repository: HostedRepository, name: string): Promise<Resolvable | null> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]
  for (const candidate of candidates) {
    const ref = await refOf(repository, candidate)
    if (ref !== null) return ref
  }
  return null
}

async function refOf(repository: HostedRepository, name: string): Promise<Resolvable | null> {
  if (!(await repository.git.isRefName(name)) || repository.lateRefs.hides(name)) return null
  return (await repository.git.read(name)) === undefined ? null : refValue(repository, name)
}

function refValue(repository: HostedRepository, name: string): Resolvable {
  const [, prefix = '', short = ''] = /^(refs\/[^/]+\/)(.+)$/.exec(name) ?? []
  return {
    __typename: 'Ref',
    id: nodeId('Ref', name),
    name: short,
    prefix,
    rules: () => rulesOf(repository, name),
    target: () => objectNamed(repository, name)
  }
}

/** Those of active rulesets that apply to a ref. Classic protection of branches is none. */
function rulesOf(repository: HostedRepository, name: string): Resolvable {
  const isKept = repository.protectedTags.has(name.replace(/^refs\/tags\//, ''))
  const nodes = (isKept ? ['CREATION', 'UPDATE', 'DELETION'] : []).map(type => ({
    __typename: 'RepositoryRule',
    id: nodeId('RepositoryRule', `${name} ${type}`),
    type
  }))
  return { __typename: 'RepositoryRuleConnection', nodes, totalCount: nodes.length }
}

async function objectNamed(repository: HostedRepository, name: string): Promise<Resolvable | null> {
  const object = await repository.git.read(name)
  if (object === undefined) return null
  switch (object.type) {
    case 'commit':
      return commitValue(repository, parseCommit(object))
    case 'blob':
      return blobValue(repository, object)
    case 'tree':
      return treeValue(repository, object.oid)
    case 'tag':
      return objectNamed(repository, `${object.oid}^{}`)
  }
}

function gitObjectValue(repository: HostedRepository, kind: 'Commit' | 'Blob' | 'Tree', oid: string): Resolvable {
  return {
    __typename: kind,
    id: nodeId(kind, oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: `${htmlUrl(repository)}/commit/${oid}`
  }
}

function commitValue(repository: HostedRepository, commit: Commit): Resolvable {
  const [headline = ''] = commit.message.split('\n')
  return {
    ...gitObjectValue(repository, 'Commit', commit.oid),
    url: `${htmlUrl(repository)}/commit/${commit.oid}`,
    message: commit.message,
    messageHeadline: headline,
    messageBody: commit.message.slice(headline.length).replace(/^\n+/, ''),
    authoredDate: timestamp(commit.author.time),
    committedDate: timestamp(commit.committer.time),
    authors: (page: AuthorsPage) => authorsValue(repository, commit, page),
    tree: () => treeValue(repository, commit.tree),
    file: async ({ path }: { readonly path: string }) => entryValue(repository, commit.tree, path)
  }
}

function blobValue(repository: HostedRepository, blob: GitObject): Resolvable {
  const isBinary = blob.content.includes(0)
  return {
    ...gitObjectValue(repository, 'Blob', blob.oid),
    byteSize: blob.content.length,
    isBinary,
    isTruncated: blob.content.length > TEXT_LIMIT,
    text: isBinary ? null : blob.content.subarray(0, TEXT_LIMIT).toString('utf8')
  }
}

function treeValue(repository: HostedRepository, oid: string): Resolvable {
  return {
    ...gitObjectValue(repository, 'Tree', oid),
    entries: async () =>
      ((await repository.git.tree(oid)) ?? []).map(entry =>
        entryFields(repository, entry.path, entry.path, entry.mode, entry.type, entry.oid)
      )
  }
}

async function entryValue(repository: HostedRepository, tree: string, path: string): Promise<Resolvable | null> {
  const slash = path.lastIndexOf('/')
  const parent = await repository.git.tree(`${tree}:${path.slice(0, Math.max(0, slash))}`)
  const entry = parent?.find(({ path: name }) => name === path.slice(slash + 1))
  return entry === undefined ? null : entryFields(repository, entry.path, path, entry.mode, entry.type, entry.oid)
}

function entryFields(
  repository: HostedRepository,
  name: string,
  path: string,
  mode: string,
  type: string,
  oid: string
): Resolvable {
  return {
    __typename: 'TreeEntry',
    name,
    path,
    mode: Number.parseInt(mode, 8),
    type,
    oid,
    object: () => objectNamed(repository, oid)
  }
}
