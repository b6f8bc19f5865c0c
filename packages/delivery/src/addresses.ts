import { accountOfEcrHost, formatReference, isLoopback, outputReferences, resolveOutputs } from '@sluice/core'

/**
 * What is wrong with a `registry.host`; nothing when credentials may be sent there: to this machine, or to the ECR of the
 * registry's own account. Another account's ECR is as foreign as any other host.
 */
export function registryHostProblem(host: string, accountId: string): string | undefined {
  const [, name = host, port] = /^([^\s/@:[\]]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/.exec(host) ?? []
  if (isLoopback(name) && Number(port ?? 0) <= 65_535) return undefined
  const owner = accountOfEcrHost(host)
  if (owner === accountId) return undefined
  return owner === undefined
    ? "credentials are never sent to a foreign host; allowed: the registry account's ECR (leave host out) or a loopback address"
    : `it belongs to account ${owner}; allowed: the ECR of the registry's own account ${accountId} (leave host out)`
}

/** What is wrong with an environment's url; nothing for https anywhere, http on this machine, and one that begins with an output. */
export function environmentUrlProblem(url: string): string | undefined {
  const { references, malformed } = outputReferences(url)
  const [first] = references
  if (malformed === undefined && first !== undefined && url.startsWith(formatReference(first))) return undefined
  // An output may be part of a host name: any legal label stands for it. What only looks like an output is a problem of its own.
  const text = resolveOutputs(malformed === undefined ? url : url.replace(malformed, 'output'), () => 'output') ?? url
  const allowed = 'allowed: an https:// URL, an http:// URL on a loopback address, or ${unit.Output}'
  if (!URL.canParse(text)) return allowed
  const parsed = new URL(text)
  if (parsed.username !== '' || parsed.password !== '')
    return 'a URL must not contain a user name or password: remove them'
  if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed.hostname))) return undefined
  return allowed
}
