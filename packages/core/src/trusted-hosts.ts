import { UserError } from './errors.ts'
import { DUAL_STACK_PATTERN, SUFFIX_PATTERN } from './partition.ts'
import { ECR_HOST_PATTERN, REGION_PATTERN } from './region.ts'

/** The services that Sluice talks to, by the names that their endpoints have. */
const SERVICES = '(?:cloudformation|cloudfront|dynamodb|(?:api\\.)?ecr|ecs|kms|lambda|logs|s3|ssm|sts)(?:-fips)?'

/**
 * AWS's own service endpoints ("AWS service endpoints", General Reference), by service. A name below these domains may as well be a
 * customer's machine, function, API or bucket: `api.s3.amazonaws.com` is the bucket `api`, and `s3-website-…` serves anybody's pages.
 */
const AWS = [
  new RegExp(`^${SERVICES}(?:\\.(?:dualstack\\.)?${REGION_PATTERN})?\\.${SUFFIX_PATTERN}$`),
  new RegExp(`^${SERVICES}\\.${REGION_PATTERN}\\.${DUAL_STACK_PATTERN}$`),
  new RegExp(`^${ECR_HOST_PATTERN}$`)
]

/** GitHub's API, and its services of Actions, which issue OIDC tokens. */
const GITHUB = [/^api\.github\.com$/, /^(?:[a-z0-9-]+\.)*actions\.githubusercontent\.com$/]

/** Whether a host name (no port) is this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Checks that an endpoint may be sent credentials: AWS, GitHub, or this machine (promise 9). Plain HTTP is for loopback only.
 * @param what names the setting in the error, e.g. `AWS_ENDPOINT_URL`.
 * @param extra further hosts that are the vendor's own, e.g. the GitHub that runs the job where that is not github.com; `*.` before one stands for
 *   whatever is below it.
 * @throws UserError naming setting, host and what is allowed.
 */
export function parseTrustedUrl(text: string, what: string, extra: readonly string[] = []): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new UserError(
      `${what} is ${JSON.stringify(text)}, which is not a URL. Give an https:// address or remove it.`
    )
  }
  const host = url.hostname
  const loopback = isLoopback(host)
  if (!loopback && ![...AWS, ...GITHUB].some(known => known.test(host)) && !extra.some(it => isOf(it, host))) {
    throw new UserError(
      `${what} points to ${host}, where credentials are never sent. Use a host of AWS or GitHub, or a loopback address.`
    )
  }
  if (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')) {
    throw new UserError(`${what} is ${text}: ${host} must be reached over https.`)
  }
  return url
}

function isOf(allowed: string, host: string): boolean {
  return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed
}

/**
 * The hosts of the GitHub that runs this job (`GITHUB_SERVER_URL`): a GitHub Enterprise server, or a tenant of GitHub Enterprise Cloud with
 * data residency, whose API is at `api.<host>`, and whose services of Actions are below `actions.<host>`: the OIDC issuer is `token.actions.<host>`, and
 * jobs are told other hosts there to ask for tokens (GitHub's "Network details for GHE.com").
 */
export function ownGitHubHosts(env: NodeJS.ProcessEnv): readonly string[] {
  const server = env['GITHUB_SERVER_URL']
  if (server === undefined || server === '') return []
  const { hostname } = new URL(server)
  const actions = hostname.endsWith('.ghe.com') ? `*.actions.${hostname}` : `token.actions.${hostname}`
  return [hostname, `api.${hostname}`, actions]
}
