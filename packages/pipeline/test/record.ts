import { type Digest, type LedgerRecord, parseDraft, type Statement, sha256 } from '@sluice/core'

/** What of a record a test is about. */
export type Brief = Pick<Statement, 'event'> &
  Partial<Omit<Statement, 'run'>> & {
    readonly run?: string
    readonly attempt?: number
    readonly commit?: string
    readonly sequence?: number
    readonly time?: string
  }

/** Records in the order in which they were written, numbered from 1, all of `integration` unless they say otherwise. */
export function records(...briefs: readonly Brief[]): readonly LedgerRecord[] {
  return briefs.map(({ run = '1', attempt = 1, commit, sequence, time = '2026-01-01T12:00:00Z', ...members }, n) => ({
    version: 1,
    sequence: sequence ?? n + 1,
    time,
    ...parseDraft({
      product: 'shop',
      environment: 'integration',
      actor: { id: '7', login: 'author' },
      run: {
        repository: '1',
        id: run,
        attempt,
        job: 'deploy',
        ref: 'refs/heads/main',
        workflow: 'deliver.yml',
        workflowSha: '0'.repeat(40),
        runner: 'github-hosted'
      },
      ...(commit === undefined ? {} : { release: { digest: digestOf(commit), commit } }),
      ...members
    })
  }))
}

/** The records as a ledger is read: newest first. */
export async function* backwards(written: readonly LedgerRecord[]): AsyncGenerator<LedgerRecord, void, undefined> {
  yield* written.toReversed()
}

function digestOf(commit: string): Digest {
  return sha256(`release of ${commit}`)
}
