import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '@sluice/core'
import { type GitHubOptions, type GitHubStandIn, startGitHub } from '../src/index.ts'

export const REPOSITORY = 'octo-org/storefront'
export const AUTHOR = { login: 'author', id: 11 }
export const APPROVER = { login: 'approver', id: 12 }

/** An answer as a client sees it. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A stand-in with one repository: main has three commits, side leaves it after the second. */
export interface Site {
  readonly github: GitHubStandIn
  readonly directory: string
  readonly token: string
  readonly commits: { readonly first: string; readonly second: string; readonly third: string; readonly side: string }
  git(...args: readonly string[]): Promise<string>
  call(method: string, path: string, body?: unknown, token?: string): Promise<Reply>
  query(query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown>
  stop(): Promise<void>
}

export const RUN = { id: 101, attempt: 1, actor: AUTHOR, headBranch: 'main', event: 'push' } as const

export const PROTECTED = {
  reviewers: [{ ...APPROVER, type: 'User' }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'protected'
} as const

export async function startSite(options: GitHubOptions & { readonly hourlyLimit?: number } = {}): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-github-'))
  const work = join(root, 'work')
  const directory = join(root, 'storefront.git')
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'author',
    GIT_AUTHOR_EMAIL: 'author@example.com',
    GIT_COMMITTER_NAME: 'author',
    GIT_COMMITTER_EMAIL: 'author@example.com'
  }
  const run = async (...args: readonly string[]): Promise<string> => {
    const result = await runCommand('git', args, { env })
    if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`)
    return result.stdout.toString('utf8').trim()
  }
  const commit = async (file: string, text: string): Promise<string> => {
    await writeFile(join(work, file), text)
    await run('-C', work, 'add', '.')
    await run('-C', work, 'commit', '-q', '-m', `Write ${file}`)
    return run('-C', work, 'rev-parse', 'HEAD')
  }
  await run('init', '-q', '-b', 'main', work)
  const first = await commit('a.txt', 'one\n')
  const second = await commit('b.txt', 'two\n')
  await run('-C', work, 'checkout', '-q', '-b', 'side')
  const side = await commit('d.txt', 'side\n')
  await run('-C', work, 'checkout', '-q', 'main')
  const third = await commit('a.txt', 'three\n')
  await run('clone', '-q', '--bare', work, directory)

  const { hourlyLimit, ...rest } = options
  const github = await startGitHub(rest)
  github.addRepository({
    owner: 'octo-org',
    name: 'storefront',
    id: 123456,
    defaultBranch: 'main',
    gitDirectory: directory,
    ownerId: 77,
    accounts: { 'Author@example.com': AUTHOR },
    teams: { 'release-managers': [APPROVER] },
    protectedBranches: ['main'],
    ...(hourlyLimit === undefined ? {} : { hourlyLimit })
  })
  const { token } = github.startRun(REPOSITORY, { ...RUN, headSha: third })
  const call: Site['call'] = async (method, path, body, bearer = token) => {
    const response = await fetch(`${github.url}${path}`, {
      method,
      headers: bearer === '' ? {} : { authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const answer: unknown = await response.json()
    // The stand-in could not answer as GitHub would: no test may go on with that.
    if (response.status >= 500) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return { status: response.status, headers: response.headers, body: answer }
  }
  return {
    github,
    directory,
    token,
    commits: { first, second, third, side },
    git: async (...args) => run(`--git-dir=${directory}`, ...args),
    call,
    query: async (query, variables = {}) => (await call('POST', '/graphql', { query, variables })).body,
    async stop() {
      await github.stop()
      await rm(root, { recursive: true, force: true })
    }
  }
}
