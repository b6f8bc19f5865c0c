import { sha256, UserError } from '@sluice/core'
import { type Anchor, decodeAnchor, sectionOfKey, sequenceOfKey } from './anchor.ts'
import { contradicts, takenAway } from './anchored-repairs.ts'
import type { LedgerTree } from './ledger-tree.ts'
import type { LeftOut } from './omissions.ts'
import { recordPath } from './paths.ts'
import { decodeRecord } from './record.ts'
import { type Section, sectionOf } from './section.ts'
import type { LedgerProblem } from './snapshot.ts'

/**
 * Compares a ledger with its anchors, as the owner of their bucket handed them over: each record that was ever anchored must be there. So somebody who
 * reaches neither GitHub nor AWS can tell that a ledger was not put back.
 * @param product the name that the ledger was opened under
 * @param exported the text of each object, by its key
 * @param leftOut what valid repairs leave out: none may be left out for what lies beside it that was anchored before its repair.
 * @throws UserError when there are no anchors of the product among them: then nothing was compared.
 */
export async function findUnanchored(
  tree: LedgerTree,
  product: string,
  exported: ReadonlyMap<string, string>,
  leftOut: readonly LeftOut[] = []
): Promise<readonly LedgerProblem[]> {
  const own = [...exported].filter(([key]) => key.startsWith(`${product}/`))
  if (own.length === 0)
    throw new UserError(
      `Among the ${exported.size} exported files there is no anchor of ${product}. Export the whole bucket.`
    )
  const anchors = own.map(([key, text]) => ({ key, found: readAnchor(product, key, text) }))
  const paths = anchors.map(({ found }) => recordPath(found?.anchor.sequence ?? 0))
  const files = await tree.read(paths)
  const differences = anchors.flatMap(({ key, found }, n) => findDifference(key, found, files[n]) ?? [])
  return [...differences, ...(await findTakenAway(tree, anchors, leftOut))]
}

/** Repairs that say of a record that nothing beside it proves it, though that was right when it was anchored. */
async function findTakenAway(
  tree: LedgerTree,
  anchors: readonly { readonly found: ReturnType<typeof readAnchor> }[],
  leftOut: readonly LeftOut[]
): Promise<readonly LedgerProblem[]> {
  const files = await tree.read(leftOut.map(({ sequence }) => recordPath(sequence)))
  const there = anchors.flatMap(({ found }) =>
    found === undefined ? [] : [{ section: found.section, sequence: found.anchor.sequence }]
  )
  return leftOut.flatMap((one, n) => {
    const { sequence, by } = one
    const decoded = decodeRecord(files[n] ?? new Uint8Array(), sequence)
    const section = decoded.ok ? sectionOf(decoded.record) : undefined
    const anchor = there.find(it => contradicts(one, section, it))
    if (anchor === undefined) return []
    return [{ path: recordPath(by), sequence: by, problem: takenAway(one, anchor).message }]
  })
}

function findDifference(
  key: string,
  found: ReturnType<typeof readAnchor>,
  file: Uint8Array | undefined
): LedgerProblem | undefined {
  if (found === undefined) return { path: key, problem: 'it is no anchor that Sluice wrote' }
  const { section, anchor } = found
  const { sequence, hash } = anchor
  const path = recordPath(sequence)
  if (file === undefined)
    return { path, sequence, problem: `it is anchored for ${section} (${hash}), but the ledger does not have it` }
  const there = sha256(file)
  if (there === hash) return undefined
  return { path, sequence, problem: `it is anchored for ${section} as ${hash}, but the ledger has ${there}` }
}

function readAnchor(
  product: string,
  key: string,
  text: string
): { readonly section: Section; readonly anchor: Anchor } | undefined {
  const section = sectionOfKey(product, key)
  const anchor = decodeAnchor(text)
  if (section === undefined || anchor === undefined || sequenceOfKey(product, section, key) !== anchor.sequence)
    return undefined
  return { section, anchor }
}
