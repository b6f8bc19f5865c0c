import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Failure } from '@sluice/core'

/** One object of a git repository. */
export interface GitObject {
  readonly oid: string
  readonly type: 'blob' | 'tree' | 'commit' | 'tag'
  readonly content: Buffer
}

interface Question {
  readonly resolve: (answer: GitObject | undefined) => void
  readonly reject: (error: Error) => void
}

/**
 * Reads objects by name (`refs/heads/main`, `main:path`, an id) through one `git cat-file --batch` that stays: a process for each
 * read would be most of an answer's time. Names are looked up anew each time, so it sees what others commit meanwhile.
 */
export class ObjectReader {
  readonly #args: readonly string[]
  readonly #env: NodeJS.ProcessEnv
  readonly #waiting: Question[] = []
  #child: ChildProcessWithoutNullStreams | undefined
  #chunks: Buffer[] = []
  #size = 0
  /** Bytes that must have come before looking again is worth while. */
  #wanted = 0

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#args = args
    this.#env = env
  }

  /** The object of that name; `undefined` when there is none. */
  async read(name: string): Promise<GitObject | undefined> {
    // A line break would be a second question, whose answer goes to whoever asks next.
    if (name === '' || /[\n\0]/.test(name)) return undefined
    const child = this.#start()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      child.stdin.write(`${name}\n`)
    })
  }

  /** Ends the process; questions that are still open fail. */
  async close(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    await new Promise<void>(resolve => {
      child.once('close', () => resolve())
      child.stdin.end()
    })
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child
    const child = spawn('git', [...this.#args], { env: this.#env })
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#size += chunk.length
      if (this.#size >= this.#wanted) this.#answer()
    })
    child.stderr.resume()
    child.stdin.on('error', () => undefined)
    const ended = (reason: string): void => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#chunks = []
      this.#size = 0
      this.#wanted = 0
      for (const question of this.#waiting.splice(0)) question.reject(new Failure(`git cat-file ended: ${reason}`))
    }
    child.on('error', error => ended(error.message))
    child.on('close', code => ended(`exit code ${code}`))
    return child
  }

  #answer(): void {
    let bytes = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks)
    this.#wanted = 0
    for (;;) {
      const end = bytes.indexOf(0x0a)
      if (end < 0) break
      const header = bytes.subarray(0, end).toString('utf8')
      const found = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(header)
      const length = found === null ? 0 : Number(found[3])
      const after = found === null ? end + 1 : end + 1 + length + 1
      if (bytes.length < after) {
        this.#wanted = after
        break
      }
      const question = this.#waiting.shift()
      question?.resolve(
        found === null
          ? undefined
          : {
              oid: found[1] ?? '',
              type: objectType(found[2]),
              content: Buffer.from(bytes.subarray(end + 1, end + 1 + length))
            }
      )
      bytes = bytes.subarray(after)
    }
    this.#chunks = [bytes]
    this.#size = bytes.length
  }
}

function objectType(text: string | undefined): GitObject['type'] {
  return text === 'blob' || text === 'tree' || text === 'commit' ? text : 'tag'
}
