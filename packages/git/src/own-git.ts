import { devNull } from 'node:os'
import { type CommandResult, Failure } from '@sluice/core'
import { gitEnvironment, startGit } from './start-git.ts'

/** Who a commit names, and when; the same at the same time is the same commit. */
export interface Signature {
  readonly name: string
  readonly email: string
  /** As git reads it: `2026-01-01T00:00:00Z`, or seconds and time zone. */
  readonly date: string
}

export interface WriteOptions {
  readonly input?: string | Uint8Array
  readonly author?: Signature
  /** Default: the author. */
  readonly committer?: Signature
  /** An index of its own, so that the repository's stays as it is. */
  readonly index?: string
  /** Milliseconds; that of `startGit` unless told. */
  readonly deadline?: number
  /** What to do where it does not end in time. */
  readonly remedy?: string
  /** Settings of this one command, by name. They may be secret: nothing of them is on the command line or in a file. */
  readonly settings?: Readonly<Record<string, string>>
  /** The way to another repository; by default, only folders of this machine are one. */
  readonly protocol?: 'http' | 'https'
}

/** Settings that would run a program or change bytes; of whatever repository, also one that was copied from elsewhere. */
const PLAIN = [
  '--no-pager',
  ...[
    `core.hooksPath=${devNull}`,
    `core.attributesFile=${devNull}`,
    `core.excludesFile=${devNull}`,
    'core.fsmonitor=false',
    'core.autocrlf=false',
    'commit.gpgSign=false',
    'tag.gpgSign=false',
    'gc.auto=0',
    'maintenance.auto=false',
    'init.templateDir=',
    'safe.directory=*',
    'safe.bareRepository=all'
  ].flatMap(setting => ['-c', setting])
]

/**
 * Runs git on a repository that was made by this program, to write as well as to read. Its own settings count, since they are ours:
 * a folder that came from somebody else is read by `git()`, and never by this.
 * @param where arguments that name the repository: `-C <folder>` or `--git-dir=<folder>`.
 * @throws Failure when git itself is missing, or does not end in time; an exit code is a result.
 */
export async function runOwnGit(
  where: readonly string[],
  args: readonly string[],
  options: WriteOptions = {}
): Promise<CommandResult> {
  return startGit([...PLAIN, ...where], args, {
    on: where.join(' '),
    env: ownGitEnvironment(options),
    deadline: options.deadline,
    remedy: options.remedy,
    ...(options.input === undefined ? {} : { input: options.input })
  })
}

/** The same; what git prints. @throws Failure when it fails. */
export async function ownGit(
  where: readonly string[],
  args: readonly string[],
  options: WriteOptions = {}
): Promise<string> {
  const { code, stdout, stderr } = await runOwnGit(where, args, options)
  if (code !== 0) throw new Failure(`git ${args.join(' ')} failed in ${where.join(' ')}: ${stderr.trim()}`)
  return stdout.toString('utf8').replace(/\n$/, '')
}

/** What {@link runOwnGit} starts git with, for a process that stays. */
export function ownGitArguments(where: readonly string[], args: readonly string[]): readonly string[] {
  return [...PLAIN, ...where, ...args]
}

/** See {@link ownGitArguments}. */
export function ownGitEnvironment({
  author,
  committer = author,
  index,
  settings = {},
  protocol
}: WriteOptions = {}): NodeJS.ProcessEnv {
  return {
    ...gitEnvironment(devNull),
    ...settingsInEnvironment(settings),
    // Nobody is asked for a password, not by a program either.
    ...(protocol === undefined ? {} : { GIT_ALLOW_PROTOCOL: protocol, GIT_ASKPASS: '' }),
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...identity('AUTHOR', author),
    ...identity('COMMITTER', committer)
  }
}

/** Settings as git reads them from the environment (git-config, GIT_CONFIG_COUNT). */
function settingsInEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const entries = Object.entries(settings).flatMap(([name, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, name],
    [`GIT_CONFIG_VALUE_${n}`, value]
  ])
  return {
    ...(entries.length === 0 ? {} : { GIT_CONFIG_COUNT: String(entries.length / 2) }),
    ...Object.fromEntries(entries)
  }
}

function identity(role: string, signature: Signature | undefined): NodeJS.ProcessEnv {
  if (signature === undefined) return {}
  return {
    [`GIT_${role}_NAME`]: signature.name,
    [`GIT_${role}_EMAIL`]: signature.email,
    [`GIT_${role}_DATE`]: signature.date
  }
}
