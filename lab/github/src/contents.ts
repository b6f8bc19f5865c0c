import type { JsonObject } from './json.ts'
import { NotImplemented, notFound, Refusal } from './refusal.ts'
import { apiUrl, type HostedRepository, htmlUrl } from './repository.ts'
import { type Answer, json, type RouteRequest } from './route.ts'
import type { TreeEntry } from './tree-object.ts'

/** Above this size GitHub leaves the content out of JSON, in bytes. */
const INLINE_LIMIT = 1024 * 1024

/** GET contents/{path}: a file as base64 or raw, or the list of a directory. */
export async function contentsAnswer({ repository, parameter, query, accept }: RouteRequest): Promise<Answer> {
  const path = parameter('path').replace(/\/+$/, '')
  const ref = query.get('ref') ?? repository.defaultBranch
  const commit = await repository.git.commitOf(ref)
  if (commit === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`)
  const object = await repository.git.read(`${commit.oid}:${path}`)
  if (object === undefined) throw notFound()
  if (object.type === 'tree') {
    const entries = await repository.git.entries(object.oid)
    return json(entries.map(entry => entryJson(repository, ref, `${path}/${entry.path}`, entry)))
  }
  if (object.type !== 'blob') throw new NotImplemented(`A ${object.type} in contents`)
  if (/application\/vnd\.github\.(v3\.)?raw/.test(accept)) {
    return { kind: 'raw', status: 200, content: object.content }
  }
  const inline = object.content.length <= INLINE_LIMIT
  return json({
    ...entryJson(repository, ref, path, {
      path: path.slice(path.lastIndexOf('/') + 1),
      type: 'blob',
      mode: '100644',
      oid: object.oid,
      size: object.content.length
    }),
    encoding: inline ? 'base64' : 'none',
    content: inline ? base64Lines(object.content) : ''
  })
}

/** Base64 as GitHub writes it: in lines of 60. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{60}/g, '$&\n')
}

function entryJson(repository: HostedRepository, ref: string, path: string, entry: TreeEntry): JsonObject {
  const escaped = path.split('/').map(encodeURIComponent).join('/')
  const self = `${apiUrl(repository)}/contents/${escaped}?ref=${encodeURIComponent(ref)}`
  const kind = entry.type === 'tree' ? 'tree' : 'blob'
  const git = `${apiUrl(repository)}/git/${kind}s/${entry.oid}`
  const html = `${htmlUrl(repository)}/${kind}/${encodeURIComponent(ref)}/${escaped}`
  return {
    type:
      entry.type === 'tree'
        ? 'dir'
        : entry.type === 'commit'
          ? 'submodule'
          : entry.mode === '120000'
            ? 'symlink'
            : 'file',
    name: entry.path,
    path,
    sha: entry.oid,
    size: entry.size ?? 0,
    url: self,
    git_url: git,
    html_url: html,
    download_url: entry.type === 'blob' ? `${htmlUrl(repository)}/raw/${encodeURIComponent(ref)}/${escaped}` : null,
    _links: { self, git, html }
  }
}
