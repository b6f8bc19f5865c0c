import { code } from '@sluice/core'
import { COUNTED_COMMITS } from '@sluice/git'
import { line } from './clip.ts'
import type { DossierFacts } from './facts.ts'

/** Commits shown at most; the rest is counted. */
const MOST = 30

/** What was committed since what is deployed now. */
export function commitSection(commits: DossierFacts['commits']): readonly string[] {
  if (commits === undefined) return []
  const lines = commits
    .slice(0, MOST)
    .map(({ commit, subject, author }) => `- ${code(commit.slice(0, 12))} ${line(subject)} (${line(author)})`)
  // Beyond what is counted, a number would be wrong.
  const uncounted = commits.length > COUNTED_COMMITS
  const rest = uncounted ? 'many' : commits.length - MOST
  if (commits.length > MOST) lines.push(`- … and ${rest} more`)
  const count = uncounted ? `more than ${COUNTED_COMMITS.toLocaleString('en')}` : commits.length
  return [`### Commits since then: ${count}`, lines.join('\n')]
}
