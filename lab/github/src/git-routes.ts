import { commitJson, gitCommitJson, parseCommit } from './commit.ts'
import { compare } from './comparison.ts'
import { base64Lines, contentsAnswer } from './contents.ts'
import type { Person, TreeChange } from './git-directory.ts'
import { asObject, type JsonObject, listAt, objectAt, textAt } from './json.ts'
import { NotImplemented, notFound, Refusal } from './refusal.ts'
import { apiUrl, fullName, type HostedRepository, htmlUrl } from './repository.ts'
import { json, type Route, type RouteRequest } from './route.ts'
import { isTreePath } from './tree-object.ts'
import { BOT, nodeId } from './user.ts'

const GIT = '/repos/{owner}/{repo}/git'
const READ = { area: 'contents', access: 'read' } as const
const WRITE = { area: 'contents', access: 'write' } as const

/** What is in the repository: commits, files, refs, and writing them one object at a time. */
export const gitRoutes: readonly Route[] = [
  { method: 'GET', template: '/repos/{owner}/{repo}/compare/{basehead}', need: READ, answer: compare },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}',
    need: READ,
    answer: async ({ repository, parameter }) => {
      const object = await repository.git.commitOf(parameter('ref'))
      if (object === undefined) throw new Refusal(422, `No commit found for SHA: ${parameter('ref')}`)
      const commit = parseCommit(object)
      return json(commitJson(repository, commit, await repository.git.changes(commit.parents[0], commit.oid)))
    }
  },
  { method: 'GET', template: '/repos/{owner}/{repo}/branches/{branch}', need: READ, answer: readBranch },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/rules/branches/{branch}',
    need: { area: 'metadata', access: 'read' },
    // Rules apply to names: the branch need not be there.
    answer: async ({ repository, parameter }) =>
      json(
        (repository.branchRules.get(parameter('branch')) ?? []).map(rule => ({
          ...rule,
          ruleset_source_type: 'Repository',
          ruleset_source: fullName(repository),
          ruleset_id: 42
        }))
      )
  },
  { method: 'GET', template: '/repos/{owner}/{repo}/contents/{path}', need: READ, answer: contentsAnswer },
  {
    method: 'GET',
    template: `${GIT}/ref/{ref}`,
    need: READ,
    answer: async ({ repository, parameter }) => {
      const ref = `refs/${parameter('ref')}`
      const object = (await repository.git.isRefName(ref)) ? await repository.git.read(ref) : undefined
      if (object === undefined || repository.lateRefs.hides(ref)) throw notFound()
      return json(refJson(repository, ref, object.type, object.oid))
    }
  },
  { method: 'GET', template: `${GIT}/blobs/{file_sha}`, need: READ, answer: readBlob },
  { method: 'POST', template: `${GIT}/blobs`, need: WRITE, answer: createBlob },
  { method: 'POST', template: `${GIT}/trees`, need: WRITE, answer: createTree },
  { method: 'POST', template: `${GIT}/commits`, need: WRITE, answer: createCommit },
  { method: 'POST', template: `${GIT}/refs`, need: WRITE, answer: createRef }
]

type Handler = Route['answer']

/** A branch as GitHub's `branch-with-protection`: whether any rule protects it, and whether a classic one does, not how. */
async function readBranch({ repository, parameter }: RouteRequest): ReturnType<Handler> {
  const name = parameter('branch')
  const ref = `refs/heads/${name}`
  const object = (await repository.git.isRefName(ref)) ? await repository.git.commitOf(ref) : undefined
  if (object === undefined) throw notFound()
  const isClassic = repository.classicBranches.has(name)
  const path = name.split('/').map(encodeURIComponent).join('/')
  const url = `${apiUrl(repository)}/branches/${path}`
  return json({
    name,
    commit: commitJson(repository, parseCommit(object)),
    _links: { self: url, html: `${htmlUrl(repository)}/tree/${path}` },
    protected: isClassic || (repository.branchRules.get(name) ?? []).length > 0,
    protection: {
      enabled: isClassic,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] }
    },
    protection_url: `${url}/protection`
  })
}

async function readBlob({ repository, parameter }: RouteRequest): ReturnType<Handler> {
  const sha = parameter('file_sha')
  const object = /^[0-9a-f]{40}$/.test(sha) ? await repository.git.read(sha) : undefined
  if (object?.type !== 'blob') throw notFound()
  return json({
    sha,
    node_id: nodeId('Blob', sha),
    size: object.content.length,
    url: `${apiUrl(repository)}/git/blobs/${sha}`,
    encoding: 'base64',
    content: base64Lines(object.content)
  })
}

