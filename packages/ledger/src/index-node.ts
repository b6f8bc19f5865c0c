import type { Digest } from '@sluice/core'

/** What lies below a node of an index by the next hex digit, each by the SHA-256 of its file; kept as it is written, for it is hashed at each change. */
export class IndexNode {
  /** `"<digit>":"<digest>"`, by the digit. */
  readonly #entries: string[] = new Array<string>(16).fill('')

  /** @param content what the file of a node holds. */
  constructor(content: readonly (readonly [digit: string, below: Digest])[] = []) {
    for (const [digit, below] of content) this.set(digit, below)
  }

  /** The file's text (RFC 8785). */
  get text(): string {
    let text = ''
    for (const entry of this.#entries) {
      if (entry !== '') text += text === '' ? entry : `,${entry}`
    }
    return `{${text}}`
  }

  /** The digest of what lies below by a digit. */
  get(digit: string): Digest | undefined {
    const entry = this.#entries[Number.parseInt(digit, 16)] ?? ''
    return entry === '' ? undefined : (JSON.parse(`{${entry}}`) as Readonly<Record<string, Digest>>)[digit]
  }

  /** Whether nothing lies below. */
  get isEmpty(): boolean {
    return this.#entries.every(entry => entry === '')
  }

  /** Says what lies below by a digit; `undefined`: nothing any more. */
  set(digit: string, below: Digest | undefined): void {
    this.#entries[Number.parseInt(digit, 16)] = below === undefined ? '' : `"${digit}":"${below}"`
  }
}
