import { code, plural } from '@sluice/core'
import { COUNTED_COMMITS } from '@sluice/git'
import { line } from './clip.ts'
import type { DossierFacts } from './facts.ts'

/** Commits shown at most; the rest is counted. */
const MOST = 30

/** What was committed since what is deployed now, and what of that goes. */
export function commitSection({ commits, reverted }: Pick<DossierFacts, 'commits' | 'reverted'>): readonly string[] {
  return [
    ...listed('Commits since then', commits),
    ...(reverted?.length === 0 ? [] : listed('Commits that go', reverted))
  ]
}

/** That a release goes back: what is deployed has more than it. Markdown, a sentence each. */
export function revertedWarnings({ reverted = [] }: Pick<DossierFacts, 'reverted'>): readonly string[] {
  if (reverted.length === 0) return []
  const many = reverted.length > COUNTED_COMMITS
  const count = many ? `more than ${COUNTED_COMMITS.toLocaleString('en')} commits` : plural(reverted.length, 'commit')
  return [
    `**This goes back:** ${count} of what is deployed ${reverted.length === 1 ? 'is' : 'are'} not in this release.`
  ]
}

function listed(title: string, commits: DossierFacts['commits']): readonly string[] {
  if (commits === undefined) return []
  const lines = commits
    .slice(0, MOST)
    .map(({ commit, subject, author }) => `- ${code(commit.slice(0, 12))} ${line(subject)} (${line(author)})`)
  // Beyond what is counted, a number would be wrong.
  const uncounted = commits.length > COUNTED_COMMITS
  const rest = uncounted ? 'many' : commits.length - MOST
  if (commits.length > MOST) lines.push(`- … and ${rest} more`)
  const count = uncounted ? `more than ${COUNTED_COMMITS.toLocaleString('en')}` : commits.length
  return [`### ${title}: ${count}`, lines.join('\n')]
}
