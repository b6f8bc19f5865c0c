import * as v from 'valibot'
import { members } from './shape.ts'

const COMMIT = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))

/** The form of {@link Suite}. */
export const SUITE = members({
  /** `owner/name` */
  repository: v.pipe(v.string(), v.nonEmpty()),
  commit: v.exactOptional(COMMIT),
  /** Where an action was used by itself, by the name of a tag or a branch. */
  ref: v.exactOptional(v.string())
})

/** Which Sluice ran: its repository, and the commit of it. */
export type Suite = v.InferOutput<typeof SUITE>

/**
 * Which Sluice the running action is of, by GitHub's runner. It sets the two variables after everything that a workflow or an earlier step can
 * set, from what it downloaded the action by (runner 2.336.0, ActionRunner.cs and NodeScriptActionHandler.cs). For `$/actions/…` that is the
 * commit of the workflow that holds the job. In a checkout of Sluice itself (`./actions/…`) there are none.
 */
export function readSuite(env: NodeJS.ProcessEnv): Suite | undefined {
  const { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' } = env
  if (repository === '' || ref === '') return undefined
  return v.is(COMMIT, ref) ? { repository, commit: ref } : { repository, ref }
}
