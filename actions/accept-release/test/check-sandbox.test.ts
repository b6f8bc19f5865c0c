import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { MemoryLog } from '@sluice-lab/memory'
import { type GitSandbox, gitSandbox } from '@sluice-lab/samples'
import { type CheckSandbox, openCheckSandbox } from '../src/check-sandbox.ts'

let product: GitSandbox
let commit: string
let temp: string
const opened: CheckSandbox[] = []

beforeEach(async () => {
  product = await gitSandbox()
  commit = await product.commit({ 'a.txt': 'of the commit' })
  temp = await mkdtemp(join(tmpdir(), 'sluice-check-sandbox-'))
})

afterEach(async () => {
  for (const sandbox of opened.splice(0)) await sandbox.close()
  await rm(temp, { recursive: true, force: true })
})

async function open(asRoot: readonly string[]): Promise<CheckSandbox> {
  const sandbox = await openCheckSandbox({ temp, workspace: product.directory, commit, asRoot, log: new MemoryLog() })
  opened.push(sandbox)
  return sandbox
}

async function said(sandbox: CheckSandbox, command: string): Promise<readonly string[]> {
  const lines: string[] = []
  await sandbox.run(
    command,
    { PATH: process.env['PATH'] ?? '' },
    { onLine: line => lines.push(line), deadline: 30_000 }
  )
  return lines
}

describe('a sandbox for commands', () => {
  it('shows them the commit, and nothing of the temporary folder of the runner', async () => {
    const sandbox = await open([])

    expect(await said(sandbox, `cat a.txt; echo; ls -A '${temp}'; echo end`)).toEqual(['of the commit', 'end'])
  })

  it('keeps what one command wrote for the next, and leaves nothing when it is closed', async () => {
    const sandbox = await open([])

    await said(sandbox, 'echo one > b.txt; chmod 0 b.txt; mkdir -m 0 closed')

    expect(await said(sandbox, 'ls -A')).toEqual(['a.txt', 'b.txt', 'closed'])
    await sandbox.close()
    expect(await readdir(temp)).toEqual([])
  })

  it('is made by another program that makes root of this user, where that needs no password', async () => {
    // Stands for sudo.
    const sandbox = await open(['env', '-u', 'NOTHING'])

    expect(await said(sandbox, 'id -u')).toEqual(['65534'])
  })
})

const APART = 'pid:[1] mnt:[2]'

const OWN = (namespace: string): string => `$(readlink /proc/self/ns/${namespace})`

/** In place of sudo: what becomes of giving the folders away, and what is said from inside. */
function pretending(chown: string, inside: string): readonly string[] {
  return ['sh', '-c', `case "$1" in chown) ${chown};; unshare) ${inside};; *) exec "$@";; esac`, 'pretends']
}

it('is taken for apart by what is said from inside, and by nothing less', async () => {
  const sandbox = await open(pretending('exit 0', `echo "65534 ${APART}"`))

  await sandbox.close()
  expect(await readdir(temp)).toEqual([])
})

describe('no command is run', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['there is no sudo', ['no-such-sudo', '-n', '--'], /no-such-sudo could not be run/],
    [
      'sudo asks for a password',
      ['sh', '-c', 'echo "sudo: a password is required" >&2; exit 1'],
      /sudo: a password is required/
    ],
    [
      'who is called root has not the rights of it',
      ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'],
      /Operation not permitted|Permission denied/
    ],
    [
      'namespaces are refused to root, as in a container',
      ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin', '--'],
      /unshare: unshare failed: Operation not permitted/
    ],
    [
      'what makes the namespaces only pretends to',
      ['sh', '-c', 'test "$1" != unshare || { while [ "$1" != bash ]; do shift; done; }; exec "$@"', 'pretends'],
      /cannot be kept apart/
    ],
    ['the folders cannot be given away', pretending('exit 1', ''), /cannot be kept apart/],
    ['nothing is said from inside', pretending('exit 0', 'exit 0'), /cannot be kept apart/],
    ['it says that it is root', pretending('exit 0', `echo "0 ${APART}"`), /\(0 pid:\[1\] mnt:\[2\]\)/],
    ['its folders cannot be written', pretending('exit 0', `echo "65534 ${APART}"; exit 1`), /65534/],
    ['it sees the processes of the job', pretending('exit 0', `echo "65534 ${OWN('pid')} mnt:[2]"`), /65534/],
    ['it sees what the job has mounted', pretending('exit 0', `echo "65534 pid:[1] ${OWN('mnt')}"`), /65534/],
    ['it does not say what it sees', pretending('exit 0', 'echo "65534  mnt:[2]"'), /65534/],
    ['it says half of it', pretending('exit 0', 'echo "65534 pid:[1]"'), /65534/],
    ['it says more than was asked', pretending('exit 0', `echo "65534 ${APART} uts:[3]"`), /65534/]
  ])('where %s', async (_, asRoot, reason) => {
    const refusal = await open(asRoot).catch((error: unknown) => error)

    expect(refusal).toBeInstanceOf(UserError)
    expect(String(refusal)).toMatch(/The commands under accept\.run cannot be kept apart from this job/)
    expect(String(refusal)).toMatch(reason)
    expect(await readdir(temp)).toEqual([])
  })
})
