import type { Digest } from '@sluice/core'
import type { Anchor, AnchorStore, Section } from '@sluice/ledger'

/** Anchors that nobody can take back: the first one of a number stays. */
export class MemoryAnchors implements AnchorStore {
  readonly #anchors = new Map<Section, Map<number, Digest>>()

  async newest(section: Section): Promise<Anchor | undefined> {
    const newest = [...(this.#anchors.get(section) ?? [])].toSorted(([a], [b]) => b - a)[0]
    return newest === undefined ? undefined : { sequence: newest[0], hash: newest[1] }
  }

  async any(): Promise<readonly [Section, Anchor] | undefined> {
    for (const section of this.#anchors.keys()) {
      const newest = await this.newest(section)
      if (newest !== undefined) return [section, newest]
    }
    return undefined
  }

  async put(section: Section, { sequence, hash }: Anchor): Promise<Digest> {
    const anchors = this.#anchors.get(section) ?? new Map<number, Digest>()
    this.#anchors.set(section, anchors)
    const first = anchors.get(sequence) ?? hash
    anchors.set(sequence, first)
    return first
  }
}
