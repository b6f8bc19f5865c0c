import { type AwsSession, type AwsTerms, assumeRole, type RunContext, roleSessionName } from '@sluice/core'
import { type Delivery, deliveryRoles } from '@sluice/delivery'

/** Whose hands a call is in: a role of design section 6, by what it may do. */
export type RolePurpose =
  | 'push'
  | 'pull'
  /** Reads what is anchored: the role `pull`, whatever else a step was told to assume. */
  | 'anchors'
  | { readonly environment: string; readonly may: 'plan' | 'deploy' | 'promote' | 'record' }

/** One session for each role and region of a run, however often it is asked for. */
export function roleSessions(options: {
  readonly policy: Delivery
  readonly run: Pick<RunContext, 'runId' | 'attempt'>
  readonly env: NodeJS.ProcessEnv
  readonly terms: AwsTerms
  /** Replaces the roles that go by convention. */
  readonly roleToAssume: string | undefined
}): (purpose: RolePurpose) => AwsSession {
  const { policy, run, env, terms, roleToAssume } = options
  const roles = deliveryRoles(policy)
  const sessions = new Map<string, AwsSession>()
  return purpose => {
    const { arn, region } = placeOf(roles, purpose)
    // What the ledger must hold is not for the workflow to say who says it.
    const roleArn = purpose === 'anchors' ? arn : (roleToAssume ?? arn)
    // One role may be given for places in several regions, and a session has the region of its place.
    const key = `${roleArn} ${region}`
    const known = sessions.get(key)
    if (known !== undefined) return known
    const sessionName = roleSessionName(policy.product, run.runId, run.attempt)
    const made = assumeRole({ roleArn, region, sessionName, env, terms })
    sessions.set(key, made)
    return made
  }
}

function placeOf(
  roles: ReturnType<typeof deliveryRoles>,
  purpose: RolePurpose
): { readonly arn: string; readonly region: string } {
  if (purpose === 'anchors') return roles.pull
  if (purpose === 'push' || purpose === 'pull') return roles[purpose]
  return roles.environment(purpose.environment)[purpose.may]
}
