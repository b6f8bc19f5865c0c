import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '@sluice/core'
import type { GitSandbox } from '@sluice-lab/samples'

/** Every hook that git knows (githooks(5)). */
const HOOKS = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'pre-receive',
  'update',
  'proc-receive',
  'post-receive',
  'post-update',
  'reference-transaction',
  'push-to-checkout',
  'pre-auto-gc',
  'post-rewrite',
  'sendemail-validate',
  'fsmonitor-watchman',
  'post-index-change'
]

/** A folder that somebody hands to us. Whatever it makes git run leaves a file behind. */
export interface Trap {
  /** What has been run, by the name of its trap. */
  sprung(): Promise<readonly string[]>
}

/**
 * Lays every trap that a repository's own files can hold: hooks, and each setting that names a program (git-config(1)).
 * @param marks a folder outside of the repository.
 */
export async function layTraps({ directory, git }: GitSandbox, marks: string): Promise<Trap> {
  await mkdir(marks, { recursive: true })
  const trap = (name: string): string => `touch ${join(marks, name)}; false`
  const program = async (name: string, folder: string): Promise<string> => {
    const file = join(folder, name)
    await writeFile(file, `#!/bin/sh\n${trap(`program-${name}`)}\n`)
    await chmod(file, 0o755)
    return file
  }
  const tools = `${marks}-tools`
  await mkdir(tools, { recursive: true })

  for (const hook of HOOKS) await program(hook, join(directory, '.git/hooks'))
  const settings: Record<string, string> = {
    'core.fsmonitor': trap('fsmonitor'),
    'core.fsmonitorHookVersion': '2',
    'core.sshCommand': trap('ssh'),
    'core.gitProxy': trap('proxy'),
    'core.pager': trap('pager'),
    'pager.log': trap('pager-log'),
    'pager.status': trap('pager-status'),
    'core.editor': trap('editor'),
    'sequence.editor': trap('sequence-editor'),
    'core.askPass': await program('ask-pass', tools),
    'core.alternateRefsCommand': trap('alternate-refs'),
    'credential.helper': `!${trap('credential')}`,
    'gpg.program': await program('gpg', tools),
    'gpg.ssh.program': await program('gpg-ssh', tools),
    'gpg.x509.program': await program('gpg-x509', tools),
    'log.showSignature': 'true',
    'commit.gpgSign': 'true',
    'uploadpack.packObjectsHook': trap('pack-objects'),
    'diff.external': trap('external-diff'),
    'diff.trap.command': trap('diff-command'),
    'diff.trap.textconv': trap('textconv'),
    'filter.trap.clean': trap('clean'),
    'filter.trap.smudge': trap('smudge'),
    'filter.talk.process': trap('process'),
    'filter.talk.required': 'true',
    'merge.trap.driver': trap('merge'),
    'trailer.trap.command': trap('trailer'),
    'trailer.trap.cmd': trap('trailer-cmd'),
    'interactive.diffFilter': trap('diff-filter'),
    'alias.log': `!${trap('alias-log')}`,
    'alias.traps': `!${trap('alias')}`,
    'remote.origin.url': `ext::${await program('remote', tools)}`,
    'remote.origin.uploadpack': trap('upload-pack'),
    'remote.origin.promisor': 'true',
    'remote.origin.partialCloneFilter': 'blob:none',
    'protocol.allow': 'always',
    'protocol.ext.allow': 'always',
    'submodule.recurse': 'true',
    'status.submoduleSummary': 'true',
    'core.repositoryFormatVersion': '1',
    'extensions.partialClone': 'origin'
  }
  const extra = Object.entries(settings).map(([name, value]) => {
    const [section = '', ...rest] = name.split('.')
    const key = rest.pop() ?? ''
    const head = rest.length === 0 ? `[${section}]` : `[${section} "${rest.join('.')}"]`
    return `${head}\n\t${key} = ${JSON.stringify(value)}\n`
  })
  // Attributes are tied to every file, where the repository keeps them and where the commit does.
  await mkdir(join(directory, '.git/info'), { recursive: true })
  await writeFile(join(directory, '.git/info/attributes'), '* filter=trap diff=trap merge=trap\n*.bin filter=talk\n')
  await writeFile(join(directory, '.git/more'), extra.join(''))
  await git('config', 'include.path', 'more')
  return { sprung: async () => (await readdir(marks)).sort() }
}

/** Does with a folder what anybody does who was not warned. */
export async function walkIn(directory: string, commit: string): Promise<void> {
  for (const args of [
    ['-c', 'diff.trap.command=', '-c', 'diff.external=', 'show', '--textconv', commit],
    ['log', '-p', '--ext-diff', commit],
    ['status'],
    ['add', 'a'],
    ['add', '--all'],
    ['fetch'],
    ['traps'],
    ['cat-file', '-p', '1'.repeat(40)]
  ])
    await runCommand('git', args, { cwd: directory, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } })
}
