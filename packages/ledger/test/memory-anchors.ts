import type { Digest } from '@sluice/core'
import type { Anchor, AnchorStore, Section } from '../src/index.ts'

/** Anchors in memory, of which the first of a number stays, as S3 keeps them when IAM lets only such requests through. */
export class MemoryAnchors implements AnchorStore {
  /** What is thrown at whoever wants to anchor. */
  outage: Error | undefined
  readonly #hashes = new Map<string, Digest>()

  async newest(section: Section): Promise<Anchor | undefined> {
    await turn()
    return this.#anchorsOf(section).at(-1)
  }

  async any(): Promise<readonly [Section, Anchor] | undefined> {
    await turn()
    const [key] = this.#hashes.keys()
    const section = key?.split(' ')[0] as Section | undefined
    const [first] = section === undefined ? [] : this.#anchorsOf(section)
    return section === undefined || first === undefined ? undefined : [section, first]
  }

  async put(section: Section, { sequence, hash }: Anchor): Promise<Digest> {
    await turn()
    if (this.outage !== undefined) throw this.outage
    const key = `${section} ${sequence}`
    const first = this.#hashes.get(key) ?? hash
    this.#hashes.set(key, first)
    return first
  }

  /** The numbers that are anchored of a section, oldest first. */
  sequences(section: Section): readonly number[] {
    return this.#anchorsOf(section).map(({ sequence }) => sequence)
  }

  /** Every anchor of a section, oldest first. */
  all(section: Section): readonly Anchor[] {
    return this.#anchorsOf(section)
  }

  #anchorsOf(section: Section): readonly Anchor[] {
    return [...this.#hashes]
      .map(([key, hash]) => ({ key: key.split(' '), hash }))
      .filter(({ key: [of] }) => of === section)
      .map(({ key: [, sequence], hash }) => ({ sequence: Number(sequence), hash }))
      .toSorted((a, b) => a.sequence - b.sequence)
  }
}

async function turn(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}
