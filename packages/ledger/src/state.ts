import {
  canonicalJson,
  count,
  type Digest,
  digest,
  fits,
  listOf,
  mapOf,
  members,
  NAMED_RELEASE,
  type Shape,
  sha256
} from '@sluice/core'
import * as v from 'valibot'
import { EMPTY_INDEX } from './index-tree.ts'
import { REFERENCE } from './reference.ts'
import { isSection, type Section } from './section.ts'

const ATTEMPT = { run: v.string(), attempt: count }

const PLACED = members({ ...ATTEMPT, ...REFERENCE, release: NAMED_RELEASE })

/** What was put into an environment or found there, by the record that says so. */
export type Placed = v.InferOutput<typeof PLACED>

const OPEN_RUN = members({
  ...ATTEMPT,
  /** The newest record that it wrote. */
  last: members(REFERENCE),
  /** The time of that record: nothing is open for ever. */
  heard: v.string(),
  /** Its first `started` record; absent while it has only planned. */
  begun: v.exactOptional(members(REFERENCE))
})

/** An attempt of a run that announced itself, and whose outcome is not on the ledger. */
export type OpenRun = v.InferOutput<typeof OPEN_RUN>

const SECTION_STATE = members({
  /** Root of the section's index. */
  index: digest,
  /** The file that the first record of the section was ruled by: its path, which rules the product from then on. */
  config: v.exactOptional(v.string()),
  /** The last deployment. */
  deployed: v.exactOptional(PLACED),
  /** The last release that was found to change nothing since. */
  found: v.exactOptional(PLACED),
  /** The last of those that was accepted anew, as what was live already. */
  confirmed: v.exactOptional(PLACED),
  /** The last record after which something else may have been live, or what was live was judged anew. */
  judged: v.exactOptional(members({ ...REFERENCE, accepted: v.boolean() })),
  /** The `started` record of a deployment that was never recorded as done. */
  unfinished: v.exactOptional(members(REFERENCE)),
  /** Oldest first. */
  open: listOf(OPEN_RUN)
})

/** What decisions ask of a section, after one of its records. */
export type SectionState = v.InferOutput<typeof SECTION_STATE>

/** A section that has no record yet. */
export const EMPTY_SECTION: SectionState = { index: EMPTY_INDEX, open: [] }

const STANDING = members({
  /** The section's newest record. */
  sequence: count,
  /** Its hash; absent for the newest record of all, which cannot hold its own. */
  record: v.exactOptional(digest),
  /** Digest of the section's state. */
  state: digest
})

/** How far a section is. */
export type Standing = v.InferOutput<typeof STANDING>

const LEDGER_STATE = members({
  sections: v.pipe(
    mapOf(STANDING),
    v.check(sections => Object.keys(sections).every(isSection))
  )
})

/** All sections of a ledger, after one of its records. */
export interface LedgerState {
  readonly sections: Readonly<Partial<Record<Section, Standing>>>
}

/** A state in its one form, and the digest that names it. */
export interface EncodedState {
  readonly text: string
  readonly digest: Digest
}

/** The bytes of a state's file (RFC 8785). */
export function encodeState(state: SectionState | LedgerState): EncodedState {
  const text = textOfMembers(state, textOfPart)
  return { text, digest: sha256(text) }
}

/** Parts of states as they are written: from one record to the next most of them stay as they were. */
const written = new WeakMap<object, string>()

function textOfPart(name: string, part: unknown): string {
  if (Array.isArray(part)) return `[${part.map(textOfValue).join(',')}]`
  // Sections change one by one, as the members of a list do.
  return name === 'sections' ? textOfMembers(Object(part), (_, standing) => textOfValue(standing)) : textOfValue(part)
}

function textOfValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return canonicalJson(value)
  const text = written.get(value) ?? canonicalJson(value)
  written.set(value, text)
  return text
}

/** An object with its names in their order, as RFC 8785 has it. */
function textOfMembers(object: object, textOf: (name: string, member: unknown) => string): string {
  const members = Object.entries(object).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${textOf(name, member)}`).join(',')}}`
}

/** Reads a section's state; `undefined` unless the bytes are a section's state. */
export function decodeSectionState(bytes: Uint8Array): SectionState | undefined {
  return decode(SECTION_STATE, bytes)
}

/** Reads the state of all sections; `undefined` unless the bytes are that. */
export function decodeLedgerState(bytes: Uint8Array): LedgerState | undefined {
  return decode(LEDGER_STATE, bytes)
}

/** Bytes that hash to what a record signed are canonical; parsing them is all that is left to do. */
function decode<T>(shape: Shape<T>, bytes: Uint8Array): T | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return fits(shape, value) ? value : undefined
  } catch {
    return undefined
  }
}
