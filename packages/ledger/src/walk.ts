import { type Digest, evidencePath, type LedgerRecord } from '@sluice/core'
import type { Examined, Examiner, RecordFiles } from './examine.ts'
import type { LedgerTree } from './ledger-tree.ts'
import type { Outline } from './outline.ts'
import { recordPath, signaturePath, tokenPath } from './paths.ts'
import { evidenceOf } from './record.ts'
import type { LedgerProblem } from './snapshot.ts'

/** A number of the chain, as those who walk along it see it. */
export interface Visited extends RecordFiles, Examined {
  readonly path: string
  /** The record, if its file is sound. */
  readonly record: LedgerRecord | undefined
  /** What it names in `evidence/`: all documents; plan and dossier where it is the first that names them. */
  readonly evidence: ReadonlyMap<Digest, Uint8Array>
}

/** A question that is asked of a ledger, record by record from the first to the last. */
export interface LedgerCheck {
  visit?(visited: Visited): Iterable<LedgerProblem> | undefined
  /** What can only be told when all records were seen. */
  end?(): Iterable<LedgerProblem> | AsyncIterable<LedgerProblem>
}

/** Records that are read and examined at once. */
const PAGE = 500

/** Pages that are read and examined ahead of the walk, so that nobody waits for git. */
const AHEAD = 3

/** Walks along a ledger, page by page: what was seen is forgotten, but for what a visitor keeps. */
export async function* walk(
  { tree, length }: Pick<Outline, 'tree' | 'length'>,
  examiner: Examiner
): AsyncGenerator<readonly Visited[]> {
  const named = new Set<Digest>()
  const ahead: Promise<readonly Visited[]>[] = []
  let last: Promise<unknown> = Promise.resolve()
  for (let first = 1; first <= length || ahead.length > 0; ) {
    while (ahead.length < AHEAD && first <= length) {
      const read = readPage(tree, first, Math.min(length, first + PAGE - 1), examiner)
      // In their order: a plan lies with the first record that names it.
      const page = last.then(async () => withEvidence(tree, await read, named))
      // Awaited below; until then, their failures are nobody's.
      for (const promise of [read, page]) promise.catch(() => undefined)
      ahead.push(page)
      last = page
      first += PAGE
    }
    const page = await ahead.shift()
    if (page !== undefined) yield page
  }
}

async function readPage(
  tree: LedgerTree,
  first: number,
  last: number,
  examiner: Examiner
): Promise<readonly (RecordFiles & Examined)[]> {
  const numbers = Array.from({ length: last - first + 1 }, (_, n) => first + n)
  const contents = await tree.read(numbers.flatMap(n => [recordPath(n), signaturePath(n), tokenPath(n)]))
  const files = numbers.map(
    (sequence, n): RecordFiles => ({
      sequence,
      bytes: contents[3 * n],
      signature: contents[3 * n + 1],
      token: contents[3 * n + 2]
    })
  )
  const examined = await examiner(files)
  return files.flatMap((it, n) => {
    const found = examined[n]
    return found === undefined ? [] : [{ ...it, ...found }]
  })
}

async function withEvidence(
  tree: LedgerTree,
  page: readonly (RecordFiles & Examined)[],
  named: Set<Digest>
): Promise<readonly Visited[]> {
  const wanted = page.map(({ decoded }) => {
    if (!decoded.ok) return []
    const { record } = decoded
    const documents = (record.evidence ?? []).map(({ digest }) => digest)
    const news = evidenceOf(record).filter(digest => !named.has(digest))
    for (const digest of news) named.add(digest)
    return [...new Set([...documents, ...news])]
  })
  const digests = [...new Set(wanted.flat())]
  const contents = await tree.read(digests.map(evidencePath))
  const found = new Map(digests.map((digest, n) => [digest, contents[n]]))
  return page.map((it, n) => ({
    ...it,
    path: recordPath(it.sequence),
    record: it.decoded.ok ? it.decoded.record : undefined,
    evidence: new Map(
      (wanted[n] ?? []).flatMap(digest => {
        const content = found.get(digest)
        return content === undefined ? [] : [[digest, content] as const]
      })
    )
  }))
}
