/** The result of a job, as GitHub's `needs` context has it. */
export const JOB_RESULTS = ['success', 'failure', 'cancelled', 'skipped'] as const

/** One entry of GitHub's `needs` context. */
export interface JobOutcome {
  readonly result: (typeof JOB_RESULTS)[number]
  /** A job that never ran has none. */
  readonly outputs?: Readonly<Record<string, string>>
}
