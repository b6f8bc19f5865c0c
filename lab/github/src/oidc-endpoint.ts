import type { Hub } from './hub.ts'
import type { JsonObject } from './json.ts'
import type { OidcIssuer } from './oidc.ts'
import { Refusal } from './refusal.ts'

/**
 * Answers what belongs to OIDC: tokens for the jobs that have a key (ACTIONS_ID_TOKEN_REQUEST_TOKEN), and the public keys for everybody.
 * @returns `undefined` for any other path
 * @throws Refusal without a key
 */
export async function answerOidc(
  hub: Hub,
  issuer: OidcIssuer,
  url: URL,
  secret: string | undefined
): Promise<JsonObject | undefined> {
  switch (url.pathname) {
    case '/.well-known/openid-configuration':
      return issuer.discovery(hub.site)
    case '/.well-known/jwks':
      return issuer.jwks()
    case '/oidc/token': {
      const key = hub.idTokenKeys.get(secret ?? '')
      if (key === undefined) throw new Refusal(401, 'Bad credentials')
      const environment = url.searchParams.get('environment') ?? key.environment
      const jobWorkflowRef = url.searchParams.get('job_workflow_ref') ?? key.jobWorkflowRef
      const audience = url.searchParams.get('audience') ?? `${hub.site}/${key.repository.owner.login}`
      const value = await issuer.token({ ...key, environment, jobWorkflowRef }, audience, hub.site)
      return { count: value.length, value }
    }
    default:
      return undefined
  }
}
