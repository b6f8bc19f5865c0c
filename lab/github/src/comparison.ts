import type { Relation } from '@sluice/core'
import { commitJson, fileJson, parseCommit } from './commit.ts'
import type { GitObject } from './object-reader.ts'
import { notFound, Refusal } from './refusal.ts'
import { apiUrl, htmlUrl } from './repository.ts'
import { type Answer, json, type RouteRequest } from './route.ts'
import { paged } from './run-routes.ts'

/** What GitHub shows of a comparison on one page. */
const MOST_COMMITS = 250
const MOST_FILES = 300

/** How two commits relate, seen from the base. */
export function relation(aheadBy: number, behindBy: number): Relation {
  if (aheadBy > 0) return behindBy > 0 ? 'diverged' : 'ahead'
  return behindBy > 0 ? 'behind' : 'identical'
}

/** GET compare/{base}...{head} */
export async function compare({ repository, parameter, query }: RouteRequest): Promise<Answer> {
  const { git } = repository
  const basehead = parameter('basehead')
  const [baseName, headName, more] = basehead.split('...')
  if (!baseName || !headName || more !== undefined) throw notFound()
  const [base, head] = await Promise.all([git.commitOf(baseName), git.commitOf(headName)])
  if (base === undefined || head === undefined) throw notFound()
  const mergeBase = await git.mergeBase(base.oid, head.oid)
  if (mergeBase === undefined) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`)

  const { onlyA: behindBy, onlyB: aheadBy } = await git.distance(base.oid, head.oid)
  const page = paged(await git.between(base.oid, head.oid), query, MOST_COMMITS, MOST_COMMITS)
  const [ancestor, ...commits] = await Promise.all([mergeBase, ...page].map(async oid => git.commitOf(oid)))
  if (ancestor === undefined) throw notFound()
  const show = (object: GitObject): unknown => commitJson(repository, parseCommit(object))
  const html = `${htmlUrl(repository)}/compare/${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`
  return json({
    url: `${apiUrl(repository)}/compare/${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: show(base),
    merge_base_commit: show(ancestor),
    status: relation(aheadBy, behindBy),
    ahead_by: aheadBy,
    behind_by: behindBy,
    total_commits: aheadBy,
    commits: commits.filter(commit => commit !== undefined).map(show),
    files: (await git.changes(mergeBase, head.oid))
      .slice(0, MOST_FILES)
      .map(file => fileJson(repository, head.oid, file))
  })
}
