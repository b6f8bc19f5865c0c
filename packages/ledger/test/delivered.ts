import { ManualClock, type RecordDraft, type Statement, sha256 } from '@sluice/core'
import type { Signer, Trust } from '../src/index.ts'
import { ASKED, append, draft, type LocalSigner, localSigner, RELEASE, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

/** A ledger of a small delivery: built, released, integration, an approved staging; signed with two keys. */
export interface DeliveredLedger {
  readonly store: MemoryStore
  readonly trust: Trust
  /** Signs builds and releases. */
  readonly ops: LocalSigner
  /** Signs all of both environments. */
  readonly nonprod: LocalSigner
}

/** A moment after everything that is on the ledger that {@link deliver} makes. */
export const AFTERWARDS = Date.parse('2026-01-01T01:00:00Z')

/** @param options.signed whether there are keys. */
export async function deliver({ signed = true } = {}): Promise<DeliveredLedger> {
  const store = new MemoryStore()
  const ops = localSigner('builds')
  const nonprod = localSigner('integration', 'staging')
  const clock = new ManualClock()
  const add = async (signer: Signer, drafts: readonly RecordDraft[], ...texts: readonly string[]): Promise<void> => {
    const attachments = texts.map(text => ({ content: Buffer.from(text) }))
    await append({ store, ...(signed ? { signer } : {}), clock, drafts, attachments, log: { info: () => undefined } })
    clock.advance(60_000)
  }
  const place = (environment: string): Partial<Statement> => ({ environment, release: RELEASE })
  const unit = { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('source') }
  const approval = {
    userId: '8',
    login: 'approver',
    state: 'approved',
    comment: 'Fine — go 🚀',
    seenAt: '2026-01-01T00:05:00Z'
  } as const
  const authors = { accounts: [{ id: '7', login: 'author' }], unknown: [] }
  await add(ops, [draft('built', { unit }), draft('released', { release: RELEASE })])
  await add(nonprod, [draft('started', place('integration'))])
  await add(nonprod, [draft('deployed', { ...place('integration'), detail: { outputs: { url: 'http://localhost' } } })])
  await add(nonprod, [draft('accepted', place('integration'))])
  await add(
    nonprod,
    [
      draft('planned', {
        ...place('staging'),
        plan: sha256('plan'),
        dossier: sha256('dossier'),
        protection: ASKED,
        detail: { authors }
      })
    ],
    'plan',
    'dossier'
  )
  await add(nonprod, [
    draft('started', { ...place('staging'), plan: sha256('plan'), approvals: [approval], protection: ASKED })
  ])
  await add(nonprod, [
    draft('deployed', { ...place('staging'), plan: sha256('plan') }),
    draft('accepted', place('staging'))
  ])
  return { store, trust: await trustIn(ops, nonprod), ops, nonprod }
}