async function createBlob({ repository, body }: RouteRequest): ReturnType<Handler> {
  const content = Buffer.from(textAt(body, 'content') ?? '', textAt(body, 'encoding') === 'base64' ? 'base64' : 'utf8')
  const sha = await repository.git.writeBlob(content)
  return json({ sha, url: `${apiUrl(repository)}/git/blobs/${sha}` }, 201)
}

async function createTree({ repository, body }: RouteRequest): ReturnType<Handler> {
  const base = textAt(body, 'base_tree')
  if (base !== undefined && (await repository.git.read(`${base}^{tree}`)) === undefined) {
    throw new Refusal(422, 'base_tree is not a valid tree')
  }
  const changes = await Promise.all(listAt(body, 'tree').map(async entry => treeChange(repository, asObject(entry))))
  const sha = await repository.git.writeTree(base, changes)
  const api = apiUrl(repository)
  const tree = (await repository.git.entries(sha)).map(({ path, mode, type, oid, size }) => ({
    path,
    mode,
    type,
    sha: oid,
    ...(size === undefined ? {} : { size }),
    url: `${api}/git/${type}s/${oid}`
  }))
  return json({ sha, url: `${api}/git/trees/${sha}`, tree, truncated: false }, 201)
}

async function treeChange(repository: HostedRepository, entry: JsonObject): Promise<TreeChange> {
  const path = textAt(entry, 'path')
  const mode = textAt(entry, 'mode')
  if (path === undefined || mode === undefined) throw new Refusal(422, 'tree.path and tree.mode must be given')
  if (!isTreePath(path)) throw new Refusal(422, `tree.path contains a malformed path component: ${path}`)
  if (mode === '040000' || mode === '160000') throw new NotImplemented(`A tree entry of mode ${mode}`)
  const content = textAt(entry, 'content')
  if (content !== undefined) return { path, mode, oid: await repository.git.writeBlob(Buffer.from(content)) }
  if (entry['sha'] === null) return { path }
  const oid = textAt(entry, 'sha')
  if (oid === undefined || (await repository.git.read(oid))?.type !== 'blob') {
    throw new Refusal(422, `tree.sha ${oid ?? ''} is not a valid blob`)
  }
  return { path, mode, oid }
}

async function createCommit({ hub, repository, body }: RouteRequest): ReturnType<Handler> {
  const tree = textAt(body, 'tree') ?? ''
  if ((await repository.git.read(tree))?.type !== 'tree') throw new Refusal(422, 'Tree SHA does not exist')
  const parents = listAt(body, 'parents').map(String)
  for (const parent of parents) {
    if ((await repository.git.read(parent))?.type !== 'commit')
      throw new Refusal(422, 'Parent SHA does not exist or is not a commit object')
  }
  const author = personOf(objectAt(body, 'author'), hub.clock.now())
  const committer = personOf({ ...objectAt(body, 'author'), ...objectAt(body, 'committer') }, hub.clock.now())
  const oid = await repository.git.writeCommit({
    tree,
    parents,
    message: textAt(body, 'message') ?? '',
    author,
    committer
  })
  const object = await repository.git.commitOf(oid)
  if (object === undefined) throw notFound()
  return json(gitCommitJson(repository, parseCommit(object)), 201)
}

/** Without a name the token's own user, as on GitHub. */
function personOf(given: JsonObject, now: number): Person {
  const date = Date.parse(textAt(given, 'date') ?? '')
  return {
    name: textAt(given, 'name') ?? BOT.name,
    email: textAt(given, 'email') ?? BOT.email,
    time: Number.isNaN(date) ? now : date
  }
}

async function createRef({ repository, body }: RouteRequest): ReturnType<Handler> {
  const ref = textAt(body, 'ref') ?? ''
  const sha = textAt(body, 'sha') ?? ''
  if (!/^refs\/[^/]+\/./.test(ref)) {
    throw new Refusal(422, "Reference name must start with 'refs/' and have at least two slashes.")
  }
  if (!(await repository.git.isRefName(ref))) throw new Refusal(422, `${ref} is not a valid ref name.`)
  const object = /^[0-9a-f]{40}$/.test(sha) ? await repository.git.read(sha) : undefined
  if (object === undefined) throw new Refusal(422, 'Object does not exist')
  if (ref.startsWith('refs/heads/') && object.type !== 'commit') throw new Refusal(422, 'Object is not a commit')
  if ((await repository.git.moveRef(ref, sha, undefined)) === 'stale') {
    throw new Refusal(422, 'Reference already exists')
  }
  repository.lateRefs.add(ref)
  return json(refJson(repository, ref, object.type, sha), 201)
}

function refJson(repository: HostedRepository, ref: string, type: string, sha: string): JsonObject {
  const api = apiUrl(repository)
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: `${api}/git/${ref}`,
    object: { type, sha, url: `${api}/git/${type}s/${sha}` }
  }
}
