import type { Digest, LedgerRecord, RecordDraft } from '@sluice/core'
import { type Delivery, environmentNamed, trustRulesOf } from '@sluice/delivery'
import { appendRecords, checkSigner, kmsSigner, recordPath, type Signer } from '@sluice/ledger'
import { anchorsOf } from './anchors-of.ts'
import type { Pipeline } from './pipeline.ts'
import type { RolePurpose } from './role-sessions.ts'

/** Records to write together, and who signs them. */
export interface WriteRequest {
  readonly drafts: readonly RecordDraft[]
  /** Absent: a build or a release. */
  readonly environment?: string
  readonly role: RolePurpose
  /** Documents that the records name by digest; archived beside them. */
  readonly attachments?: readonly Uint8Array[]
}

/** Appends records to the ledger in one commit; resolves when they have landed. */
export async function writeRecords(
  pipeline: Pick<Pipeline, 'clock' | 'github' | 'ledger' | 'log' | 'policy' | 'run' | 'session' | 'vouching'>,
  request: WriteRequest
): Promise<readonly { readonly record: LedgerRecord; readonly hash: Digest }[]> {
  const { policy, ledger, github, clock, log, run, vouching } = pipeline
  const signer = signerFor(pipeline, request)
  const anchors = anchorsOf(policy, pipeline.session, request.role)
  if (signer === undefined) {
    log.warning(
      'This ledger is advisory: delivery.yml names no signing key (ledger.key), so GitHub alone vouches for its records.'
    )
  } else {
    // A record by a key that nobody trusts would only be found out by the next one who reads it.
    await checkSigner(signer, policy.ledger.trust)
  }
  return appendRecords({
    store: ledger,
    owner: { repository: run.repositoryId, product: policy.product },
    rules: { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() },
    // The server's time: a runner's clock may be wrong, or set.
    clock: { now: () => github.now(), sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal) },
    log,
    drafts: request.drafts,
    attachments: (request.attachments ?? []).map(content => ({ content })),
    ...(signer === undefined ? {} : { signer }),
    ...(vouching.voucher === undefined ? {} : { voucher: vouching.voucher }),
    ...(anchors === undefined ? {} : { anchors })
  })
}

function signerFor(
  { policy, session }: Pick<Pipeline, 'policy' | 'session'>,
  { role, environment }: WriteRequest
): Signer | undefined {
  const alias = policy.ledger.key
  if (alias === undefined) return undefined
  return kmsSigner({ session: session(role), alias, account: signingAccount(policy, environment) })
}

/** The account whose ledger key signs records of an environment; of none: of builds and releases. */
export function signingAccount(policy: Delivery, environment: string | undefined): string {
  return environment === undefined ? policy.registry.account : environmentNamed(policy, environment).account
}

/** Where people read a record: on the ledger branch, where it stays. */
export function recordUrl({ run, policy }: Pick<Pipeline, 'run' | 'policy'>, sequence: number): string {
  return `${run.serverUrl}/${run.repository}/blob/${policy.ledger.branch}/${recordPath(sequence)}`
}
