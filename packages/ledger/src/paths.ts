import { type Digest, evidencePath, hexOf, NAME_PATTERN, parseDigest } from '@sluice/core'
import { INDEX_ROOT, type IndexFile, isIndexFile } from './index-tree.ts'
import { environmentSection, type Section } from './section.ts'

/** Where the number and the hash of the newest record stand, and whose ledger this is. */
export const HEAD_PATH = 'HEAD.json'

/** The state of all sections after the newest record. */
export const STATE_PATH = 'state.json'

/** Records a folder: every commit writes the list of the newest folder anew, and that of all folders. */
const RECORDS_PER_FOLDER = 100

/** A place that holds the newest record of all, or of a section: a copy, so that one question reads it without knowing its number. */
export type NewestOf = 'ledger' | Section

/** The file of a record. */
export function recordPath(sequence: number): string {
  return `records/${Math.floor(sequence / RECORDS_PER_FOLDER)}/${sequence}.json`
}

/** The file of a record's detached signature. */
export function signaturePath(sequence: number): string {
  return `${recordPath(sequence)}.sig`
}

/** The file of the token in which GitHub vouches for a record. */
export function tokenPath(sequence: number): string {
  return recordPath(sequence).replace(/json$/, 'jwt')
}

/** The copy of the token of the newest record of all. */
export const NEWEST_TOKEN_PATH = 'newest.jwt'

/** The copy of the newest record. */
export function newestPath(of: NewestOf): string {
  return of === 'ledger' ? 'newest.json' : `sections/${of}/newest.json`
}

/** The file of a section's state. */
export function sectionStatePath(section: Section): string {
  return `sections/${section}/state.json`
}

/** A file of a section's index: a folder for each digit but the last, so that a commit writes no long lists of files anew. */
export function indexPath(section: Section, file: IndexFile): string {
  return `sections/${section}/index/${file === INDEX_ROOT ? file : [...file].join('/')}.json`
}

/** The file of a public key. It travels with the ledger, but is trusted only if delivery.yml pins its fingerprint. */
export function keyPath(fingerprint: Digest): string {
  return `keys/${hexOf(fingerprint)}.pem`
}

/** The file of a key that signed tokens. That it lies here proves nothing: see `KeyConfirmation`. */
export function issuerKeyPath(thumbprint: Digest): string {
  return `issuer/${hexOf(thumbprint)}.json`
}

/** What a file of the ledger branch is, by its path. */
export type LedgerPath =
  | { readonly kind: 'head' | 'state' | 'newest-token' }
  | { readonly kind: 'record' | 'signature' | 'token'; readonly sequence: number }
  | { readonly kind: 'newest' | 'newest-signature'; readonly of: NewestOf }
  | { readonly kind: 'section-state'; readonly section: Section }
  | { readonly kind: 'index'; readonly section: Section; readonly file: IndexFile }
  | { readonly kind: 'key' | 'evidence' | 'issuer-key'; readonly digest: Digest }

const RECORD = /^records\/\d+\/([1-9]\d{0,14})\.(json|json\.sig|jwt)$/
const KINDS = { json: 'record', 'json.sig': 'signature', jwt: 'token' } as const
const PATHS = { record: recordPath, signature: signaturePath, token: tokenPath }
const NAMED = /^(?:keys\/([0-9a-f]{64})\.pem|evidence\/[0-9a-f]{2}\/([0-9a-f]{64})|issuer\/([0-9a-f]{64})\.json)$/
const SECTION = new RegExp(`^sections/(?:product|environments/(${NAME_PATTERN}))/(.+)$`)

/** Reads a path of the ledger branch; `undefined` for anything that does not belong there, also for other spellings of a valid path. */
export function parseLedgerPath(path: string): LedgerPath | undefined {
  if (path === HEAD_PATH) return { kind: 'head' }
  if (path === STATE_PATH) return { kind: 'state' }
  if (path === NEWEST_TOKEN_PATH) return { kind: 'newest-token' }
  if (path === newestPath('ledger')) return { kind: 'newest', of: 'ledger' }
  if (path === `${newestPath('ledger')}.sig`) return { kind: 'newest-signature', of: 'ledger' }
  return parseRecordPath(path) ?? parseSectionPath(path) ?? parseNamedPath(path)
}

function parseRecordPath(path: string): LedgerPath | undefined {
  const record = RECORD.exec(path)
  if (record === null) return undefined
  const sequence = Number(record[1])
  const kind = KINDS[record[2] as keyof typeof KINDS]
  return path === PATHS[kind](sequence) ? { kind, sequence } : undefined
}

function parseSectionPath(path: string): LedgerPath | undefined {
  const [, environment, rest] = SECTION.exec(path) ?? []
  if (rest === undefined) return undefined
  const section = environment === undefined ? 'product' : environmentSection(environment)
  if (rest === 'state.json') return { kind: 'section-state', section }
  if (rest === 'newest.json') return { kind: 'newest', of: section }
  if (rest === 'newest.json.sig') return { kind: 'newest-signature', of: section }
  const file = /^index\/([a-z0-9/]+)\.json$/.exec(rest)?.[1]?.replaceAll('/', '')
  return file !== undefined && isIndexFile(file) && path === indexPath(section, file)
    ? { kind: 'index', section, file }
    : undefined
}

function parseNamedPath(path: string): LedgerPath | undefined {
  const [, key, evidence, issuerKey] = NAMED.exec(path) ?? []
  if (key !== undefined) return { kind: 'key', digest: parseDigest(`sha256:${key}`) }
  if (issuerKey !== undefined) return { kind: 'issuer-key', digest: parseDigest(`sha256:${issuerKey}`) }
  if (evidence === undefined) return undefined
  const digest = parseDigest(`sha256:${evidence}`)
  return path === evidencePath(digest) ? { kind: 'evidence', digest } : undefined
}
