import { devNull } from 'node:os'
import { join } from 'node:path'
import { readSettings } from './regular-file.ts'
import { inheritedEnvironment, startGit } from './start-git.ts'

/**
 * Settings that say what a file of this machine's work tree looks like beside the one in the commit. Each is a word and names no
 * program. Filters (`filter.<name>.clean`) are left out, since they are programs: a file that needs one is compared as it lies there,
 * unless the index knows it to be untouched.
 */
const WORDS = ['autocrlf', 'eol', 'fileMode', 'symlinks', 'ignoreCase', 'precomposeUnicode', 'checkStat', 'trustctime']

const WORD = /^(true|false|yes|no|on|off|0|1|input|lf|crlf|native|default|minimal)$/i

/** How files of a work tree are compared, by the user's settings and the repository's; read, and nothing of it run. */
export async function workTreeSettings(common: string): Promise<Readonly<Record<string, string>>> {
  const pattern = `^core\\.(${WORDS.join('|')})$`.toLowerCase()
  const user = await config(['--includes', '-z', '--get-regexp', pattern])
  const file = await readSettings(join(common, 'config'))
  const local = await config(['--file', '-', '--no-includes', '-z', '--get-regexp', pattern], file)
  const settings: Record<string, string> = {}
  for (const entry of `${user}${local}`.split('\0')) {
    const [name = '', value = 'true'] = entry.split('\n')
    if (name !== '' && WORD.test(value)) settings[name] = value
  }
  const ignored = (await config(['--includes', '--type=path', '--get', 'core.excludesFile'])).trim()
  return { ...settings, 'core.excludesFile': ignored === '' ? usualIgnoreFile() : ignored }
}

/** Where git looks for a user's ignored files when no setting says it (gitignore(5)). */
function usualIgnoreFile(): string {
  const { HOME = '', XDG_CONFIG_HOME = '' } = inheritedEnvironment()
  return join(XDG_CONFIG_HOME === '' ? join(HOME, '.config') : XDG_CONFIG_HOME, 'git/ignore')
}

/** What `git config` prints of the user's own settings, or of the input; nothing when there are none, or none that can be read. */
async function config(args: readonly string[], input?: Uint8Array): Promise<string> {
  const { code, stdout } = await startGit([], ['config', ...args], {
    on: "the user's settings",
    // In no repository, and so without a repository's settings; and not in the folder that the caller stands in.
    cwd: '/',
    ...(input === undefined ? {} : { input }),
    env: { ...inheritedEnvironment(), GIT_DIR: devNull, LC_ALL: 'C' }
  })
  return code === 0 ? stdout.toString('utf8') : ''
}
