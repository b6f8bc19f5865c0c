import {
  type Digest,
  EVENT_RULES,
  type LedgerRecord,
  ManualClock,
  parseDraft,
  type RecordDraft,
  type Statement,
  sha256
} from '@sluice/core'
import { appendRecords, environmentSection, indexKey, openView } from '@sluice/ledger'
import { MemoryLedger } from '@sluice-lab/memory'
import { History } from '../src/history.ts'

/** Records in the order in which they were written, numbered from 1, all of `integration` unless they say otherwise. */
export function records(...briefs: readonly Brief[]): readonly LedgerRecord[] {
  return briefs.map(({ time = '2026-01-01T12:00:00Z', ...brief }, n) => ({
    ...draftOf(brief, 'deploy'),
    version: 2,
    sequence: n + 1,
    time,
    state: { section: sha256('section'), ledger: sha256('ledger') }
  }))
}

/** What of a record a test is about. */
export type Brief = Pick<Statement, 'event'> &
  Partial<Omit<Statement, 'run'>> & {
    readonly run?: string
    readonly attempt?: number
    readonly commit?: string
    readonly time?: string
  }

const ENVIRONMENTS = ['integration', 'staging', 'production', 'fair']

/**
 * The past that an advisory ledger tells, on which records were written one after the other: all of `integration` unless they say otherwise
 * or belong to no environment. Each is of a job of its own.
 */
export async function pastOf(...briefs: readonly Brief[]): Promise<History> {
  const ledger = new MemoryLedger()
  const rules = { trust: [], advisory: true }
  for (const [n, { time = '2026-01-01T12:00:00Z', ...brief }] of briefs.entries()) {
    await appendRecords({
      store: ledger,
      owner: { repository: '1', product: 'shop' },
      rules,
      clock: new ManualClock(Date.parse(time)),
      drafts: [draftOf(brief, `deploy ${n}`)],
      log: { info: () => undefined }
    })
  }
  const sections = ['product' as const, ...ENVIRONMENTS.map(environmentSection)]
  return new History(
    async questions =>
      openView(ledger, rules, {
        sections,
        keys: questions.map(([section, question]) => ({ section, key: indexKey(question) }))
      }),
    '1'
  )
}

function draftOf({ run = '1', attempt = 1, commit, ...members }: Brief, job: string): RecordDraft {
  const named = commit ?? (EVENT_RULES[members.event].needsRelease ? '0'.repeat(40) : undefined)
  return parseDraft({
    product: 'shop',
    ...(EVENT_RULES[members.event].scope === 'environment' ? { environment: 'integration' } : {}),
    actor: { id: '7', login: 'author' },
    run: {
      repository: '1',
      id: run,
      attempt,
      job,
      ref: 'refs/heads/main',
      workflow: 'deliver.yml',
      workflowSha: '0'.repeat(40),
      runner: 'github-hosted'
    },
    ...(named === undefined ? {} : { release: { digest: digestOf(named), commit: named } }),
    ...members
  })
}

function digestOf(commit: string): Digest {
  return sha256(`release of ${commit}`)
}
