import type { Clock } from '@sluice/core'
import type { Anchor, AnchorReader, Section } from '@sluice/ledger'

/** How long an answer is taken for the newest anchor, in milliseconds. */
const FRESH = 60_000

/**
 * Anchors, of which a process does not ask again for a minute. A ledger that holds what is anchored now holds what was anchored a minute ago, so a look
 * loses no more by this than by having come so much sooner; whoever waits looks anew, and an append asks by itself.
 */
export function rememberingAnchors(anchors: AnchorReader, clock: Pick<Clock, 'now'>): AnchorReader {
  const answers = new Map<Section, { readonly at: number; readonly answer: Promise<Anchor | undefined> }>()
  return {
    async newest(section) {
      const known = answers.get(section)
      if (known !== undefined && clock.now() - known.at < FRESH) return known.answer
      const answer = anchors.newest(section)
      answers.set(section, { at: clock.now(), answer })
      answer.catch(() => answers.delete(section))
      return answer
    }
  }
}
