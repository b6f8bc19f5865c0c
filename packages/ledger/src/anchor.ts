import { anchorPrefix, canonicalJson, type Digest, isDigest } from '@sluice/core'
import { LAST_SEQUENCE } from './head.ts'
import { isSection, type Section } from './section.ts'

/** A record that the ledger holds, said where nobody who writes to the ledger's branch can take it back. */
export interface Anchor {
  readonly sequence: number
  readonly hash: Digest
}

/** Tells what is anchored. */
export interface AnchorReader {
  /** The newest anchor of a section, if there is one. @throws UserError for one that Sluice did not write. */
  newest(section: Section): Promise<Anchor | undefined>
}

/** Where anchors are kept. */
export interface AnchorStore extends AnchorReader {
  /** One of the anchors of the ledger, whatever its section, if there is any. @throws UserError for one that Sluice did not write. */
  any(): Promise<readonly [Section, Anchor] | undefined>
  /**
   * Anchors a record, once and for all.
   * @returns the hash that is anchored under this number from now on: another one than the given where somebody was first.
   */
  put(section: Section, anchor: Anchor): Promise<Digest>
}

/** Digits of a number in a key: as many as the highest number has. */
const WIDTH = String(LAST_SEQUENCE).length

/** The key of an anchor. Numbers count down, so that S3, which lists by key, names the newest first. */
export function anchorKey(product: string, section: Section, sequence: number): string {
  return `${anchorPrefix(product, section)}${String(LAST_SEQUENCE - sequence).padStart(WIDTH, '0')}`
}

/** Reads the number out of a key of a section; `undefined` for any other key. */
export function sequenceOfKey(product: string, section: Section, key: string): number | undefined {
  const prefix = anchorPrefix(product, section)
  if (!key.startsWith(prefix) || !/^\d+$/.test(key.slice(prefix.length))) return undefined
  const sequence = LAST_SEQUENCE - Number(key.slice(prefix.length))
  return sequence >= 1 && anchorKey(product, section, sequence) === key ? sequence : undefined
}

/** Reads the section out of a key of a product; `undefined` for any other key. */
export function sectionOfKey(product: string, key: string): Section | undefined {
  const section = key.slice(product.length + 1, key.lastIndexOf('/'))
  return isSection(section) && key.startsWith(anchorPrefix(product, section)) ? section : undefined
}

/** The text of an anchor (RFC 8785). */
export function encodeAnchor({ sequence, hash }: Anchor): string {
  return canonicalJson({ sequence, hash })
}

/** Reads an anchor; `undefined` unless the text is exactly what {@link encodeAnchor} writes. */
export function decodeAnchor(text: string): Anchor | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { sequence, hash } = Object(value) as { readonly sequence?: unknown; readonly hash?: unknown }
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || !isDigest(hash)) return undefined
  const anchor = { sequence, hash }
  return encodeAnchor(anchor) === text ? anchor : undefined
}
