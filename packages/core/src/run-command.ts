import { type ChildProcess, spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { Failure } from './errors.ts'

/** The code of a program that ran into its deadline, as of `timeout` (coreutils). */
const TIMED_OUT = 124

/** What a finished program left behind. */
export interface CommandResult {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
  /** Only where its deadline ended it: a program may end with the code {@link TIMED_OUT} by itself. */
  readonly timedOut?: true
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** What it reads: at once, or as it comes. */
  readonly input?: string | Uint8Array | Readable
  /** A file that is open for writing, and takes stdout: more than fits into memory. */
  readonly output?: number
  /** Called for each line of stdout and stderr as it comes. They are then not collected, and empty in the result: there may be gigabytes. */
  readonly onLine?: (line: string) => void
  /** The same for stdout alone: what the program says on stderr is in the result. */
  readonly onOutput?: (line: string) => void
  /** Called for the bytes of stdout as they come; they are then not collected. */
  readonly onBytes?: (bytes: Buffer) => void
  readonly signal?: AbortSignal
  /**
   * Keeps stdin open, and silent, while the program may run: its end tells the program that its time is over, or that this process is
   * gone. For programs that no signal from here reaches, such as those that run as another user.
   */
  readonly lifeline?: true
  /** Milliseconds after which the program and all that it started are killed; the code is then {@link TIMED_OUT}. */
  readonly deadline?: number
}

/**
 * Runs a program without a shell, so that no argument is ever interpreted.
 * @throws Failure when the program cannot be started; a non-zero exit code is a result, not an error.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {}
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['pipe', options.output ?? 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      // A process group of its own, so that what the program started can be killed with it.
      detached: options.deadline !== undefined
    })
    let late = false
    let timer =
      options.deadline === undefined
        ? undefined
        : setTimeout(() => {
            late = true
            timer = end(child)
          }, options.deadline)
    const [stdout, stderr] = [
      collect(child.stdout, passOn(options.onBytes) ?? byLines(options.onOutput ?? options.onLine)),
      collect(child.stderr, byLines(options.onLine))
    ]
    child.on('error', error => {
      clearTimeout(timer)
      reject(new Failure(`${file} could not be run: ${error.message}`, { cause: error }))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const [out, err] = [stdout(), stderr()]
      resolve({
        code: late ? TIMED_OUT : (code ?? (signal === null ? 1 : 128)),
        stdout: out,
        stderr: err.toString('utf8'),
        ...(late ? { timedOut: true } : {})
      })
    })
    // A program that ends before it read its input closes the pipe: its exit code tells, not EPIPE.
    child.stdin?.on('error', () => undefined)
    const { input, lifeline } = options
    if (input instanceof Readable && child.stdin !== null) input.pipe(child.stdin)
    else if (lifeline !== true) child.stdin?.end(input)
  })
}

/** How long output may stay open after its program was killed, in milliseconds: until then the pipes close by themselves. */
const CLOSING = 1_000

/** Kills a program and its group. @returns the timer after which nobody listens any more to what left the group and holds the pipes. */
function end({ pid, stdin, stdout, stderr }: ChildProcess): NodeJS.Timeout {
  stdin?.destroy()
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended by itself, or is another user's and has just lost its lifeline.
  }
  return setTimeout(() => {
    stdout?.destroy()
    stderr?.destroy()
  }, CLOSING)
}

/** Takes what a program prints, as it comes. */
interface Sink {
  push(chunk: Buffer): void
  end(): void
}

/** Collects what a stream says, or passes it on. @returns what ends it, and gives all that was collected. */
function collect(stream: Readable | null, sink: Sink | undefined): () => Buffer {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => {
    if (sink === undefined) chunks.push(chunk)
    else sink.push(chunk)
  })
  return () => {
    sink?.end()
    return Buffer.concat(chunks)
  }
}

function passOn(push: CommandOptions['onBytes']): Sink | undefined {
  return push === undefined ? undefined : { push, end: () => undefined }
}

function byLines(onLine: CommandOptions['onLine']): Sink | undefined {
  return onLine === undefined ? undefined : lineSplitter(onLine)
}

/** Characters of a line that are waited for; a longer one comes in pieces, so that what never ends a line does not fill the memory. */
const LINE_LIMIT = 256 * 1024

/** Cuts what a program prints into lines. */
function lineSplitter(onLine: (line: string) => void): Sink {
  // A chunk may end within a character.
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return {
    push(chunk) {
      const parts = (rest + decoder.write(chunk)).split(/\r?\n/)
      rest = parts.pop() ?? ''
      for (const line of parts) onLine(line)
      if (rest.length < LINE_LIMIT) return
      onLine(rest)
      rest = ''
    },
    end() {
      rest += decoder.end()
      if (rest !== '') onLine(rest)
      rest = ''
    }
  }
}
