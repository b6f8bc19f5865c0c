import { messageOf, UserError } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import type { AcceptDependencies, CheckResult } from './check-result.ts'

type HttpCheck = Environment['accept']['http'][number]

/** How long a check is tried again before it counts as failed, in milliseconds: what was just deployed may still be starting. */
const PATIENCE = 60_000

/** How long one answer may take, in milliseconds. */
const ANSWER_LIMIT = 10_000

/** Waits between two requests, in milliseconds: the first, and the longest. */
const FIRST = 250
const LONGEST = 5_000

/** Bytes of an answer that are looked at. */
const BODY_LIMIT = 1_000_000

/** Redirects that are followed: as many as browsers follow at most. */
const REDIRECT_LIMIT = 20

/** Asks all addresses, side by side, until they answer as delivery.yml says or patience ends. */
export async function runHttpChecks(
  checks: readonly HttpCheck[],
  base: string | undefined,
  dependencies: Pick<AcceptDependencies, 'clock' | 'log'>
): Promise<readonly CheckResult[]> {
  if (checks.length === 0) return []
  if (base === undefined) {
    throw new UserError(
      'delivery.yml has HTTP checks, but the environment has no URL. Set `url:` for it (it may contain ${unit.Output}).'
    )
  }
  return Promise.all(checks.map(async check => runHttpCheck(check, base, dependencies)))
}

async function runHttpCheck(
  check: HttpCheck,
  base: string,
  { clock, log }: Pick<AcceptDependencies, 'clock' | 'log'>
): Promise<CheckResult> {
  // A path below the environment's address, also when that has a path of its own, and never another address.
  const url = new URL(`./${check.path.replace(/^\/+/, '')}`, base.endsWith('/') ? base : `${base}/`)
  const started = clock.now()
  for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
    const reason = await problemWith(check, url)
    const elapsed = clock.now() - started
    const what = `GET ${url.pathname}`
    if (reason === undefined) {
      log.info(`${what}: as expected after ${(elapsed / 1000).toFixed(1)} s`)
      return { what, passed: true, seconds: elapsed / 1000 }
    }
    if (elapsed + wait > PATIENCE) return { what, passed: false, seconds: elapsed / 1000, reason }
    await clock.sleep(wait)
  }
}

async function problemWith(check: HttpCheck, url: URL): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_LIMIT)
    let at = url
    for (let redirects = 0; ; redirects += 1) {
      const answer = await fetch(at, { signal, redirect: 'manual' })
      const text = await startOf(answer)
      const to = answer.status === check.status ? undefined : targetOf(answer, at)
      if (to === undefined) return differenceOf(check, answer.status, text)
      if (to.origin !== url.origin)
        return `answered ${answer.status} and leads to ${to.origin}, which is not the environment. What another site answers says nothing about it: check a path that does not lead away, expect status ${answer.status}, or correct the \`url:\` of the environment`
      if (redirects === REDIRECT_LIMIT) return `leads on after ${REDIRECT_LIMIT} redirects`
      at = to
    }
  } catch (error: unknown) {
    // "fetch failed" says nothing; what it failed of does.
    return messageOf((error as { readonly cause?: unknown } | undefined)?.cause ?? error)
  }
}

function differenceOf(check: HttpCheck, status: number, text: string): string | undefined {
  if (status !== check.status) return `answered ${status} instead of ${check.status}`
  return check.contains === undefined || text.includes(check.contains)
    ? undefined
    : `the response does not contain ${JSON.stringify(check.contains)}`
}

/** The statuses that lead elsewhere (RFC 9110, section 15.4). */
const REDIRECTS = [301, 302, 303, 307, 308]

/** Where an answer leads, if it does. */
function targetOf(answer: Response, from: URL): URL | undefined {
  const location = answer.headers.get('location')
  if (location === null || !REDIRECTS.includes(answer.status) || !URL.canParse(location, from.href)) return undefined
  return new URL(location, from)
}

/** As much of an answer as is looked at; the rest is not even fetched. */
async function startOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= BODY_LIMIT) break
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8')
}
