import { UserError } from './errors.ts'
import { parseJsonInput } from './inputs.ts'

/** The result of a job, as GitHub's `needs` context has it. */
export const JOB_RESULTS = ['success', 'failure', 'cancelled', 'skipped'] as const

/** One entry of GitHub's `needs` context. */
export interface JobOutcome {
  readonly result: (typeof JOB_RESULTS)[number]
  /** A job that never ran has none. */
  readonly outputs?: Readonly<Record<string, string>>
}

/** Reads the `needs` context of a job, as the input `outcome` has it. @throws UserError for what is none. */
export function parseJobs(text: string): Readonly<Record<string, JobOutcome>> {
  const value = parseJsonInput(text, 'outcome')
  if (typeof value !== 'object' || value === null) throw new UserError('Input outcome must be `${{ toJSON(needs) }}`.')
  return Object.fromEntries(
    Object.entries(value).map(([name, job]) => {
      const { result, outputs } = job as { readonly result?: unknown; readonly outputs?: unknown }
      const known = JOB_RESULTS.find(candidate => candidate === result)
      if (known === undefined) {
        throw new UserError(
          `Input outcome: job ${name} has the result ${JSON.stringify(result)}. Pass \`\${{ toJSON(needs) }}\`.`
        )
      }
      return [name, { result: known, outputs: (outputs ?? {}) as Record<string, string> }]
    })
  )
}
