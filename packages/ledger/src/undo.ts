/** Changes in memory, each with what takes it back: going back costs what has changed since, and no copy is kept. */
export class Undo {
  #steps: (() => void)[] | undefined

  /** Begins to take note. */
  begin(): void {
    this.#steps ??= []
  }

  get isOn(): boolean {
    return this.#steps !== undefined
  }

  /** How many changes are noted: what {@link back} is given to come back to here. */
  get length(): number {
    return this.#steps?.length ?? 0
  }

  /** Notes how the next change is taken back. */
  note(step: () => void): void {
    this.#steps?.push(step)
  }

  /** Takes back all changes but the first ones, the newest first. */
  back(length: number): void {
    while (this.length > length) this.#steps?.pop()?.()
  }
}

/** A map whose changes can be taken back, if somebody wants that. Its values must not change by themselves. */
export class UndoableMap<K, V> extends Map<K, V> {
  readonly #undo: Undo | undefined

  constructor(undo: Undo | undefined) {
    super()
    this.#undo = undo
  }

  override set(key: K, value: V): this {
    this.#note(key)
    return super.set(key, value)
  }

  override delete(key: K): boolean {
    this.#note(key)
    return super.delete(key)
  }

  #note(key: K): void {
    if (this.#undo?.isOn !== true) return
    const [was, before] = [this.has(key), this.get(key)]
    this.#undo.note(() => {
      if (was) super.set(key, before as V)
      else super.delete(key)
    })
  }
}
