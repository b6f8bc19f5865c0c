import * as v from 'valibot'
import { UserError } from './errors.ts'
import { EVIDENCE } from './evidence.ts'
import { APPROVAL, AUTHORS, PROTECTION } from './gate-record.ts'
import { type Ending, EVENTS, isStated, type LedgerEvent } from './ledger-event.ts'
import { time } from './moment.ts'
import { name } from './name-shape.ts'
import { HALVES } from './partial-detail.ts'
import { plainPath } from './plain-path.ts'
import { PROMOTION_KINDS } from './promotion-kind.ts'
import { REPAIR_DETAIL } from './repair-detail.ts'
import { count, digest, findMisfit, listOf, mapOf, members, type Shape } from './shape.ts'
import { SUITE } from './suite.ts'

// The one definition of what the ledger holds: readers and writers check by it, and the types come from it.

const text = v.string()

/** The form of {@link NamedRelease}. */
export const NAMED_RELEASE = members({ digest, commit: v.pipe(text, v.regex(/^[0-9a-f]{40}$/)) })

/** A release as records name it: its digest, and the commit that it was made of. */
export type NamedRelease = v.InferOutput<typeof NAMED_RELEASE>

const POLICY = members({ path: plainPath, commit: v.pipe(text, v.regex(/^[0-9a-f]{40}$/)), digest })

/** Which file ruled a run: delivery.yml at a commit of the default branch. */
export type PolicyFile = v.InferOutput<typeof POLICY>

const PROMOTION = members({ kind: v.picklist(PROMOTION_KINDS), reason: v.exactOptional(text) })

/** How a release relates to what is deployed, as whoever promotes it says, and why it enters out of order. */
export type Promotion = v.InferOutput<typeof PROMOTION>

const UNCHANGED_PLACE = members({ environment: text, release: digest })

/** An environment in which a release changes nothing, and the release that is live there. */
export type UnchangedPlace = v.InferOutput<typeof UNCHANGED_PLACE>

const ENDED_RUN = members({ run: text, attempt: count })

/** One attempt of a run, as the record of a later one names it. */
export type EndedRun = v.InferOutput<typeof ENDED_RUN>

/** What a step adds of its own accord: builder, sizes, addresses. Of it, only the sandbox of a build is decided on. */
const facts = mapOf(v.unknown())

/** What a plan is announced with, and its application. */
const announcement = members({
  promotion: v.exactOptional(PROMOTION),
  /** Of the commits since what is deployed: none of them is a second person. */
  authors: v.exactOptional(AUTHORS)
})

const OUTCOME = {
  reason: v.exactOptional(text),
  /** The results of the jobs that the outcome was derived from. */
  jobs: v.exactOptional(mapOf(text)),
  /** Runs that ended without a record of their own, and which this record tells of. */
  ended: v.exactOptional(listOf(ENDED_RUN))
}
const outcome = members(OUTCOME)

const STOPPED = {
  ...OUTCOME,
  /** Nothing was touched, and no check ran: what was known of the release before still holds. */
  untouched: v.exactOptional(v.boolean())
}

/** The release that was deployed last: what came of its deployment was found in place. */
const IN_PLACE = { sameAs: v.exactOptional(digest) }

/** The facts of each event that have no member of their own: the forms of `detail`, which docs/ledger.md shows. */
export const DETAILS = {
  built: facts,
  tested: facts,
  adopted: members({
    /** Why what is there counts as built. Whoever records it gives one, and `sluice verify` misses it. */
    reason: v.exactOptional(text),
    /** Who built it, and how that was checked. */
    checked: v.exactOptional(text)
  }),
  released: members({
    /** It changes nothing in any environment that the run may reach, each of which has accepted what is live there. */
    unchanged: v.exactOptional(listOf(UNCHANGED_PLACE))
  }),
  planned: announcement,
  started: announcement,
  deployed: facts,
  withdrawn: members({
    /** Whoever records it gives one, and `sluice verify` misses it. */
    reason: v.exactOptional(text),
    /** Releases that are the same in this environment: each was found to change nothing there. */
    also: v.exactOptional(listOf(digest))
  }),
  repaired: REPAIR_DETAIL,
  accepted: members({
    ...OUTCOME,
    checks: v.exactOptional(v.number()),
    /** Nothing was deployed: what was there already passed the checks. */
    unchanged: v.exactOptional(v.boolean()),
    ...IN_PLACE
  }),
  unchanged: members({
    ...OUTCOME,
    /** Sequence of the record that accepted what is live. */
    acceptedBy: v.exactOptional(count),
    /** The time of that record. */
    acceptedAt: v.exactOptional(time),
    ...IN_PLACE
  }),
  failed: members({
    ...STOPPED,
    /** Releases of the runs in `ended` that may have been deploying: what was known of them before holds no more. */
    also: v.exactOptional(listOf(digest))
  }),
  partial: members({ ...OUTCOME, ...HALVES }),
  rejected: members({
    ...OUTCOME,
    by: v.exactOptional(members({ id: text, login: text })),
    comment: v.exactOptional(text)
  }),
  expired: outcome,
  cancelled: members(STOPPED),
  superseded: members({ ...OUTCOME, supersededBy: v.exactOptional(text) }),
  obsolete: outcome,
  bypassed: outcome
} satisfies Readonly<Record<LedgerEvent, Shape<object>>>

