import * as v from 'valibot'
import { canonicalJson } from './canonical-json.ts'
import { visible } from './control-characters.ts'
import { cut } from './cut.ts'
import type { Digest } from './digest.ts'
import { digest, fits, listOf, members } from './shape.ts'

/** The form of {@link ChecksReport}. */
export const REPORT = members({
  version: v.literal(1),
  environment: v.string(),
  release: digest,
  checks: listOf(
    members({
      /** What was asked: a request, or a command of the product. */
      what: v.string(),
      passed: v.boolean(),
      seconds: v.number(),
      /** What came back instead, where it did not pass. */
      reason: v.exactOptional(v.string())
    })
  ),
  /** How many more there were than are listed. */
  more: v.exactOptional(v.number())
})

/** What acceptance checks asked of an environment, and what came back. */
export type ChecksReport = v.InferOutput<typeof REPORT>

/** How many checks a report lists, and how long their texts may be: nothing can be taken off a ledger. */
const [MOST_CHECKS, WHAT_LIMIT, REASON_LIMIT] = [200, 300, 500]

/**
 * How many bytes a report takes in the outputs of its job. The job that records gets them as one environment variable, of which Linux takes
 * 128 KiB (`MAX_ARG_STRLEN`): with more, its action does not even start, and no outcome is ever recorded.
 */
const PASSED_ON = 96 * 1024

/** The smallest share of the limits of texts: with it, each report that lists as much as it may is short enough. */
const LEAST_SHARE = 1 / 8

/** More characters than any report has. */
const REPORT_LIMIT = 1_000_000

/** Shorter secrets, and lines of secrets, would hide ordinary words. */
const SHORTEST_SECRET = 8

/** What of the checks goes on the ledger. @param secrets are hidden, wherever they or single lines of them stand. */
export function checksReport(
  of: { readonly environment: string; readonly release: Digest },
  checks: ChecksReport['checks'],
  secrets: readonly string[]
): ChecksReport {
  const hidden = hiddenTexts(secrets)
  for (let share = 1; ; share /= 2) {
    const report = reportWith(share, of, checks, hidden)
    // Once more as a text in JSON: the outputs of a job are passed on in that.
    if (share <= LEAST_SHARE || Buffer.byteLength(JSON.stringify(encodeChecks(report))) <= PASSED_ON) return report
  }
}

/** What of secrets is hidden: each whole and by its lines, the longest first, so that none leaves the rest of another behind. */
function hiddenTexts(secrets: readonly string[]): readonly string[] {
  return secrets
    .flatMap(secret => [secret, ...secret.split('\n').map(line => line.trim())])
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
}

/** A report whose texts may be as long as a share of their limits. */
function reportWith(
  share: number,
  { environment, release }: { readonly environment: string; readonly release: Digest },
  checks: ChecksReport['checks'],
  hidden: readonly string[]
): ChecksReport {
  const bounded = (text: string, limit: number): string => {
    const shown = hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    return cut(visible(shown), Math.floor(limit * share))
  }
  const more = checks.length - MOST_CHECKS
  // A report that lists none of those that failed would contradict how its job ended.
  const first = more > 0 ? checks.toSorted((a, b) => Number(a.passed) - Number(b.passed)) : checks
  return {
    version: 1,
    environment,
    release,
    checks: first.slice(0, MOST_CHECKS).map(({ what, passed, seconds, reason }) => ({
      what: bounded(what, WHAT_LIMIT),
      passed,
      seconds: Math.round(seconds * 10) / 10,
      ...(reason === undefined ? {} : { reason: bounded(reason, REASON_LIMIT) })
    })),
    ...(more > 0 ? { more } : {})
  }
}

/** How many checks a report is about, those that it does not list included. */
export function checksIn({ checks, more = 0 }: ChecksReport): number {
  return checks.length + more
}

/** The text of a report (RFC 8785). */
export function encodeChecks(report: ChecksReport): string {
  return canonicalJson(report)
}

/** Reads a report back; absent for anything that is not the one text of one. */
export function readChecks(text: string): ChecksReport | undefined {
  if (text.length > REPORT_LIMIT) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return fits(REPORT, value) && canonicalJson(value) === text ? value : undefined
  } catch {
    return undefined
  }
}
