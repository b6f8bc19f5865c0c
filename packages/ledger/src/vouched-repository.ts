import { sha256 } from '@sluice/core'
import { issuerKeyArchive } from './issuer-archive.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import type { Outline } from './outline.ts'
import { recordPath, tokenPath } from './paths.ts'
import { decodeRecord } from './record.ts'
import { readVouching, type TokenRules } from './token-problem.ts'

/** A repository of GitHub. */
export interface VouchedRepository {
  /** GitHub's number of it: stays when it is renamed, and is never used again. */
  readonly id: string
  /** `owner/name`, as it was last called. */
  readonly name: string
}

/** Records that are looked at together: as a rule the first one tells. */
const PAGE = 100

/**
 * Whose ledger it is, as GitHub says of the first record that it vouches for; all others must agree. The records' own word would be worth
 * nothing here: whoever writes a ledger from nothing writes what they like.
 */
export async function findVouchedRepository(
  outline: Outline,
  rules: TokenRules = {}
): Promise<VouchedRepository | undefined> {
  const { length, issuerKeyFiles } = outline
  const { keys } = issuerKeyArchive(issuerKeyFiles)
  // Without a key that signed tokens, there are none, however long the ledger is.
  if (keys.thumbprints.size === 0) return undefined
  const upwards = (n: number): number => n + 1
  const first = await findAlong(outline, upwards, () => true, { keys, rules })
  if (first === undefined) return undefined
  return findAlong(
    outline,
    n => length - n,
    it => it.id === first.id,
    { keys, rules }
  )
}

interface Means {
  readonly keys: IssuerKeys
  readonly rules: TokenRules
}

/** The first repository that fits, of those that are vouched for. @param numberAt the order in which records are looked at. */
async function findAlong(
  { tree, length }: Outline,
  numberAt: (n: number) => number,
  fits: (found: VouchedRepository) => boolean,
  means: Means
): Promise<VouchedRepository | undefined> {
  for (let start = 0; start < length; start += PAGE) {
    const numbers = Array.from({ length: Math.min(PAGE, length - start) }, (_, n) => numberAt(start + n))
    const files = await tree.read(numbers.flatMap(n => [recordPath(n), tokenPath(n)]))
    for (const [n, sequence] of numbers.entries()) {
      const found = repositoryOf(sequence, files[2 * n], files[2 * n + 1], means)
      if (found !== undefined && fits(found)) return found
    }
  }
  return undefined
}

function repositoryOf(
  sequence: number,
  bytes: Uint8Array | undefined,
  token: Uint8Array | undefined,
  { keys, rules }: Means
): VouchedRepository | undefined {
  if (bytes === undefined || token === undefined) return undefined
  const decoded = decodeRecord(bytes, sequence)
  if (!decoded.ok) return undefined
  const vouching = readVouching({ record: decoded.record, hash: sha256(bytes), keys }, token, rules)
  return vouching.ok ? { id: vouching.claims.repository_id, name: vouching.claims.repository } : undefined
}