/** What a record of an event may say in `detail`. */
export type DetailOf<E extends LedgerEvent> = v.InferOutput<(typeof DETAILS)[E]>

const COMMON = {
  product: text,
  environment: v.exactOptional(name),
  /** GitHub's number of the GitHub Environment: one that is deleted and made anew under the same name has another. */
  environmentId: v.exactOptional(count),
  release: v.exactOptional(NAMED_RELEASE),
  unit: v.exactOptional(members({ name, kind: text, digest, fingerprint: digest })),
  plan: v.exactOptional(digest),
  dossier: v.exactOptional(digest),
  /** Documents that lie beside the records and tell what this one cannot hold. */
  evidence: v.exactOptional(listOf(EVIDENCE)),
  actor: members({ id: text, login: text }),
  policy: v.exactOptional(POLICY),
  approvals: v.exactOptional(listOf(APPROVAL)),
  protection: v.exactOptional(PROTECTION),
  run: members({
    repository: text,
    id: text,
    attempt: count,
    job: text,
    ref: text,
    workflow: text,
    workflowSha: text,
    runner: text,
    /** Login of who started this attempt: on a re-run somebody else than `actor`. */
    triggeringActor: v.exactOptional(text),
    /** The Sluice that ran; absent where the runner does not tell. */
    sluice: v.exactOptional(SUITE)
  })
}

const CHAINED = {
  version: v.literal(2),
  /** Counted from 1. */
  sequence: count,
  /** SHA-256 of the previous record's file; absent in the first. */
  previous: v.exactOptional(digest),
  /** Server time, RFC 3339 in UTC. */
  time,
  /** What the ledger knows after this record, committed to: of the record's own section, and of all sections together. */
  state: members({ section: digest, ledger: digest }),
  /** Who signed, as its event demands, and the SHA-256 of the public key (DER, SubjectPublicKeyInfo). Absent: the ledger is advisory, and GitHub alone vouches for the record. */
  key: v.exactOptional(members({ signer: text, fingerprint: digest }))
}

/** The members that records of all events have. */
type Common = Readonly<v.InferOutput<v.ObjectSchema<typeof COMMON, undefined>>>

/** What the writer of a record of an event states; the chain adds `sequence`, `previous` and `time`. */
export type DraftOf<E extends LedgerEvent> = Common & { readonly event: E; readonly detail?: DetailOf<E> }

/** What the writer of a record states, whatever the event. */
export type RecordDraft = { [E in LedgerEvent]: DraftOf<E> }[LedgerEvent]

/** One record of an event, as its file holds it. */
export type RecordOf<E extends LedgerEvent> = DraftOf<E> &
  Readonly<v.InferOutput<v.ObjectSchema<typeof CHAINED, undefined>>>

/** One record of the ledger, as its file holds it. */
export type LedgerRecord = { [E in LedgerEvent]: RecordOf<E> }[LedgerEvent]

/** Where a record says that its release changes nothing. */
export function unchangedBy(record: RecordDraft): readonly UnchangedPlace[] {
  return record.event === 'released' ? (record.detail?.unchanged ?? []) : []
}

/** Whether a record tells how an environment's part of a run ended, and not what was done on the way. */
export function isEnding<T extends RecordDraft>(record: T): record is Extract<T, { readonly event: Ending }> {
  return !isStated(record.event)
}

/** A draft that nobody has compared with what its event may say. */
export type Statement = Common & { readonly event: LedgerEvent; readonly detail?: object }

const DETAILED = { event: v.picklist(EVENTS), detail: v.exactOptional(facts) }
const DRAFT = members({ ...COMMON, ...DETAILED })
/** The form of every record, but for what its event says in `detail`. */
export const RECORD = members({ ...CHAINED, ...COMMON, ...DETAILED })

/** A record, or where it is not one. */
export type ReadRecord =
  | { readonly ok: true; readonly record: LedgerRecord }
  | {
      readonly ok: false
      /** The member that is missing or malformed; `''`: the value is no object. */
      readonly misfit: string
    }

/** Reads a record from its JSON. Whether it is genuine, and in its place, is for the ledger to say. */
export function readRecord(value: unknown): ReadRecord {
  const misfit = findMisfit(RECORD, value) ?? detailMisfit(value as Statement)
  return misfit === undefined ? { ok: true, record: value as LedgerRecord } : { ok: false, misfit }
}

/**
 * Reads what is to become a record. Nothing can be taken off a ledger, so what no reader takes must never get onto it.
 * @throws UserError naming the member that is missing or malformed.
 */
export function parseDraft(statement: Statement): RecordDraft {
  const misfit = findMisfit(DRAFT, statement) ?? detailMisfit(statement)
  if (misfit === undefined) return statement as RecordDraft
  throw new UserError(
    `A record of "${statement.event}" cannot be written: its member "${misfit}" is missing or malformed.`
  )
}

function detailMisfit({ event, detail }: Statement): string | undefined {
  const misfit = detail === undefined ? undefined : findMisfit(DETAILS[event], detail)
  return misfit === undefined ? undefined : ['detail', misfit].filter(part => part !== '').join('.')
}
