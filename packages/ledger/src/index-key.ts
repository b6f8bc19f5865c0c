import { canonicalJson, type Digest, hexOf, type RecordDraft, sha256 } from '@sluice/core'

/** What the index answers in one lookup, whatever the length of the ledger: a question and what it is about. */
export type Question =
  /** The record of a build, or of what counts as one. */
  | readonly ['built' | 'tested' | 'adopted', unit: string, fingerprint: Digest, digest: Digest]
  /** The newest record with which a run adopted something. */
  | readonly ['adopted-by', run: string]
  /** The first record that announced a release. */
  | readonly ['released', release: Digest]
  /** The newest record of a release that changes nothing in an environment. */
  | readonly ['same', environment: string]
  /** The newest record with which a run announced a plan in the environment. */
  | readonly ['plan', event: string, run: string, plan: Digest]
  /** The newest record of a run's deployment of a release to the environment: that it began, is done, or stopped halfway. */
  | readonly ['started' | 'deployed' | 'partial', run: string, release: Digest]
  /** The newest record that accepted a release in the environment, found it unchanged, took its acceptance back, or withdrew it. */
  | readonly ['accepted' | 'unchanged' | 'undone' | 'withdrawn', release: Digest]
  /** The first acceptance of a release in the environment since it was last taken back. */
  | readonly ['accepted-since', release: Digest]
  /** The newest record that tells the end of an attempt of a run in the environment. */
  | readonly ['ended', run: string, attempt: number]
  /** The record of a statement: see {@link identityOf}. */
  | readonly ['identity', ...parts: readonly (string | number | null)[]]

/** The key of a question in the index of a section: 64 hex digits. */
export type IndexKey = string

/** SHA-256 of the question as canonical JSON: keys spread evenly, and nobody chooses where theirs lies. */
export function indexKey(question: Question): IndexKey {
  return hexOf(sha256(canonicalJson(question)))
}

/**
 * What makes two records the same statement: run, attempt, job and event, with product, unit and environment. A job withdraws as many releases
 * as it likes (GitHub has one name for all jobs of a matrix), so that the release belongs to a withdrawal.
 */
export function identityOf({ product, run, event, environment, unit, release }: RecordDraft): IndexKey {
  return indexKey([
    'identity',
    product,
    run.repository,
    run.id,
    run.attempt,
    run.job,
    event,
    environment ?? null,
    unit?.name ?? null,
    ...(event === 'withdrawn' ? [release?.digest ?? null] : [])
  ])
}
