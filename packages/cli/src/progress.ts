import type { Io } from './io.ts'

/** One line that says what is being done; on a terminal only. */
export interface Progress {
  show(text: string): void
  clear(): void
}

/** The line is on the error stream, so that what goes into a pipe or a file stays clean. */
export function progressOn({ stderr, env }: Io): Progress {
  const live = stderr.isTTY === true && env['TERM'] !== 'dumb'
  const write = (text: string): void => {
    if (live) stderr.write(`\r\u001b[2K${text}`)
  }
  return { show: write, clear: () => write('') }
}
