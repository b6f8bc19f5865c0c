import { ownGitHubHosts, parseTrustedUrl, type RunContext } from '@sluice/core'
import type { Remote } from '@sluice/git'

/**
 * Where git finds the repository of a run, if that may be told its token: at the GitHub whose API the token is for. Who names another server
 * (`GITHUB_SERVER_URL`) than the one that belongs to the API (`GITHUB_API_URL`) gets none.
 */
export function gitServer(
  { serverUrl, repository }: Pick<RunContext, 'serverUrl' | 'repository'>,
  env: NodeJS.ProcessEnv,
  token: string | undefined
): Remote | undefined {
  if (token === undefined) return undefined
  const server = new URL(serverUrl)
  const api = new URL(env['GITHUB_API_URL'] ?? 'https://api.github.com')
  // github.com and its tenants have a name of its own for the API; servers of an enterprise, and the stand-in, answer both.
  if (api.host !== server.host && api.host !== `api.${server.host}`) return undefined
  parseTrustedUrl(serverUrl, 'GITHUB_SERVER_URL', ownGitHubHosts({ GITHUB_SERVER_URL: serverUrl }))
  return { url: `${server.origin}/${repository}`, token }
}
