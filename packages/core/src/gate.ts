import { escapeMarkdown } from './markdown.ts'
import type { Protection } from './record.ts'

/** Who lets a release into an environment; `dispatch` is a manual start: no second person is involved. */
export const GATES = ['continuous', 'approval', 'dispatch'] as const
export type Gate = (typeof GATES)[number]

/** A gate as approvers and readers of a summary see it. Markdown. @param protection where the gate asks a reviewer. */
export function describeGate(gate: Gate, protection: Protection | undefined): string {
  if (protection === undefined)
    return gate === 'dispatch' ? 'started by hand, no second person' : 'continuous, no one is asked'
  return [
    `one of ${escapeMarkdown(protection.reviewers.join(', '))}`,
    ...(protection.adminBypass ? ['administrators can bypass'] : []),
    'the author cannot approve'
  ].join('; ')
}
