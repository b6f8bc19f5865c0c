import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fastRetry, type GitHub, githubClient, runCommand, systemClock } from '@sluice/core'
import { type GitHubOptions, type GitHubStandIn, startGitHub } from '@sluice-lab/github'
import { githubStore, type LedgerStore } from '../src/index.ts'

export const REPOSITORY = 'octo-org/storefront'
export const BRANCH = 'sluice-ledger'

/** A repository on a stand-in for GitHub: real git behind GitHub's API, each answer checked against GitHub's schemas. */
export interface HostedLedger {
  readonly host: GitHubStandIn
  readonly github: GitHub
  readonly store: LedgerStore
  /** The bare repository behind the API. */
  readonly directory: string
  git(args: readonly string[], input?: string): Promise<string>
  /** Clones it without the contents of files, as `actions/checkout` does with a filter; the folder of the clone. */
  clonePartially(): Promise<string>
  stop(): Promise<void>
}

/** @param options `hourlyLimit`: how many requests, and points of GraphQL, GitHub lets through in an hour. */
export async function hostLedger({
  hourlyLimit,
  ...options
}: GitHubOptions & { readonly hourlyLimit?: number } = {}): Promise<HostedLedger> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-ledger-'))
  const directory = join(root, 'storefront.git')
  const person = { NAME: 'author', EMAIL: 'author@example.com' }
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value]
      ])
    )
  }
  const git: HostedLedger['git'] = async (args, input = '') => {
    const result = await runCommand('git', [`--git-dir=${directory}`, ...args], { env, input })
    if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`)
    return result.stdout.toString('utf8').trim()
  }
  await runCommand('git', ['init', '-q', '--bare', '-b', 'main', directory], { env })
  const tree = await git(['mktree'])
  await git(['update-ref', 'refs/heads/main', await git(['commit-tree', tree, '-m', 'Begin'])])

  const host = await startGitHub(options)
  host.addRepository({
    owner: 'octo-org',
    name: 'storefront',
    id: 123456,
    defaultBranch: 'main',
    gitDirectory: directory,
    ...(hourlyLimit === undefined ? {} : { hourlyLimit })
  })
  const token = host.createToken(REPOSITORY, { contents: 'write' })
  const github = githubClient({
    token,
    env: { GITHUB_API_URL: host.url },
    clock: systemClock,
    log: { info: () => undefined },
    policy: fastRetry
  })
  return {
    host,
    github,
    directory,
    git,
    async clonePartially() {
      const clone = join(root, 'partial.git')
      await git(['config', 'uploadpack.allowFilter', 'true'])
      await git(['clone', '-q', '--bare', '--filter=blob:none', pathToFileURL(directory).href, clone])
      return clone
    },
    store: githubStore({ github, repository: REPOSITORY, branch: BRANCH }),
    async stop() {
      await host.stop()
      await rm(root, { recursive: true, force: true })
    }
  }
}

/** Puts a commit on the ledger branch as somebody with a clone could: files changed or (`undefined`) removed, on any parents. */
export async function commitByHand(
  ledger: HostedLedger,
  changes: Readonly<Record<string, string | undefined>>,
  options: { readonly parents?: readonly string[]; readonly mode?: string; readonly branch?: string } = {}
): Promise<void> {
  const { git, directory } = ledger
  const ref = `refs/heads/${options.branch ?? BRANCH}`
  const tip = await git(['rev-parse', ref])
  const index = join(directory, `index-${Math.random()}`)
  const indexed = async (args: readonly string[], input = ''): Promise<string> => {
    const env = { ...process.env, GIT_INDEX_FILE: index }
    const result = await runCommand('git', [`--git-dir=${directory}`, ...args], { env, input })
    if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`)
    return result.stdout.toString('utf8').trim()
  }
  await indexed(['read-tree', tip])
  for (const [path, content] of Object.entries(changes)) {
    const { mode = '100644' } = options
    if (content === undefined) {
      await indexed(['update-index', '--index-info'], `0 ${'0'.repeat(40)}\t${path}\n`)
      continue
    }
    // The content of a submodule is the commit it names.
    const oid = mode === '160000' ? content : await git(['hash-object', '-w', '--stdin'], content)
    await indexed(['update-index', '--index-info'], `${mode} ${oid}\t${path}\n`)
  }
  const parents = (options.parents ?? [tip]).flatMap(parent => ['-p', parent])
  const commit = await git(['commit-tree', await indexed(['write-tree']), ...parents, '-m', 'By hand'])
  await git(['update-ref', ref, commit])
}
