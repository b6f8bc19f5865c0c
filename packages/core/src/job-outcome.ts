import * as v from 'valibot'
import { UserError } from './errors.ts'
import { parseJsonInput } from './inputs.ts'
import { findMisfit, fits, mapOf, members } from './shape.ts'

/** The result of a job, as GitHub's `needs` context has it. */
const JOB_RESULTS = ['success', 'failure', 'cancelled', 'skipped'] as const

/** One entry of GitHub's `needs` context. */
export interface JobOutcome {
  readonly result: (typeof JOB_RESULTS)[number]
  /** A job that never ran has none. */
  readonly outputs?: Readonly<Record<string, string>>
}

/** Act writes outputs that are absent as `null`. */
const JOB = members({ result: v.picklist(JOB_RESULTS), outputs: v.exactOptional(v.nullable(mapOf(v.string()))) })

/** Reads the `needs` context of a job, as the input `outcome` has it. @throws UserError for what is none. */
export function parseJobs(text: string): Readonly<Record<string, JobOutcome>> {
  const value = parseJsonInput(text, 'outcome')
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError('Input outcome must be `${{ toJSON(needs) }}`.')
  return Object.fromEntries(
    Object.entries(value).map(([name, job]: readonly [string, unknown]) => {
      if (fits(JOB, job)) return [name, { result: job.result, outputs: job.outputs ?? {} }]
      const misfit = findMisfit(JOB, job) || 'result'
      const said = typeof job === 'object' && job !== null && 'result' in job ? job.result : undefined
      const problem =
        misfit === 'result'
          ? `job ${name} has the result ${JSON.stringify(said)}`
          : `${misfit} of job ${name} is malformed`
      throw new UserError(`Input outcome: ${problem}. Pass \`\${{ toJSON(needs) }}\`.`)
    })
  )
}
