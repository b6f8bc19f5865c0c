import { type Clock, ManualClock, type RecordDraft, sha256 } from '@sluice/core'
import type { LedgerStore, Signer } from '../src/index.ts'
import { identityOf } from '../src/index-key.ts'
import { indexPath } from '../src/paths.ts'
import { type append, draft, EMPTY, ofRun, RELEASE } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

/** Records that are appended: a build, and its release. */
export const BUILT = draft('built', {
  unit: { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('source') }
})
export const RELEASED = draft('released', { release: RELEASE })

/** What comes after the record of {@link BUILT}, so that it is not the newest. */
export const LATER = ofRun('2', RELEASED)

/** The file of the index that answers whether a draft was recorded. */
export function leafOf(draft: RecordDraft): string {
  return indexPath('product', identityOf(draft).slice(0, 3))
}

interface Setup {
  readonly store: LedgerStore
  readonly drafts: readonly RecordDraft[]
  readonly signer?: Signer
  readonly clock?: Clock
  readonly lines?: string[]
}

/** What {@link append} takes, with a clock of its own. */
export function options({
  store,
  drafts,
  signer,
  clock = new ManualClock(),
  lines = []
}: Setup): Parameters<typeof append>[0] {
  return {
    store,
    drafts,
    clock,
    log: { info: line => lines.push(line) },
    ...(signer === undefined ? {} : { signer })
  }
}

/** A store that does as another, except where told otherwise. */
export function wrap(store: LedgerStore, changes: Partial<LedgerStore>): LedgerStore {
  return {
    head: async paths => store.head(paths),
    read: async (paths, at) => store.read(paths, at),
    commit: async (oid, message, files) => store.commit(oid, message, files),
    create: async head => store.create(head),
    ...changes
  }
}

/** A ledger that was opened, and of which nothing has been asked yet. */
export async function opened(): Promise<MemoryStore> {
  const store = new MemoryStore()
  await store.create(EMPTY)
  store.calls.length = 0
  return store
}
