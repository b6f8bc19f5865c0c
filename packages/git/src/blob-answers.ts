/** What somebody waits for. */
interface Waiting {
  readonly count: number
  readonly found: (Buffer | undefined)[]
  readonly resolve: (found: readonly (Buffer | undefined)[]) => void
  readonly reject: (error: Error) => void
}

/** An object whose content has not come whole. */
interface Unfinished {
  readonly content: Buffer
  /** How much of it there is. */
  size: number
  readonly isBlob: boolean
}

const LINE_END = 0x0a

/**
 * Takes apart what `git cat-file --batch` prints, as it comes, and gives it to those who asked, in their order:
 * `<id> <type> <size>`, the content and a line end; or a line that says why there is none.
 */
export class BlobAnswers {
  readonly #waiting: Waiting[] = []
  /** The beginning of a line that has not ended. */
  #line: Buffer = Buffer.alloc(0)
  #unfinished: Unfinished | undefined
  #failure: Error | undefined

  /** The next answers. */
  async expect(count: number): Promise<readonly (Buffer | undefined)[]> {
    if (this.#failure !== undefined) throw this.#failure
    return new Promise((resolve, reject) => {
      this.#waiting.push({ count, found: [], resolve, reject })
    })
  }

  /** No more answers will come. */
  end(failure: Error): void {
    this.#failure ??= failure
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
  }

  /** Takes what came next. */
  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      at = this.#unfinished === undefined ? this.#takeLine(bytes, at) : this.#takeContent(this.#unfinished, bytes, at)
    }
  }

  #takeLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(LINE_END, from)
    const part = bytes.subarray(from, end < 0 ? bytes.length : end)
    const line = this.#line.length === 0 ? part : Buffer.concat([this.#line, part])
    if (end < 0) {
      this.#line = Buffer.from(line)
      return bytes.length
    }
    this.#line = Buffer.alloc(0)
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(line.toString('latin1')) ?? []
    if (size === undefined) {
      this.#answer(undefined)
      return end + 1
    }
    const [start, length, isBlob] = [end + 1, Number(size), type === 'blob']
    if (start + length < bytes.length) {
      this.#answer(isBlob ? bytes.subarray(start, start + length) : undefined)
      return start + length + 1
    }
    this.#unfinished = { content: Buffer.allocUnsafeSlow(length), size: 0, isBlob }
    return start
  }

  /** Content, and the line end after it. */
  #takeContent(unfinished: Unfinished, bytes: Buffer, from: number): number {
    const { content, size, isBlob } = unfinished
    const rest = content.length - size
    if (rest > 0) {
      const taken = bytes.copy(content, size, from, Math.min(bytes.length, from + rest))
      unfinished.size += taken
      return from + taken
    }
    this.#unfinished = undefined
    this.#answer(isBlob ? content : undefined)
    return from + 1
  }

  #answer(content: Buffer | undefined): void {
    const [first] = this.#waiting
    // Nobody waits any more for what was not answered in time.
    if (first === undefined) return
    first.found.push(content)
    if (first.found.length < first.count) return
    this.#waiting.shift()
    first.resolve(first.found)
  }
}
