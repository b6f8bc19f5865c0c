import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readRunContext, runCommand, systemClock } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import { toolkitContext } from '@sluice-lab/samples'
import type { BuildPipeline } from '../src/build-mode.ts'
import { recordedLog } from './builder/recorded-log.ts'

/** What the product delivers, by its delivery.yml. */
export const DELIVERY = `version: 1
product: shop
accounts: { ops: { id: "111111111111", region: eu-west-1 } }
registry: { account: ops }
units:
  api:
    image: { context: api, test: test }
    stack: { template: infra.yml }
environments:
  - { name: integration, account: ops, level: development, gate: continuous }
ledger: { branch: ledger }
`

/** A product with one image, in a git repository of its own. */
export interface Product {
  readonly directory: string
  /** Commits these files of the unit, at a time in seconds; the commit's id. */
  commit(files: Readonly<Record<string, string>>, time: number): Promise<string>
  /** What a run for a commit has, as far as building needs it. */
  pipeline(commit: string): BuildPipeline
}

/** Makes a product of which these folders and files are the unit's. */
export async function startProduct(programs: (context: string) => Promise<void>): Promise<Product> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-product-'))
  const git = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> => {
    const author = ['-c', 'user.name=author', '-c', 'user.email=author@example.com', '-c', 'commit.gpgsign=false']
    const options = { cwd: directory, env: { ...process.env, ...env } }
    const { code, stdout, stderr } = await runCommand('git', [...author, ...args], options)
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.toString('utf8').trim()
  }
  await git({}, 'init', '-q', '-b', 'main')
  await writeFile(join(directory, 'delivery.yml'), DELIVERY)
  await writeFile(join(directory, 'infra.yml'), 'Resources: {}\n')
  await mkdir(join(directory, 'api'))
  await programs(join(directory, 'api'))
  return {
    directory,
    async commit(files, time) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(directory, 'api', path)), { recursive: true })
        await writeFile(join(directory, 'api', path), text)
      }
      const date = `@${time} +0000`
      await git({}, 'add', '-A')
      await git({ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }, 'commit', '-q', '--allow-empty', '-m', 'change')
      return git({}, 'rev-parse', 'HEAD')
    },
    pipeline(commit) {
      const delivery = parseDelivery(DELIVERY, 'delivery.yml')
      const variables = {
        GITHUB_REPOSITORY: 'octo/shop',
        GITHUB_REPOSITORY_ID: '1',
        GITHUB_RUN_ID: '1',
        GITHUB_JOB: 'build',
        GITHUB_ACTOR: 'author',
        GITHUB_SHA: commit,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_WORKSPACE: directory,
        RUNNER_TEMP: join(directory, '.git', 'temp')
      }
      const run = readRunContext(toolkitContext(variables), variables)
      return {
        run,
        log: recordedLog(),
        clock: systemClock,
        repository: openRepository(directory),
        policy: { ...delivery, builds: { sandbox: 'none' } },
        at: async () => delivery
      }
    }
  }
}
