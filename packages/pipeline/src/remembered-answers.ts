import type { Clock, GitHub } from '@sluice/core'

/** How long an answer is taken for the same, in milliseconds: the parts of one step follow each other at once, but they may wait for others. */
const FRESH = 2 * 60_000

/** How queries begin that ask who wrote commits. */
export const CO_AUTHORS = 'query CoAuthors'

/** What does not change by what a run does: how GitHub Environments are protected, and who wrote commits. */
const REMEMBERED = /^\/repos\/[^/]+\/[^/]+\/(?:environments|compare|commits)\//

/**
 * GitHub, not asked again by a process for what it has just said. Whatever a run waits for (approvals, jobs, other runs, the ledger) is asked
 * anew each time; and so is everything, once it is older than two minutes.
 */
export function rememberingAnswers(github: GitHub, clock: Pick<Clock, 'now'>): GitHub {
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>()
  const remember = async (question: string, ask: () => Promise<unknown>): Promise<unknown> => {
    const known = answers.get(question)
    if (known !== undefined && clock.now() - known.at < FRESH) return known.answer
    const answer = ask()
    answers.set(question, { at: clock.now(), answer })
    // Nothing to remember: a failure, and what is not there yet.
    const forget = (): boolean => answers.delete(question)
    answer.then(found => found ?? forget(), forget)
    return answer
  }
  return {
    ...github,
    get: async path => (REMEMBERED.test(path) ? remember(path, async () => github.get(path)) : github.get(path)),
    async graphql(query, variables) {
      const ask = async (): Promise<unknown> => github.graphql(query, variables)
      return query.startsWith(CO_AUTHORS) ? remember(JSON.stringify([query, variables]), ask) : ask()
    }
  }
}
