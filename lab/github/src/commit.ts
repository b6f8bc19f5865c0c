import { Failure } from '@sluice/core'
import type { FileChange, Person } from './git-directory.ts'
import { type JsonObject, timestamp } from './json.ts'
import type { GitObject } from './object-reader.ts'
import { apiUrl, type HostedRepository, htmlUrl } from './repository.ts'
import { nodeId, type User, userJson } from './user.ts'

/** A commit object, read. */
export interface Commit {
  readonly oid: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Person
  readonly committer: Person
  readonly message: string
}

/** Reads the bytes of a commit object (git, "commit object"). */
export function parseCommit(object: GitObject): Commit {
  const text = object.content.toString('utf8')
  const end = text.indexOf('\n\n')
  const headers = (end < 0 ? text : text.slice(0, end)).split('\n').map(line => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1)] as const
  })
  const all = (name: string): readonly string[] => headers.filter(([key]) => key === name).map(([, value]) => value)
  const one = (name: string): string => {
    const [value] = all(name)
    if (value === undefined) throw new Failure(`${object.oid} is not a commit: it has no ${name}.`)
    return value
  }
  return {
    oid: object.oid,
    tree: one('tree'),
    parents: all('parent'),
    author: parsePerson(one('author')),
    committer: parsePerson(one('committer')),
    message: end < 0 ? '' : text.slice(end + 2).replace(/\n$/, '')
  }
}

function parsePerson(text: string): Person {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(text) ?? []
  return { name, email, time: Number(seconds) * 1000 }
}

/** A person as GitHub's `git-user`. */
export function personJson(person: Person): JsonObject {
  return { name: person.name, email: person.email, date: timestamp(person.time) }
}

/** The stand-in signs nothing, and says so. */
const UNSIGNED: JsonObject = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null
}

/** A commit as GitHub's `commit`. */
export function commitJson(repository: HostedRepository, commit: Commit, files?: readonly FileChange[]): JsonObject {
  const api = apiUrl(repository)
  const url = `${api}/commits/${commit.oid}`
  const parent = (sha: string): JsonObject => ({
    sha,
    url: `${api}/commits/${sha}`,
    html_url: `${htmlUrl(repository)}/commit/${sha}`
  })
  const total = (pick: (file: FileChange) => number): number => (files ?? []).reduce((sum, file) => sum + pick(file), 0)
  const additions = total(file => file.additions)
  const deletions = total(file => file.deletions)
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', commit.oid),
    url,
    html_url: `${htmlUrl(repository)}/commit/${commit.oid}`,
    comments_url: `${url}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.oid}`,
      author: personJson(commit.author),
      committer: personJson(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: UNSIGNED
    },
    author: accountJson(repository, commit.author),
    committer: accountJson(repository, commit.committer),
    parents: commit.parents.map(parent),
    ...(files === undefined
      ? {}
      : {
          stats: { additions, deletions, total: additions + deletions },
          files: files.map(file => fileJson(repository, commit.oid, file))
        })
  }
}

/** Whom GitHub takes the owner of an address for; `null`: nobody. */
function accountJson(repository: HostedRepository, { email }: Person): JsonObject | null {
  const user = accountOf(repository, email)
  return user === undefined ? null : userJson(repository.site, user)
}

/** Who registered an address, or to whom it was given; absent: nobody. */
export function accountOf(repository: HostedRepository, email: string): User | undefined {
  const address = email.toLowerCase()
  const given = /^(\d+)\+([^@]+)@users\.noreply\.github\.com$/.exec(address)
  return (
    repository.accounts.get(address) ?? (given === null ? undefined : { id: Number(given[1]), login: `${given[2]}` })
  )
}

/** A changed file as GitHub's `diff-entry`. */
export function fileJson(repository: HostedRepository, commit: string, file: FileChange): JsonObject {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.oid ?? null,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(repository)}/blob/${commit}/${path}`,
    raw_url: `${htmlUrl(repository)}/raw/${commit}/${path}`,
    contents_url: `${apiUrl(repository)}/contents/${path}?ref=${commit}`
  }
}

/** A commit as GitHub's `git-commit`. */
export function gitCommitJson(repository: HostedRepository, commit: Commit): JsonObject {
  const api = apiUrl(repository)
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', commit.oid),
    url: `${api}/git/commits/${commit.oid}`,
    html_url: `${htmlUrl(repository)}/commit/${commit.oid}`,
    author: personJson(commit.author),
    committer: personJson(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: commit.parents.map(sha => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${htmlUrl(repository)}/commit/${sha}`
    })),
    verification: UNSIGNED
  }
}
