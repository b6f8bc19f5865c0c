import { createHash } from 'node:crypto'
import { Failure, type GitHub, GitHubError } from '@sluice/core'
import { OPENING } from './commit-message.ts'
import { COMMIT_MUTATION, filesQuery, headQuery } from './github-queries.ts'
import { HEAD_PATH } from './paths.ts'
import { QuerySize } from './query-size.ts'
import { type CommitOutcome, type LedgerStore, parseHead } from './store.ts'

export interface GithubStoreOptions {
  readonly github: GitHub
  /** `owner/name` */
  readonly repository: string
  readonly branch: string
}

/** A blob as GraphQL gives it; `text` is absent for what GitHub thinks is binary. */
interface Blob {
  readonly oid: string
  readonly text: string | null
  readonly isTruncated: boolean
}

/** `null` where nothing exists; `{}` for what is no blob. */
type MaybeBlob = Partial<Blob> | null | undefined

/**
 * A ledger on a branch of a GitHub repository: one GraphQL query reads, `createCommitOnBranch` writes by compare-and-swap, signed by GitHub.
 * Only GitHub's own API is spoken: no clone, no working copy, the same cost at any length of the ledger.
 */
export function githubStore(options: GithubStoreOptions): LedgerStore {
  const { github, repository, branch } = options
  const [owner, name] = repository.split('/')
  const ref = `refs/heads/${branch}`
  const size = new QuerySize()

  const content = async (blob: MaybeBlob): Promise<Uint8Array | undefined> => {
    if (blob === null || blob === undefined || blob.oid === undefined) return undefined
    if (typeof blob.text === 'string' && blob.isTruncated === false) {
      const bytes = Buffer.from(blob.text, 'utf8')
      // Text went through GitHub's character decoding: git's own name of the blob tells whether the bytes survived.
      if (gitBlobId(bytes) === blob.oid) return bytes
    }
    const answer = await github.get(`/repos/${repository}/git/blobs/${blob.oid}`)
    const { content: base64 } = (answer ?? {}) as { readonly content?: unknown }
    if (typeof base64 !== 'string')
      throw new Failure(`GitHub returned no content for blob ${blob.oid} of ${repository}.`)
    return Buffer.from(base64, 'base64')
  }

  const collect = async (
    paths: readonly string[],
    blobs: readonly MaybeBlob[],
    into: Map<string, Uint8Array>
  ): Promise<void> => {
    for (const [n, path] of paths.entries()) {
      const bytes = await content(blobs[n])
      if (bytes !== undefined) into.set(path, bytes)
    }
  }

  const read: LedgerStore['read'] = async (paths, at = ref) => {
    const files = new Map<string, Uint8Array>()
    for (let start = 0; start < paths.length; ) {
      const { page, data } = await size.ask(paths.length - start, 1, async count => {
        const page = paths.slice(start, start + count)
        const variables = Object.fromEntries(page.map((path, n) => [`e${n}`, `${at}:${path}`]))
        return { page, data: await github.graphql(filesQuery(page.length), { owner, name, ...variables }) }
      })
      const { repository: found } = data as { readonly repository: Readonly<Record<string, MaybeBlob>> | null }
      await collect(
        page,
        page.map((_, n) => found?.[`f${n}`]),
        files
      )
      start += page.length
    }
    return files
  }

  return {
    async head(alongside = []) {
      const { first, data } = await size.ask(alongside.length, 0, async count => {
        const first = alongside.slice(0, count)
        const variables = Object.fromEntries(first.map((path, n) => [`p${n}`, path]))
        return { first, data: await github.graphql(headQuery(first.length), { owner, name, ref, ...variables }) }
      })
      const target = decodeTarget(data)
      if (target === undefined) return undefined
      const pointer = parseHead(await content(target['head']?.object), branch)
      const files = new Map<string, Uint8Array>()
      await collect(
        first,
        first.map((_, n) => target[`f${n}`]?.object),
        files
      )
      // The rest is read of the commit that was found: the branch may have moved on.
      const rest = await read(alongside.slice(first.length), target.oid)
      return { ...pointer, oid: target.oid, files: new Map([...files, ...rest]) }
    },

    read,

    async commit(expectedOid, message, files, landed) {
      const [headline, ...body] = message.split('\n')
      const input = {
        branch: { repositoryNameWithOwner: repository, branchName: branch },
        expectedHeadOid: expectedOid,
        message: { headline, body: body.join('\n').trim() },
        fileChanges: {
          additions: files.flatMap(({ path, content: bytes }) =>
            bytes === undefined ? [] : [{ path, contents: Buffer.from(bytes).toString('base64') }]
          ),
          deletions: files.flatMap(({ path, content: bytes }) => (bytes === undefined ? [{ path }] : []))
        }
      }
      try {
        const oid = oidOf(await github.graphql(COMMIT_MUTATION, { input }, { waits: false }))
        if (oid !== undefined) landed?.(oid)
        return 'landed'
      } catch (error: unknown) {
        const outcome = outcomeOf(error)
        if (outcome === undefined) throw error
        return outcome
      }
    },

    async create(head) {
      const post = async (path: string, body: unknown): Promise<string> => {
        // Objects are named by their content, and a branch that is there already is what is wanted.
        const answer = await github.send('POST', `/repos/${repository}/git/${path}`, body, { repeatable: true })
        const { sha } = answer as { readonly sha: string }
        return sha
      }
      const file = {
        path: HEAD_PATH,
        mode: '100644',
        type: 'blob',
        content: Buffer.from(head).toString('utf8')
      }
      const tree = await post('trees', { tree: [file] })
      // No parents: an orphan branch. The ledger shares no history with the code.
      const commit = await post('commits', { message: OPENING, tree, parents: [] })
      try {
        await post('refs', { ref, sha: commit })
        return true
      } catch (error: unknown) {
        if (!(error instanceof GitHubError) || error.status !== 422) throw error
        if (/already exists/i.test(error.message)) return true
        // The commit was written a moment ago, and whoever answers may not have it yet.
        if (/object does not exist/i.test(error.message)) return false
        throw error
      }
    }
  }
}

/** The commit that the branch stands at; `undefined` when there is no branch. */
function decodeTarget(
  data: unknown
):
  | ({ readonly oid: string } & Readonly<Record<string, { readonly object?: MaybeBlob } | null | undefined>>)
  | undefined {
  const { repository } = data as { readonly repository: { readonly ref: { readonly target: unknown } | null } | null }
  const target = repository?.ref?.target
  return target === null || target === undefined ? undefined : (target as ReturnType<typeof decodeTarget>)
}

/** The commit that GitHub says it made. */
function oidOf(data: unknown): string | undefined {
  const { createCommitOnBranch: made } = (data ?? {}) as {
    readonly createCommitOnBranch?: { readonly commit?: { readonly oid?: string } | null } | null
  }
  return made?.commit?.oid
}

/** What an error says about the commit; `undefined`: GitHub refused it for another reason. */
function outcomeOf(error: unknown): CommitOutcome | undefined {
  if (!(error instanceof GitHubError)) return undefined
  if (error.types.includes('STALE_DATA') || /expected branch to point to/i.test(error.message)) return 'conflict'
  return error.unsure ? 'unknown' : undefined
}

/** The name that git gives to a blob (git, "Git Internals - Git Objects"). SHA-1 here names, it does not protect: records have SHA-256. */
function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
