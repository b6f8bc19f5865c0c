import { UserError } from './errors.ts'

const AWS = /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws|on\.aws)$/
const GITHUB = /(^|\.)(github\.com|githubusercontent\.com|ghe\.com)$/

/** Whether a host name (no port) is this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Checks that an endpoint may be sent credentials: AWS, GitHub, or this machine (promise 9). Plain HTTP is for loopback only.
 * @param what names the setting in the error, e.g. `AWS_ENDPOINT_URL`.
 * @param extra further hosts that are the vendor's own, e.g. the GitHub Enterprise server that runs the job.
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
  if (!loopback && !AWS.test(host) && !GITHUB.test(host) && !extra.includes(host)) {
    throw new UserError(
      `${what} points to ${host}, where credentials are never sent. Use a host of AWS or GitHub, or a loopback address.`
    )
  }
  if (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')) {
    throw new UserError(`${what} is ${text}: ${host} must be reached by https.`)
  }
  return url
}
