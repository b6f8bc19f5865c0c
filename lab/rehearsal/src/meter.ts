import type { DeliveryEvent } from './delivery-event.ts'
import type { World } from './world.ts'

/** What a delivery asks of others: calls of GitHub's API that count against a quota, requests to AWS, and jobs, which GitHub bills. */
export interface Calls {
  readonly github: { readonly rest: number; readonly graphql: number }
  readonly aws: number
  readonly jobs: number
}

/** So often a job called a route of GitHub's API. */
export interface RouteCount {
  readonly job: string
  /** `GET /repos/{owner}/{repo}`, or the name of a GraphQL operation. */
  readonly route: string
  readonly count: number
}

/** Counts what deliveries ask of others. */
export interface Meter {
  /** Is to be told of every event of the deliveries. */
  see(event: DeliveryEvent): void
  /** So much so far. */
  read(): Calls
  /** The calls of GitHub's API so far, by job and route, the most first. */
  routes(): readonly RouteCount[]
}

/**
 * Counts from now on, where the calls arrive: at the stand-in for GitHub, and at the proxy through which the steps, and nothing else,
 * reach AWS.
 */
export function startMeter({ github, calls: aws }: Pick<World, 'github' | 'calls'>): Meter {
  const before = { github: github.calls.length, aws: aws.requests.length }
  let jobs = 0
  return {
    see(event) {
      if (event.kind === 'job-finished') jobs += 1
    },
    read() {
      const since = github.calls.slice(before.github)
      const rest = since.filter(({ kind }) => kind === 'rest').length
      return {
        github: { rest, graphql: since.length - rest },
        aws: aws.requests.length - before.aws,
        jobs
      }
    },
    routes() {
      const counts = new Map<string, RouteCount>()
      for (const { agent, route } of github.calls.slice(before.github)) {
        // The client tells its job: `sluice (deploy) …`.
        const job = /^sluice \(([^)]*)\)/.exec(agent)?.[1] ?? agent
        const key = `${job} ${route}`
        counts.set(key, { job, route, count: (counts.get(key)?.count ?? 0) + 1 })
      }
      return [...counts.values()].sort(
        (a, b) => b.count - a.count || (`${a.job}${a.route}` < `${b.job}${b.route}` ? -1 : 1)
      )
    }
  }
}

/** The calls in one line. */
export function describeCalls({ github, aws, jobs }: Calls): string {
  const { rest, graphql } = github
  return `calls: ${rest + graphql} of GitHub (${rest} REST, ${graphql} GraphQL), ${aws} of AWS; ${jobs} jobs`
}
