import { parseLedgerPath } from './paths.ts'
import type { FileChange } from './store.ts'
import { isDerived } from './verify-state.ts'

/** What a commit has to change, so that files are as they should be. @param derived those that are made of the records. */
export function changesOf(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
  derived: ReadonlyMap<string, Uint8Array>
): readonly FileChange[] {
  const wanted = new Map([...after, ...derived])
  for (const path of wanted.keys()) {
    const kind = parseLedgerPath(path)
    if (kind === undefined || (isDerived(kind) && !derived.has(path))) wanted.delete(path)
  }
  const written = [...wanted].filter(([path, content]) => Buffer.compare(before.get(path) ?? NOTHING, content) !== 0)
  const created = [...wanted].filter(([path, content]) => !before.has(path) && content.length === 0)
  const removed = [...before.keys()].filter(path => !wanted.has(path))
  return [
    ...[...new Map([...written, ...created])].map(([path, content]) => ({ path, content })),
    ...removed.map(path => ({ path, content: undefined }))
  ]
}

const NOTHING = new Uint8Array()

/** About how many bytes a change takes in the call that commits it: contents in base64, a path, and what is around them. */
function sizeOf({ path, content }: FileChange): number {
  return path.length + 64 + ((content?.length ?? 0) * 4) / 3
}

/** Whether GitHub takes changes in one commit. */
export function fits(changes: readonly FileChange[], most: number): boolean {
  return changes.reduce((size, it) => size + sizeOf(it), 0) <= most
}

/** As many changes as one commit takes: the record with all that tells of it, then files of the index and those that go. The others are for the next repair. */
export function asManyAsFit(changes: readonly FileChange[], most: number): readonly FileChange[] {
  const isLater = ({ path, content }: FileChange): boolean =>
    content === undefined || parseLedgerPath(path)?.kind === 'index'
  let size = 0
  return changes
    .toSorted((a, b) => Number(isLater(a)) - Number(isLater(b)))
    .filter(it => {
      size += sizeOf(it)
      return size <= most || !isLater(it)
    })
}
