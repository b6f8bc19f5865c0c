import type { Protection, Reviewer } from './gate-record.ts'
import { escapeMarkdown } from './markdown.ts'

/** Who lets a release into an environment; `dispatch` is a manual start: without reviewers no second person is involved. */
export const GATES = ['continuous', 'approval', 'dispatch'] as const
export type Gate = (typeof GATES)[number]

/** A gate as approvers and readers of a summary see it. Markdown. @param protection of the GitHub Environment. */
export function describeGate(gate: Gate, protection: Protection | undefined): string {
  const reviewers = protection?.reviewers ?? []
  if (gate === 'continuous') return 'continuous, no one is asked'
  const start = gate === 'dispatch' ? 'started by hand' : undefined
  if (reviewers.length === 0) return start === undefined ? 'no one can approve' : `${start}, no second person`
  return [
    ...(start === undefined ? [] : [start]),
    `one of ${escapeMarkdown(reviewers.map(reviewerName).join(', '))}`,
    ...(protection?.adminBypass === true ? ['administrators can bypass'] : []),
    'no one who started this, or wrote or committed a part of it'
  ].join('; ')
}

/** A reviewer as people know them: a login, or `team:<slug>`. */
export function reviewerName({ type, name }: Reviewer): string {
  return type === 'Team' ? `team:${name}` : name
}
