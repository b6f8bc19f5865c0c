import type { Clock, GitHub } from '@sluice/core'

/** How long an answer is taken for the same, in milliseconds: the parts of one step follow each other at once, but they may wait for others. */
const FRESH = 2 * 60_000

/** What does not change by what a run does: how GitHub Environments are protected, and who wrote commits. */
const REMEMBERED = /^\/repos\/[^/]+\/[^/]+\/(?:environments|compare|commits)\//

/**
 * GitHub, not asked again by a process for what it has just said. Whatever a run waits for (approvals, jobs, other runs, the ledger) is asked
 * anew each time; and so is everything, once it is older than two minutes.
 */
export function rememberingAnswers(github: GitHub, clock: Pick<Clock, 'now'>): GitHub {
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>()
  return {
    ...github,
    async get(path) {
      if (!REMEMBERED.test(path)) return github.get(path)
      const known = answers.get(path)
      if (known !== undefined && clock.now() - known.at < FRESH) return known.answer
      const answer = github.get(path)
      answers.set(path, { at: clock.now(), answer })
      // Nothing to remember: a failure, and what is not there yet.
      const forget = (): boolean => answers.delete(path)
      answer.then(found => found ?? forget(), forget)
      return answer
    }
  }
}
