import { isLoopback } from './trusted-hosts.ts'

/** Who issues the OIDC tokens of github.com (GitHub, "OpenID Connect reference"). */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'

/**
 * Who issues the OIDC tokens of this job: GitHub, a tenant of GitHub Enterprise Cloud with data residency, or a GitHub Enterprise server.
 * A stand-in on this machine is its own issuer.
 */
export function issuerOf(env: NodeJS.ProcessEnv): string {
  // Between a job and the API of a stand-in there may be something else: who hands out the tokens is the issuer.
  for (const address of [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['GITHUB_API_URL']])
    if (address !== undefined && URL.canParse(address) && isLoopback(new URL(address).hostname))
      return new URL(address).origin
  const server = env['GITHUB_SERVER_URL']
  if (server === undefined || server === '') return GITHUB_ISSUER
  const { hostname, origin } = new URL(server)
  if (hostname === 'github.com') return GITHUB_ISSUER
  return hostname.endsWith('.ghe.com') ? `https://token.actions.${hostname}` : `${origin}/_services/token`
}

/** Whether a token's `iss` is an issuer, or the same one under the name of an enterprise (`include_enterprise_slug`). */
export function isIssuer(claimed: string, issuer: string): boolean {
  if (claimed === issuer) return true
  return (
    issuer === GITHUB_ISSUER && claimed.startsWith(`${issuer}/`) && /^[\w-]+$/.test(claimed.slice(issuer.length + 1))
  )
}
