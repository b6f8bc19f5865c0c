import type { IncomingHttpHeaders } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { Failure, runCommand } from '@sluice/core'
import { ownGitArguments, ownGitEnvironment } from '@sluice/git'
import type { Hub } from './hub.ts'
import { fullName } from './repository.ts'
import type { Answer } from './route.ts'
import { type Token, tokenOfGit } from './token.ts'

/** What a git client asks, as it came. */
export interface GitQuestion {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * What GitHub lets a client leave out of what it fetches, and no more: no blobs, no large ones, no trees at all. Of `tree:<depth>` from 1 on GitHub says that
 * it "allows max depth 0", of `combine:` that it is "not supported". Any object may be asked for by its name.
 */
const TERMS = [
  'uploadpack.allowFilter=true',
  'uploadpack.allowAnySHA1InWant=true',
  'uploadpackfilter.allow=false',
  'uploadpackfilter.blob:none.allow=true',
  'uploadpackfilter.blob:limit.allow=true',
  'uploadpackfilter.tree.allow=true',
  'uploadpackfilter.tree.maxDepth=0'
].flatMap(setting => ['-c', setting])

/** How long git may take to answer, in milliseconds. */
const DEADLINE = 5 * 60_000

/**
 * Answers what `git fetch` asks over HTTP (git, "gitprotocol-http"), by git itself; `undefined` for what is no such question. It counts against no quota of
 * the API.
 */
export async function answerGit(hub: Hub, question: GitQuestion): Promise<Answer | undefined> {
  const { method, url, headers } = question
  const [, name, what] = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/.exec(url.pathname) ?? []
  if (name === undefined || method !== (what === 'info/refs' ? 'GET' : 'POST')) return undefined
  const token = hub.tokens.get(tokenOfGit(headers.authorization) ?? '')
  if (token === undefined) return refuse(401, 'Authentication failed', { 'www-authenticate': 'Basic realm="GitHub"' })
  const repository = hub.repository(name)
  if (repository === undefined || !mayRead(token, fullName(repository))) return refuse(404, 'Repository not found.')
  const { directory } = repository.git
  const advertises = what === 'info/refs'
  if (advertises && url.searchParams.get('service') !== 'git-upload-pack') return refuse(403, 'Service not enabled.')
  const how = advertises ? ['--http-backend-info-refs'] : []
  const answer = await runCommand(
    'git',
    ownGitArguments(TERMS, ['upload-pack', '--stateless-rpc', ...how, directory]),
    {
      env: { ...ownGitEnvironment(), GIT_PROTOCOL: String(headers['git-protocol'] ?? '') },
      input: headers['content-encoding'] === 'gzip' ? gunzipSync(question.body) : question.body,
      deadline: DEADLINE
    }
  )
  // What a client asks in vain, upload-pack tells it in its answer, and then ends in error.
  if (answer.code !== 0 && answer.stdout.length === 0) throw new Failure(`git upload-pack failed: ${answer.stderr}`)
  await hub.events.emit('fetch', { repository: fullName(repository), bytes: answer.stdout.length })
  const banner = advertises ? Buffer.from('001e# service=git-upload-pack\n0000') : Buffer.alloc(0)
  const kind = advertises ? 'advertisement' : 'result'
  return {
    kind: 'raw',
    status: 200,
    headers: { 'content-type': `application/x-git-upload-pack-${kind}`, 'cache-control': 'no-cache' },
    content: Buffer.concat([banner, answer.stdout])
  }
}

function mayRead({ repository, permissions }: Token, name: string): boolean {
  return fullName(repository) === name && permissions.contents !== undefined
}

function refuse(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: 'raw', status, headers: { 'content-type': 'text/plain', ...headers }, content: Buffer.from(text) }
}
