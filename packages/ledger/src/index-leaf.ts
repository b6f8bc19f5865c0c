import type { Digest } from '@sluice/core'
import type { IndexKey } from './index-key.ts'
import type { Reference } from './reference.ts'

/** What a key leads to: a record, by its number and the digest of its body. `null`: to nothing any more. */
type Answer = readonly [sequence: number, body: Digest] | null

/** The keys that begin with the same digits, each with its answer. A ledger has hundreds of thousands: they are kept as they are written. */
export class IndexLeaf {
  /** `"<key>":<answer>`, in the order of the keys. */
  readonly #entries: string[]

  /** @param content what the file of a leaf holds. */
  constructor(content: readonly (readonly [IndexKey, unknown])[] = []) {
    this.#entries = content.map(([key, answer]) => `${named(key)}${JSON.stringify(answer)}`).sort()
  }

  /** The file's text (RFC 8785). */
  get text(): string {
    return `{${this.#entries.join(',')}}`
  }

  /** The record that a key leads to. */
  get(key: IndexKey): Reference | undefined {
    const name = named(key)
    const entry = this.#entries[this.#placeOf(name)]
    const answer = entry?.startsWith(name) ? (JSON.parse(entry.slice(name.length)) as Answer) : null
    return answer === null ? undefined : { sequence: answer[0], body: answer[1] }
  }

  /** Whether it holds no key. */
  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** Makes a key lead to a record, or to nothing any more. @returns what {@link put} makes it as it was with. */
  set(key: IndexKey, reference: Reference | undefined): string | undefined {
    const answer: Answer = reference === undefined ? null : [reference.sequence, reference.body]
    return this.put(key, `${named(key)}${JSON.stringify(answer)}`)
  }

  /** Replaces the entry of a key; `undefined`: there is none. @returns the one that was there. */
  put(key: IndexKey, entry: string | undefined): string | undefined {
    const name = named(key)
    const place = this.#placeOf(name)
    const isThere = this.#entries[place]?.startsWith(name) === true
    const [before] = this.#entries.splice(place, isThere ? 1 : 0, ...(entry === undefined ? [] : [entry]))
    return before
  }

  /** Where an entry of this name stands, or would have to: of all names none is the beginning of another. */
  #placeOf(name: string): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle] ?? '') < name) low = middle + 1
      else high = middle
    }
    return low
  }
}

function named(key: IndexKey): string {
  return `"${key}":`
}
