import {
  type Digest,
  EVENT_RULES,
  EVENTS,
  type Inputs,
  isStated,
  type JobOutcome,
  type LedgerPlace,
  parseDigest,
  parseJobs,
  parsePlace,
  type StatedEvent,
  UserError
} from '@sluice/core'
import { type Facts, parseFacts } from './facts.ts'

/** What record-audit is asked to write: events as they happen, or the outcome of an environment's jobs. */
export type RecordInputs = {
  /** How far the ledger was when a job before this one wrote to it. */
  readonly after?: LedgerPlace
} & (
  | {
      readonly kind: 'events'
      readonly events: readonly StatedEvent[]
      readonly release: Digest | undefined
      readonly environment: string | undefined
      readonly unit: { readonly name: string; readonly digest: Digest; readonly fingerprint: Digest } | undefined
      readonly plan: Digest | undefined
      readonly planPath: string | undefined
      readonly dossierPath: string | undefined
      readonly detail: Facts | undefined
      /** A file of them, in the place of `detail`. */
      readonly detailPath?: string
    }
  | {
      readonly kind: 'adoption'
      readonly unit: string
      readonly digest: Digest
      readonly reason: string
      readonly checked: string
      readonly release: undefined
      readonly environment: undefined
    }
  | {
      readonly kind: 'repair'
      readonly reason: string
      /** Only says what would be left out, and writes nothing. */
      readonly preview: boolean
      /** What the reviewer was shown, as a preview named it. */
      readonly shown?: Digest
      readonly release: undefined
      /** Absent: what belongs to no environment is repaired. */
      readonly environment: string | undefined
    }
  | {
      readonly kind: 'outcome'
      readonly jobs: Readonly<Record<string, JobOutcome>>
      /** What the acceptance checks came to that this very job ran. Absent: a job of their own ran them, or none did. */
      readonly accepted?: JobOutcome
      readonly release: Digest
      readonly environment: string
    }
)

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = [
  'event',
  'outcome',
  'config',
  'github-token',
  'role-to-assume',
  'after',
  'release',
  'environment',
  'unit',
  'digest',
  'fingerprint',
  'plan-digest',
  'plan-path',
  'dossier-path',
  'reason',
  'checked',
  'preview',
  'shown',
  'detail',
  'detail-path'
] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing, malformed or contradictory. */
export function readInputs(inputs: Inputs<InputName>): RecordInputs {
  const after = inputs.optional('after')
  const request = readRequest(inputs)
  return after === undefined ? request : { ...request, after: parsePlace(after, 'Input after') }
}

function readRequest(inputs: Inputs<InputName>): RecordInputs {
  const event = inputs.optional('event')
  const outcome = inputs.optional('outcome')
  if ((event === undefined) === (outcome === undefined))
    throw new UserError('Give exactly one of the inputs event and outcome.')
  const release = inputs.optional('release')
  const environment = inputs.optional('environment')

  if (outcome !== undefined) {
    if (release === undefined || environment === undefined)
      throw new UserError('The input outcome requires the inputs release and environment.')
    return { kind: 'outcome', jobs: parseJobs(outcome), release: parseDigest(release, 'Input release'), environment }
  }
  const events = parseEvents(event ?? '')
  if (events.includes('adopted')) return readAdoption(inputs, events)
  if (events.includes('repaired')) return readRepair(inputs, events)
  const plan = inputs.optional('plan-digest')
  // Nothing can be taken off the ledger: a deployment of no release would need no intent, and stay there.
  const incomplete = events.find(it => it === 'released' || EVENT_RULES[it].needsRelease)
  if (release === undefined && incomplete !== undefined)
    throw new UserError(
      `The event ${incomplete} requires the input release: the digest of the release that it is about.`
    )
  const reason = inputs.optional('reason')
  const given = inputs.optional('detail')
  const detail = given === undefined ? undefined : parseFacts(given, 'Input detail')
  const detailPath = inputs.optional('detail-path')
  if (detail !== undefined && detailPath !== undefined)
    throw new UserError('Give at most one of the inputs detail and detail-path.')
  if (events.includes('withdrawn')) requireWithdrawal(environment, reason)
  requireJudgedAlone(events)
  return {
    kind: 'events',
    events,
    release: release === undefined ? undefined : parseDigest(release, 'Input release'),
    environment,
    unit: readUnit(inputs),
    plan: plan === undefined ? undefined : parseDigest(plan, 'Input plan-digest'),
    planPath: inputs.optional('plan-path'),
    dossierPath: inputs.optional('dossier-path'),
    detail: reason === undefined ? detail : { ...detail, reason },
    ...(detailPath === undefined ? {} : { detailPath })
  }
}

