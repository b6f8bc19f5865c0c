import { type CommandResult, Failure, runCommand, UserError } from '@sluice/core'

/**
 * Whose settings git follows. `isolated`: nobody's, so that objects read the same everywhere. `own`: those of the user, for the
 * work tree, where their line endings and filters decide what a file looks like.
 */
export type GitSettings = 'isolated' | 'own'

/** Runs git in a folder. @throws Failure when git itself is missing; an exit code is a result. */
export async function git(
  directory: string,
  args: readonly string[],
  options: { readonly settings?: GitSettings; readonly input?: string } = {}
): Promise<CommandResult> {
  const { settings = 'isolated', input } = options
  const isolated = settings === 'isolated' ? { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' } : {}
  // Without the user's settings git would not know that they trust this folder (safe.directory), e.g. in a container.
  const trusted = settings === 'isolated' ? ['-c', `safe.directory=*`] : []
  return runCommand('git', [...trusted, '-c', 'core.fsmonitor=false', '-C', directory, ...args], {
    env: {
      ...withoutRedirects(process.env),
      ...isolated,
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      // A path is a path, whatever characters it has; and an object is what its id says.
      GIT_LITERAL_PATHSPECS: '1',
      GIT_NO_REPLACE_OBJECTS: '1'
    },
    ...(input === undefined ? {} : { input })
  })
}

/** A hook or an outer git may have set these: they would point git at another repository than the one asked for. */
const REDIRECTING = [
  'GIT_DIR',
  'GIT_COMMON_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE'
]

function withoutRedirects(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !REDIRECTING.includes(name)))
}

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
