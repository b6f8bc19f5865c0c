import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
// Node 24 runs the sources as they are, so that programs are tested without a build.
const NODE = `${ROOT}/node_modules/node-linux-${process.arch}/bin/node`

/** A terminal of a size, with a program in it: what is typed goes in, what is shown comes out. */
const TERMINAL = `
import fcntl, os, pty, select, struct, sys, termios
rows, columns, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pid, screen = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os.execvp(command[0], command)
keyboard = [0]
while True:
    for ready in select.select([screen] + keyboard, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:
            data = b''
        if ready == screen:
            if data == b'':
                sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            os.write(1, data)
        elif data == b'':
            keyboard = []
        else:
            os.write(screen, data)
`

/** How long a program may take, in milliseconds. */
const LIMIT = 30_000

/** What a person sees and does: waits for a text to show up after what was waited for before, then types. */
export type Script = readonly { readonly see: string; readonly type: string }[]

/** How a program ended, and what the screen showed. */
export interface Session {
  readonly code: number
  readonly screen: string
}

/** Runs a program of this folder at a terminal, with somebody who follows a script. */
export async function atTerminal(
  program: string,
  size: { readonly rows: number; readonly columns: number },
  script: Script
): Promise<Session> {
  const main = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(
    'python3',
    ['-c', TERMINAL, String(size.rows), String(size.columns), NODE, '--conditions=source', main],
    { env: { PATH: process.env['PATH'], TERM: 'xterm' }, stdio: ['pipe', 'pipe', 'inherit'] }
  )
  let screen = ''
  let seen = 0
  let next = 0
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8')
    for (let step = script[next]; step !== undefined; step = script[next]) {
      const at = screen.indexOf(step.see, seen)
      if (at < 0) return
      seen = at + step.see.length
      next += 1
      child.stdin.write(step.type)
    }
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, LIMIT)
  const code = await new Promise<number>(resolve => child.on('close', ended => resolve(ended ?? -1)))
  clearTimeout(timer)
  if (late)
    throw new Error(
      `The program waited for ${JSON.stringify(script[next]?.see)} to be typed after; it showed:\n${screen}`
    )
  return { code, screen }
}
