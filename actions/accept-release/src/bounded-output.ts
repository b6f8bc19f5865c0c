/** Characters of a command's output that are kept of its beginning, and as many of its end. */
const KEPT = 512 * 1024

/** What a command said: its beginning and its end. A command that never stops talking must not fill the memory of the job. */
export class BoundedOutput {
  readonly #limit: number
  readonly #head: string[] = []
  readonly #tail: string[] = []
  #headLength = 0
  #tailLength = 0
  #dropped = 0

  constructor(limit = KEPT) {
    this.#limit = limit
  }

  /** Takes one more line. */
  add(line: string): void {
    // The end of the line takes room, too: many lines may be empty.
    const length = line.length + 1
    if (this.#tail.length === 0 && this.#dropped === 0 && this.#headLength + length <= this.#limit) {
      this.#head.push(line)
      this.#headLength += length
      return
    }
    this.#tail.push(line)
    this.#tailLength += length
    // Seldom, and much at once: to take the first line off a long list moves all others. The newest line stays, however long it is.
    if (this.#tailLength > 2 * this.#limit) this.#forget()
  }

  /** All that is kept, and how many lines are not. */
  text(): string {
    this.#forget()
    const gap = this.#dropped === 0 ? [] : [`(${this.#dropped} lines are left out here)`]
    return [...this.#head, ...gap, ...this.#tail].join('\n')
  }

  /** The last lines. */
  last(count: number): readonly string[] {
    return [...this.#head, ...this.#tail].slice(-count)
  }

  #forget(): void {
    let first = 0
    while (this.#tailLength > this.#limit && first < this.#tail.length - 1) {
      this.#tailLength -= (this.#tail[first]?.length ?? 0) + 1
      first += 1
    }
    this.#tail.splice(0, first)
    this.#dropped += first
  }
}
