import {
  type Digest,
  type LedgerRecord,
  type RecordDraft,
  type SignerName,
  type SigningDuty,
  signerAlias,
  signerOf,
  stationOf
} from '@sluice/core'
import { trustRulesOf } from '@sluice/delivery'
import {
  type AppendOptions,
  appendRecords,
  type Grounds,
  kmsSigner,
  recordPath,
  type Section,
  type SeenLive,
  type Signer,
  type SignerFor,
  sectionOf
} from '@sluice/ledger'
import { anchorsOf } from './anchors-of.ts'
import type { Pipeline } from './pipeline.ts'
import type { RolePurpose } from './role-sessions.ts'
import { sectionsOf } from './sections-of.ts'

/** Records to write together. Who signs each follows from its event. */
export interface WriteRequest {
  readonly drafts: readonly RecordDraft[]
  /** Documents that the records name by digest; archived beside them. */
  readonly attachments?: readonly Uint8Array[]
  /** What was live when records were decided that leave it as it is. */
  readonly seen?: SeenLive
  /** What the records rest on: they are decided again where that changed before they land. */
  readonly grounds?: Grounds
}

/** Appends records to the ledger in one commit; resolves when they have landed. */
export async function writeRecords(
  pipeline: WritingPipeline,
  request: WriteRequest
): Promise<readonly { readonly record: LedgerRecord; readonly hash: Digest }[]> {
  return appendRecords({
    ...(await writingTerms(pipeline, request.drafts)),
    drafts: request.drafts,
    attachments: (request.attachments ?? []).map(content => ({ content })),
    ...(request.seen === undefined ? {} : { seen: request.seen }),
    ...(request.grounds === undefined ? {} : { grounds: request.grounds })
  })
}

/** What of a delivery records are written with. */
export type WritingPipeline = Pick<
  Pipeline,
  'clock' | 'github' | 'ledger' | 'log' | 'policy' | 'run' | 'session' | 'vouching'
>

/** Whose ledger some records are written to, by whose rules, and with whose word. */
export async function writingTerms(
  pipeline: WritingPipeline,
  written: readonly Pick<RecordDraft, 'event' | 'environment'>[]
): Promise<Omit<AppendOptions, 'drafts'>> {
  const { policy, ledger, github, clock, log, run, session, vouching } = pipeline
  const signer = signersOf(pipeline)
  const anchors = anchorsOf(policy, session, writerOf(written))
  if (signer === undefined) {
    log.warning(
      'This ledger is advisory: delivery.yml names no signing key (ledger.key), so GitHub alone vouches for its records.'
    )
  }
  return {
    store: ledger,
    owner: { repository: run.repositoryId, product: policy.product },
    rules: { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() },
    // The server's time: a runner's clock may be wrong, or set.
    clock: { now: () => github.now(), sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal) },
    log,
    patience: github.patience,
    ...(signer === undefined ? {} : { signer }),
    ...(vouching.voucher === undefined ? {} : { voucher: vouching.voucher }),
    sections: sectionsOf(policy),
    ...(anchors === undefined ? {} : { anchors })
  }
}

function signersOf({ policy, session }: Pick<Pipeline, 'policy' | 'session'>): SignerFor | undefined {
  const { key } = policy.ledger
  if (key === undefined) return undefined
  const signers = new Map<SignerName, Signer>()
  return name => {
    const known = signers.get(name)
    if (known !== undefined) return known
    const made = kmsSigner({ session: session(roleOf(name)), alias: signerAlias(key, name), name })
    signers.set(name, made)
    return made
  }
}

/** Who anchors in a section: the role of whoever signs there. */
function writerOf(drafts: readonly Pick<RecordDraft, 'event' | 'environment'>[]): (section: Section) => RolePurpose {
  const roles = new Map(drafts.map(draft => [sectionOf(draft), roleOf(signerOf(draft))]))
  return section => roles.get(section) ?? 'push'
}

const ROLES = { plan: 'plan', intent: 'deploy', outcome: 'record' } as const satisfies Readonly<
  Record<SigningDuty, string>
>

/** The role of the job whose word a signer gives. */
function roleOf(signer: SignerName): RolePurpose {
  const station = stationOf(signer)
  return station === undefined ? 'push' : { environment: station.environment, may: ROLES[station.duty] }
}

/** Where people read a record: on the ledger branch, where it stays. */
export function recordUrl({ run, policy }: Pick<Pipeline, 'run' | 'policy'>, sequence: number): string {
  return `${run.serverUrl}/${run.repository}/blob/${policy.ledger.branch}/${recordPath(sequence)}`
}
