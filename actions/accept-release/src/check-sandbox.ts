import { chmod, mkdir, mkdtemp, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandResult, type Log, messageOf, runCommand, UserError } from '@sluice/core'
import { exportTree } from '@sluice/git'

/** A user that owns no file and that nothing on the machine trusts, by number: every Linux has it. */
const UNPRIVILEGED = '65534'

/** Where commands find their folders. It exists on every Linux; what is mounted there is seen by the commands alone. */
const PLACE = '/mnt'

/** For what runs as root: never along a PATH that an earlier step may have changed. */
const ROOT_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' }

/** How long looking around in the sandbox may take, in milliseconds. */
const PROBE_LIMIT = 30_000

/**
 * The first process of the namespaces, as root: it shows the commands their folders, and hides the runner's, with the files by which a
 * step speaks to its job. When it ends, the kernel ends every process that the command left behind. Its stdin is a lifeline: that ends
 * with the action, however the action ends, and the command with it. What the shell has to say of that is not the command's output.
 */
const FIRST_PROCESS = `set -e
mount --bind "$1" ${PLACE}
mount -t tmpfs -o ro,mode=0555,size=4k sluice "$2"
cd ${PLACE}/checkout
shift 2
set +e
exec 3<&0
"$@" 3<&- </dev/null &
command=$!
{ cat; kill -s KILL "$command"; } <&3 >/dev/null 2>&1 &
wait "$command" 2>/dev/null
exit $?`

/** A place for the product's own commands, out of reach of the job: what they do ends with them, and only their output gets out. */
export interface CheckSandbox {
  /** Runs a command line in bash. @param deadline milliseconds. */
  run(
    command: string,
    variables: Readonly<Record<string, string>>,
    options: { readonly onLine: (line: string) => void; readonly deadline: number }
  ): Promise<CommandResult>
  /** Removes its files. */
  close(): Promise<void>
}

/** What a sandbox is made of. */
export interface CheckSandboxRequest {
  /** The runner's temporary folder, which the commands do not see. */
  readonly temp: string
  readonly workspace: string
  readonly commit: string
  /** What runs a program as root: nothing where this process is root. */
  readonly asRoot: readonly string[]
  readonly log: Pick<Log, 'warning'>
}

/**
 * Makes a sandbox: a copy of the commit, a home and a temporary folder, all three the commands' own. They run as another user without
 * any privilege, and see no process but theirs.
 * @throws UserError where the machine does not allow that: commands never run without it.
 */
export async function openCheckSandbox(request: CheckSandboxRequest): Promise<CheckSandbox> {
  const { temp, workspace, commit, asRoot } = request
  const folder = await mkdtemp(join(temp, 'sluice-accept-'))
  const sandbox = new NamespacedSandbox(folder, temp, asRoot, request.log)
  try {
    const world = await sandbox.makeFolders()
    await exportTree({
      repository: workspace,
      commit,
      path: '.',
      into: join(world, 'checkout'),
      purpose: 'checkout'
    })
    await sandbox.handOver()
    await sandbox.prove()
    return sandbox
  } catch (error: unknown) {
    await sandbox.close()
    throw error
  }
}

class NamespacedSandbox implements CheckSandbox {
  readonly #folder: string
  readonly #hidden: string
  readonly #asRoot: readonly string[]
  readonly #log: Pick<Log, 'warning'>

  constructor(folder: string, hidden: string, asRoot: readonly string[], log: Pick<Log, 'warning'>) {
    this.#folder = folder
    this.#hidden = hidden
    this.#asRoot = asRoot
    this.#log = log
  }

  async makeFolders(): Promise<string> {
    const world = join(this.#folder, 'world')
    for (const name of ['checkout', 'home', 'tmp']) await mkdir(join(world, name), { recursive: true })
    await chmod(world, 0o755)
    return world
  }

  /** Gives the folders to the commands' user. */
  async handOver(): Promise<void> {
    const folders = ['checkout', 'home', 'tmp'].map(name => join(this.#folder, 'world', name))
    const { code, stderr } = await this.#root(['chown', '-R', '-h', `${UNPRIVILEGED}:${UNPRIVILEGED}`, ...folders])
    if (code !== 0) throw notIsolated(stderr)
  }

  /** Looks from inside whether it is what it shall be. */
  async prove(): Promise<void> {
    const lines: string[] = []
    const { code } = await this.run(
      'echo "$EUID $(readlink /proc/self/ns/pid) $(readlink /proc/self/ns/mnt)"; test -w . -a -w "$HOME" -a -w "$TMPDIR"',
      { PATH: ROOT_ENVIRONMENT.PATH },
      { onLine: line => lines.push(line), deadline: PROBE_LIMIT }
    )
    const [user, ...inside] = lines.at(-1)?.split(' ') ?? []
    const outside = await Promise.all(
      ['pid', 'mnt'].map(async name => readlink(`/proc/self/ns/${name}`).catch(() => ''))
    )
    const apart = inside.length === 2 && inside.every((name, index) => name !== '' && name !== outside[index])
    if (code !== 0 || user !== UNPRIVILEGED || !apart) throw notIsolated(lines.join('\n'))
  }

  async run(
    command: string,
    variables: Readonly<Record<string, string>>,
    options: { readonly onLine: (line: string) => void; readonly deadline: number }
  ): Promise<CommandResult> {
    const own = { ...variables, HOME: `${PLACE}/home`, TMPDIR: `${PLACE}/tmp` }
    return this.#root(
      [
        ...['unshare', '--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'],
        ...['sh', '-c', FIRST_PROCESS, 'sluice-accept', join(this.#folder, 'world'), this.#hidden],
        ...['setpriv', `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups', '--no-new-privs'],
        ...['--bounding-set=-all', '--inh-caps=-all', '--'],
        ...['env', '-i', ...Object.entries(own).map(([name, value]) => `${name}=${value}`)],
        ...['bash', '--noprofile', '--norc', '-euo', 'pipefail', '-c', command]
      ],
      options
    )
  }

  async close(): Promise<void> {
    try {
      await rm(this.#folder, { recursive: true, force: true })
    } catch {
      // It is the commands' user's by now.
      const { code, stderr } = await this.#root(['rm', '-rf', '--', this.#folder])
      if (code !== 0) this.#log.warning(`${this.#folder} could not be removed: ${stderr.trim()}`)
    }
  }

  async #root(
    command: readonly string[],
    options: { readonly onLine?: (line: string) => void; readonly deadline?: number } = {}
  ): Promise<CommandResult> {
    const [program = '', ...args] = [...this.#asRoot, ...command]
    try {
      return await runCommand(program, args, { ...options, cwd: '/', env: ROOT_ENVIRONMENT, lifeline: true })
    } catch (error: unknown) {
      throw notIsolated(messageOf(error))
    }
  }
}

function notIsolated(said: string): UserError {
  const reason = said.trim().split('\n').at(-1) ?? ''
  return new UserError(
    `The commands under accept.run cannot be kept apart from this job${reason === '' ? '' : ` (${reason})`}, so they are not run. That takes Linux with util-linux, and root or sudo without a password, as GitHub's Ubuntu runners have. Run the job there and in no container, or check by accept.http.`
  )
}
