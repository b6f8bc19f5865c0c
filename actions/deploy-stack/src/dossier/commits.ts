import { code } from '@sluice/core'
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
  if (commits.length > MOST) lines.push(`- … and ${commits.length - MOST} more`)
  return [`### Commits since then: ${commits.length}`, lines.join('\n')]
}
