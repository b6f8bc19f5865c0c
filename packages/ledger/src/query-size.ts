import { GitHubError } from '@sluice/core'

/** Files asked for in one query; above it GitHub's limit on query time comes into reach. */
const FILES_PER_QUERY = 200

/**
 * What GitHub says of a query that would take it too much, beside a part of the answer (GitHub's changelog of 2025-09-01, "GraphQL API resource
 * limits"). How much that is it does not tell, and it changes (anuraghazra/github-readme-stats#4916).
 */
const TOO_MUCH = 'RESOURCE_LIMITS_EXCEEDED'

/** How many files a query asks for: fewer from the moment on that GitHub says that it was asked for too many. */
export class QuerySize {
  #most = FILES_PER_QUERY

  /**
   * Asks for as many files as one query may ask for.
   * @param wanted how many there are to ask for.
   * @param least how few the query makes sense for.
   */
  async ask<T>(wanted: number, least: 0 | 1, query: (count: number) => Promise<T>): Promise<T> {
    const count = Math.min(wanted, Math.max(this.#most, least))
    try {
      return await query(count)
    } catch (error: unknown) {
      if (count <= least || !(error instanceof GitHubError) || !error.types.includes(TOO_MUCH)) throw error
      this.#most = Math.floor(count / 2)
      return this.ask(wanted, least, query)
    }
  }
}