/**
 * What a step may state. Outcomes are not stated but derived, from the jobs and the ledger (input outcome): a record that says `accepted` must
 * not be had for the asking.
 */
const STATEMENTS = EVENTS.filter(isStated)

function parseEvents(text: string): readonly StatedEvent[] {
  return text.split(',').map(part => {
    const event = STATEMENTS.find(candidate => candidate === part.trim())
    if (event === undefined)
      throw new UserError(
        `Input event contains ${JSON.stringify(part.trim())}. Allowed: ${STATEMENTS.join(', ')}; outcomes are derived from the input outcome.`
      )
    return event
  })
}

/** Whoever takes back an acceptance says where, and why: it is read when nobody remembers. */
function requireWithdrawal(environment: string | undefined, reason: string | undefined): void {
  if (environment === undefined || (reason ?? '').trim() === '')
    throw new UserError(
      'The event withdrawn requires the inputs environment and reason: where the release is withdrawn, and why.'
    )
}

/** What is recorded together where it happens together: one job builds a unit and tests it. */
const TOGETHER: readonly StatedEvent[] = ['built', 'tested']

/**
 * What is looked at before an event is recorded is looked at for that event alone: an intent beside its own plan would be a release that enters
 * without anybody's approval, and a deployment beside its own intent one that never was.
 */
function requireJudgedAlone(events: readonly StatedEvent[]): void {
  const other = events.findLast(event => !TOGETHER.includes(event))
  if (other !== undefined && events.length > 1)
    throw new UserError(`The event ${other} is recorded by itself. Record the other events in another step.`)
}

/** Whoever says that something was built as it should be says why it counts, and how that was checked. */
function readAdoption(
  inputs: Inputs<InputName>,
  events: readonly StatedEvent[]
): Extract<RecordInputs, { kind: 'adoption' }> {
  const [reason, checked] = [inputs.optional('reason') ?? '', inputs.optional('checked') ?? '']
  if (reason.trim() === '' || checked.trim() === '')
    throw new UserError(
      'The event adopted requires the inputs reason and checked: why the digest counts as built, and who built it and how that was checked.'
    )
  requireJudgedAlone(events)
  const unit = inputs.required('unit')
  const digest = parseDigest(inputs.required('digest'), 'Input digest')
  return { kind: 'adoption', unit, digest, reason, checked, release: undefined, environment: undefined }
}

/** Whoever leaves records out says why, though each of them has to be invalid. */
function readRepair(
  inputs: Inputs<InputName>,
  events: readonly StatedEvent[]
): Extract<RecordInputs, { kind: 'repair' }> {
  const reason = inputs.optional('reason') ?? ''
  if (reason.trim() === '')
    throw new UserError('The event repaired requires the input reason: what happened to the ledger.')
  requireJudgedAlone(events)
  const preview = inputs.optional('preview') ?? 'false'
  if (preview !== 'true' && preview !== 'false')
    throw new UserError(`Input preview is ${JSON.stringify(preview)}. Give true or false.`)
  const shown = preview === 'true' ? undefined : inputs.optional('shown')
  return {
    ...{ kind: 'repair', reason, preview: preview === 'true' },
    ...{ release: undefined, environment: inputs.optional('environment') },
    ...(shown === undefined ? {} : { shown: parseDigest(shown, 'Input shown') })
  }
}

function readUnit(
  inputs: Inputs<InputName>
): { readonly name: string; readonly digest: Digest; readonly fingerprint: Digest } | undefined {
  const name = inputs.optional('unit')
  if (name === undefined) return undefined
  return {
    name,
    digest: parseDigest(inputs.required('digest'), 'Input digest'),
    fingerprint: parseDigest(inputs.required('fingerprint'), 'Input fingerprint')
  }
}
