import { ManualClock, type RecordDraft, sha256 } from '@sluice/core'
import { type OrderRules, verifyLedger } from '../src/index.ts'
import { append, localSigner, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const HOUR = 3_600_000

/** The plans that these ledgers may speak of, by their digests. */
const PLANS = ['plan', 'other']

/** What verification says of a ledger. */
export interface Verdict {
  /** `sequence: problem` */
  readonly problems: readonly string[]
  /** `sequence: note` */
  readonly notes: readonly string[]
}

/**
 * What verification says of a ledger on which somebody who holds every key wrote what he liked: each record is signed by the key that may sign
 * it, and hashes, states and evidence are as they have to be. An hour lies between two records.
 */
export async function verdictOn(
  drafts: readonly RecordDraft[],
  rules: OrderRules & { readonly apart?: number } = {}
): Promise<Verdict> {
  const { apart = HOUR, ...given } = rules
  const [store, clock] = [new MemoryStore(), new ManualClock()]
  const signers = {
    ops: localSigner('builds'),
    nonprod: localSigner(...new Set(drafts.flatMap(({ environment }) => environment ?? [])))
  }
  for (const it of drafts) {
    const signer = it.environment === undefined ? signers.ops : signers.nonprod
    const attachments = PLANS.filter(text => sha256(text) === it.plan).map(text => ({ content: Buffer.from(text) }))
    await append({ store, clock, drafts: [it], attachments, signer, log: { info: () => undefined } })
    clock.advance(apart)
  }
  const trust = await trustIn(...Object.values(signers))
  const notes: string[] = []
  const { problems } = await verifyLedger({
    files: store.files,
    trust,
    ...given,
    onNote: ({ sequence, note }) => notes.push(`${sequence}: ${note}`)
  })
  return { problems: problems.map(({ sequence, problem }) => `${sequence}: ${problem}`), notes }
}
