import { readdir } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { type CommandOptions, type CommandResult, Failure, UserError } from '@sluice/core'
import { findGitFolder, type GitFolder, withView } from './isolated-view.ts'
import { readSettings } from './regular-file.ts'
import { gitEnvironment, startGit } from './start-git.ts'
import { workTreeSettings } from './work-tree.ts'

export interface GitOptions extends Pick<CommandOptions, 'onBytes' | 'signal'> {
  readonly input?: Exclude<CommandOptions['input'], Uint8Array>
  /** A file that is open for writing, and takes what git prints: more than fits into memory. */
  readonly output?: number
  /** Called for each line that git prints as it comes; they are then not collected. A line's text may keep all that came with it in memory. */
  readonly onLine?: (line: string) => void
  /** The command looks at the work tree. */
  readonly workTree?: true
  /** Milliseconds; that of `startGit` unless told. */
  readonly deadline?: number
}

/**
 * Runs a git command that only reads, on the repository that a folder is in. Nothing of the folder is run, and nothing that its
 * settings, or those of the caller, say has a say: git sees its objects and refs alone (see {@link withView}).
 * @throws Failure when git itself is missing, or does not end in time; an exit code is a result.
 * @throws UserError when the repository has something else where git keeps a file.
 */
export async function git(
  directory: string,
  args: readonly string[],
  options: GitOptions = {}
): Promise<CommandResult> {
  const folder = await findGitFolder(directory)
  // In git's own words, as of any other reason that it has.
  if (folder === undefined)
    return failed(`fatal: not a git repository (or any of the parent directories): ${directory}`)
  const { workTree } = folder
  if (options.workTree === true && workTree === undefined) return failed(`fatal: ${directory} has no work tree`)
  const looksAtFiles = options.workTree === true && workTree !== undefined
  const settings = { ...(await settingsOf(folder)), ...(looksAtFiles ? await workTreeSettings(folder.common) : {}) }
  return withView(folder, { ...settings, 'core.bare': String(!looksAtFiles) }, async view => {
    const result = await startGit(['--no-pager'], args, {
      on: directory,
      // Not the folder: a PATH that holds a dot would find programs there.
      cwd: view,
      env: { ...gitEnvironment(view), GIT_DIR: view, ...(looksAtFiles ? { GIT_WORK_TREE: workTree } : {}) },
      deadline: options.deadline,
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.output === undefined ? {} : { output: options.output }),
      ...(options.onLine === undefined ? {} : { onOutput: options.onLine }),
      ...(options.onBytes === undefined ? {} : { onBytes: options.onBytes }),
      ...(options.signal === undefined ? {} : { signal: options.signal })
    })
    // Without a word, another exit code than 0 is an answer (`rev-parse --quiet`, `merge-base --is-ancestor`): nothing was missed.
    if (result.code === 0 || result.stderr.trim() === '' || !(await isPartial(folder))) return result
    return { ...result, stderr: `${result.stderr.trim()}\n${PARTIAL}` }
  })
}

function failed(stderr: string): CommandResult {
  return { code: 128, stdout: Buffer.alloc(0), stderr }
}

/** What to do about a clone that left things out (`--filter`): nothing is fetched behind anybody's back. */
export const PARTIAL =
  'This is a partial clone, which left out what is needed here. Fetch it whole: actions/checkout without filter, or git fetch --refetch --no-filter.'

/** Whether a clone left objects out, to be fetched when they are looked at. */
export async function isPartialClone(directory: string): Promise<boolean> {
  const folder = await findGitFolder(directory)
  return folder !== undefined && (await isPartial(folder))
}

async function isPartial({ common }: GitFolder): Promise<boolean> {
  const packs = await readdir(join(common, 'objects/pack')).catch((): string[] => [])
  return packs.some(name => name.endsWith('.promisor'))
}

/** How the objects and refs of a repository are stored, which is all that its settings are asked for; and our own. */
async function settingsOf({ common }: GitFolder): Promise<Readonly<Record<string, string>>> {
  const config = join(common, 'config')
  const input = await readSettings(config)
  const text = input.toString('latin1')
  const extensions: Record<string, string> = {}
  for (const [name, known] of EXTENSIONS) {
    if (!new RegExp(name, 'i').test(text)) continue
    const value = await settingIn({ config, input }, `extensions.${name}`)
    if (known.includes(value)) extensions[`extensions.${name}`] = value
  }
  return {
    'core.repositoryFormatVersion': Object.keys(extensions).length === 0 ? '0' : '1',
    ...extensions,
    // A commit graph says who a commit's parents are, and is believed: as good as a graft.
    'core.commitGraph': 'false',
    'core.attributesFile': devNull,
    'core.excludesFile': devNull,
    'core.hooksPath': devNull,
    'core.fsmonitor': 'false'
  }
}

/** One setting as a repository's own file has it, and no file that it includes; empty where it has none. */
async function settingIn(
  { config, input }: { readonly config: string; readonly input: Buffer },
  name: string
): Promise<string> {
  const { stdout } = await startGit([], ['config', '--file', '-', '--no-includes', '--get', name], {
    on: config,
    cwd: '/',
    input,
    env: { ...gitEnvironment(devNull), GIT_DIR: devNull }
  })
  return stdout.toString('utf8').trim()
}

/** The address that a clone was made from; `undefined` where it names none. Nothing is fetched from there. */
export async function originUrl(directory: string): Promise<string | undefined> {
  const folder = await findGitFolder(directory)
  if (folder === undefined) return undefined
  const config = join(folder.common, 'config')
  const url = await settingIn({ config, input: await readSettings(config) }, 'remote.origin.url')
  return url === '' ? undefined : url
}

const EXTENSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['objectFormat', ['sha1', 'sha256']],
  ['refStorage', ['files', 'reftable']]
])

/** The output of a git command that must succeed. @throws Failure */
export function outputOf(result: CommandResult, what: string): string {
  if (result.code !== 0) throw new Failure(`git could not ${what}: ${result.stderr.trim() || `exit ${result.code}`}`)
  return result.stdout.toString('utf8')
}

/** A commit's full id; anything else might be an option or a name that moves. @throws UserError */
export function parseCommit(text: string): string {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text))
    throw new UserError(`${JSON.stringify(text.slice(0, 100))} is not a commit. Give its full id: 40 hex digits.`)
  return text
}
