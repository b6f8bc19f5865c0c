import type { KeyObject } from 'node:crypto'
import type { Digest } from '@sluice/core'
import { decodeHead, type ReadHead } from './head.ts'
import type { LedgerTree } from './ledger-tree.ts'
import { HEAD_PATH, issuerKeyPath, keyPath, type LedgerPath, parseLedgerPath } from './paths.ts'
import { decodeKey } from './signature.ts'

/** A file of the ledger branch, by what its path says that it is. */
export interface OutlinedFile {
  readonly path: string
  /** `undefined`: it does not belong in the ledger. */
  readonly kind: LedgerPath | undefined
}

/** What is known of a ledger before its records are read. Of what grows with its length, evidence alone is held here, by digest. */
export interface Outline {
  readonly tree: LedgerTree
  /** What `HEAD.json` says, or what is wrong with it. */
  readonly head: ReadHead
  /** Number of records: by the history of the branch where that was asked, else the highest that a file or `HEAD.json` speaks of. */
  readonly length: number
  /** How many files there are. */
  readonly files: number
  /** What lies in `evidence/`. */
  readonly evidence: ReadonlySet<Digest>
  /** What is neither evidence nor the record, signature or token of a number up to {@link length}: a record among it is none yet. */
  readonly others: readonly OutlinedFile[]
  /** The files of public keys, by the fingerprints that they are named after. */
  readonly keyFiles: ReadonlyMap<Digest, Uint8Array>
  /** The public keys that are what their files' names say. */
  readonly keys: ReadonlyMap<Digest, KeyObject>
  /** The files of the issuer's keys, by the thumbprints that they are named after. */
  readonly issuerKeyFiles: ReadonlyMap<Digest, Uint8Array>
}

/**
 * Looks over the files of a ledger.
 * @param reachOf the number of the last record, by the history of the branch: asked where the files are not those that `HEAD.json` counts.
 */
export async function outlineOf(tree: LedgerTree, reachOf?: () => Promise<number>): Promise<Outline> {
  const [headFile] = await tree.read([HEAD_PATH])
  const head: ReadHead = headFile === undefined ? { ok: false, problem: 'it is missing' } : decodeHead(headFile)
  const listed = await listFiles(tree)
  const counted = head.ok ? head.head.sequence : 0
  const agrees = counted === listed.highest && listed.records === listed.highest
  const reach = agrees ? undefined : await reachOf?.()
  // A forged number must not make us count to it: as many missing records as there are real ones are proof enough.
  const length = reach ?? Math.min(Math.max(listed.highest, counted), 2 * listed.files + 1)
  const { files, evidence, apart } = reach === undefined ? listed : await listFiles(tree, reach)
  const others = apart.filter(({ kind }) => !isOfRecord(kind) || kind.sequence > length)
  const keyFiles = await readNamed(tree, others, 'key', keyPath)
  const issuerKeyFiles = await readNamed(tree, others, 'issuer-key', issuerKeyPath)
  return { tree, head, length, files, evidence, others, keyFiles, keys: keysIn(keyFiles), issuerKeyFiles }
}

interface Listed {
  readonly files: number
  /** How many files of records. */
  readonly records: number
  /** The highest number of one. */
  readonly highest: number
  readonly evidence: ReadonlySet<Digest>
  /** Others, and what stood before any record of its number or a higher one. */
  readonly apart: readonly OutlinedFile[]
}

/** @param last the number of the last record, if it is known. */
async function listFiles(tree: LedgerTree, last = Number.POSITIVE_INFINITY): Promise<Listed> {
  let [files, records, highest] = [0, 0, 0]
  const evidence = new Set<Digest>()
  const apart: OutlinedFile[] = []
  for await (const path of tree.paths()) {
    files++
    const kind = parseLedgerPath(path)
    if (kind?.kind === 'record' && kind.sequence <= last) {
      records++
      highest = Math.max(highest, kind.sequence)
    } else if (kind?.kind === 'evidence') evidence.add(kind.digest)
    else if (!isOfRecord(kind) || kind.sequence > highest) apart.push({ path, kind })
  }
  return { files, records, highest, evidence, apart }
}

function isOfRecord(
  kind: LedgerPath | undefined
): kind is Extract<LedgerPath, { readonly kind: 'record' | 'signature' | 'token' }> {
  return kind?.kind === 'record' || kind?.kind === 'signature' || kind?.kind === 'token'
}

async function readNamed(
  tree: LedgerTree,
  files: readonly OutlinedFile[],
  wanted: 'key' | 'issuer-key',
  pathOf: (digest: Digest) => string
): Promise<ReadonlyMap<Digest, Uint8Array>> {
  const digests = files.flatMap(({ kind }) => (kind?.kind === wanted ? [kind.digest] : []))
  const contents = await tree.read(digests.map(pathOf))
  return new Map(
    digests.flatMap((digest, n) => {
      const content = contents[n]
      return content === undefined ? [] : [[digest, content] as const]
    })
  )
}

/** The public keys among files that are named after their fingerprints. */
export function keysIn(files: ReadonlyMap<Digest, Uint8Array>): ReadonlyMap<Digest, KeyObject> {
  return new Map(
    [...files].flatMap(([fingerprint, file]) => {
      const key = decodeKey(file, fingerprint)
      return key === undefined ? [] : [[fingerprint, key] as const]
    })
  )
}
