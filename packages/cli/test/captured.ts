import { tmpdir } from 'node:os'
import { type Io, run } from '../src/index.ts'

/** How a call of the program ended. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** When the calls of {@link sluice} happen. */
export const NOW = Date.parse('2026-01-05T12:00:00Z')

/** Runs the program in this process. @param io what differs from a plain call without a terminal. */
export async function sluice(
  argv: readonly string[],
  io: { readonly cwd?: string; readonly tty?: boolean; readonly env?: Io['env']; readonly now?: number } = {}
): Promise<Ended> {
  const texts = { out: '', err: '' }
  const output = (name: 'out' | 'err'): Io['stdout'] => ({
    write: text => {
      texts[name] += text
    },
    isTTY: io.tty
  })
  const code = await run(argv, {
    stdout: output('out'),
    stderr: output('err'),
    env: io.env ?? {},
    cwd: io.cwd ?? tmpdir(),
    now: () => io.now ?? NOW
  })
  return { code, ...texts }
}
