import { devNull } from 'node:os'
import { delimiter, isAbsolute } from 'node:path'
import { type CommandOptions, type CommandResult, Failure, plural, runCommand, UserError } from '@sluice/core'

/** How long one git command may take, in milliseconds: long enough for the largest file on a slow disk. */
export const GIT_DEADLINE = 10 * 60_000

export interface GitStart extends Pick<CommandOptions, 'cwd' | 'input' | 'output' | 'onOutput' | 'onBytes' | 'signal'> {
  readonly env: NodeJS.ProcessEnv
  /** What git works on, as messages name it. */
  readonly on: string
  /** Milliseconds; {@link GIT_DEADLINE} unless told. */
  readonly deadline?: number | undefined
  /** What to do where it does not end in time. */
  readonly remedy?: string | undefined
}

/**
 * Starts git, to its end or to the deadline; nothing else in this package does. What it may see is said by `env` alone.
 * @param before options of git that come before the command.
 * @throws Failure when git is missing, or does not end in time; an exit code is a result.
 */
export async function startGit(
  before: readonly string[],
  args: readonly string[],
  { on, deadline = GIT_DEADLINE, remedy = 'Check the disk, then try again.', ...options }: GitStart
): Promise<CommandResult> {
  const result = await runCommand('git', [...before, ...args], { ...options, deadline })
  if (result.timedOut !== true) return result
  throw new Failure(
    `git ${args[0] ?? ''} did not end within ${plural(deadline / 1000, 'second')} on ${on}, and was ended. ${remedy}`
  )
}

/**
 * What git is started with: nothing of what the caller's shell says to git, and nobody's settings. Grafts, replaced objects and
 * objects that would be fetched when they are missing are off: an object is what its id says, and what is here is all there is.
 */
export function gitEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    ...inheritedEnvironment(),
    // Where git looks for settings that have no switch: attributes and ignored files of the user.
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'file',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ADVICE: '0',
    // A path is a path, whatever characters it has.
    GIT_LITERAL_PATHSPECS: '1'
  }
}

/**
 * The environment of this process, without a word that it says to git: all of them, since a list of the bad ones would end at the git
 * of the day it was written. Of PATH only what does not depend on where git is started: a dot in it would find programs in the very
 * folder that is looked at.
 */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: a program that is started inherits the environment of its process anyway; here is what it gets less.
  const entries = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, /^PATH$/i.test(name) ? absolute(value) : value]))
}

/** The absolute folders of a PATH. @throws UserError when there is none: an empty PATH would mean the current folder. */
function absolute(path = ''): string {
  const folders = path.split(delimiter).filter(isAbsolute)
  if (folders.length === 0)
    throw new UserError(
      `No folder of PATH is absolute, so git cannot be found safely: ${JSON.stringify(path)}. Set PATH to absolute folders.`
    )
  return folders.join(delimiter)
}
