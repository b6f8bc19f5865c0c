import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { openRepository, type Repository } from '@sluice/git'

const AUTHOR = ['-c', 'user.name=author', '-c', 'user.email=author@example.com', '-c', 'commit.gpgsign=false']

/** A real git repository in a folder of its own. */
export interface GitSandbox {
  readonly directory: string
  readonly repository: Repository
  git(...args: string[]): Promise<string>
  /** Writes files without committing them. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Writes and commits files; resolves to the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>
}

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A temporary folder, removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-delivery-'))
  folders.push(folder)
  return folder
}

/** An empty repository on branch main, removed after the test. */
export async function gitSandbox(): Promise<GitSandbox> {
  const sandbox = sandboxAt(await temporaryFolder())
  await sandbox.git('init', '-q', '-b', 'main')
  return sandbox
}

/** The repository that is in a folder. */
export function sandboxAt(directory: string): GitSandbox {
  const git = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCommand('git', [...AUTHOR, ...args], { cwd: directory })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.toString('utf8').trim()
  }
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), text)
    }
  }
  return {
    directory,
    repository: openRepository(directory),
    git,
    write,
    async commit(files, message = 'change') {
      await write(files)
      await git('add', '-A')
      await git('commit', '-q', '--allow-empty', '-m', message)
      return git('rev-parse', 'HEAD')
    }
  }
}
