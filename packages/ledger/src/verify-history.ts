import { type Digest, sha256, UserError } from '@sluice/core'
import { git, isPartialClone, outputOf, PARTIAL, readBlobs } from '@sluice/git'
import { decodeHead, type HeadPointer } from './head.ts'
import { commitOf } from './ledger-files.ts'
import { HEAD_PATH, parseLedgerPath, recordPath } from './paths.ts'
import type { LedgerProblem } from './snapshot.ts'

interface Commit {
  readonly oid: string
  readonly parents: readonly string[]
  readonly changes: readonly { readonly status: string; readonly mode: string; readonly path: string }[]
}

/**
 * Checks how a ledger came to be, in git: one line of commits, each only adding files and rewriting what tells of the newest record, each bringing exactly the
 * records that `HEAD.json` counts, at least one, and naming the hash of the newest. What {@link verifyLedger} cannot see in the last commit alone (something removed and replaced, a
 * ledger rolled back to an earlier state) shows here.
 * @throws UserError when the branch does not exist.
 */
export async function verifyHistory(directory: string, branch: string, at?: string): Promise<readonly LedgerProblem[]> {
  const tip = await commitOf({ directory, branch, ...(at === undefined ? {} : { at }) })
  const commits = await readCommits(directory, tip)
  const heads = await readBlobs(
    directory,
    commits.map(({ oid }) => `${oid}:${HEAD_PATH}`)
  )
  if (heads.includes(undefined) && (await isPartialClone(directory)))
    throw new UserError(`The history of ${branch} is not in ${directory}. ${PARTIAL}`)
  const problems: LedgerProblem[] = [...(await cutOffProblems(directory, commits))]
  const pointers = heads.map(head => {
    const read = head === undefined ? undefined : decodeHead(head)
    return read?.ok === true ? read.head : undefined
  })
  const hashes = await hashNewest(directory, commits, pointers)
  let sequence = 0
  for (const [n, commit] of commits.entries()) {
    const head = pointers[n]
    const reached = head?.sequence
    const found = [
      ...lineProblems(commit, commits[n - 1]),
      ...changeProblems(commit),
      ...growthProblems(commit, { isFirst: n === 0, before: sequence, after: reached }),
      ...hashProblems(head, hashes[n])
    ]
    problems.push(
      ...found.map(problem => ({ ...problem, problem: `commit ${commit.oid.slice(0, 12)}: ${problem.problem}` }))
    )
    sequence = reached ?? sequence
  }
  return problems
}

/**
 * What a shallow clone holds back. Its oldest commit passes for the first one, with whatever files it has: nothing of before can be checked.
 * A shallow clone may still have the whole ledger, so the commit itself is asked whether it has parents.
 */
async function cutOffProblems(directory: string, commits: readonly Commit[]): Promise<readonly LedgerProblem[]> {
  const shallow = outputOf(
    await git(directory, ['rev-parse', '--is-shallow-repository']),
    `look at ${directory}`
  ).trim()
  if (shallow !== 'true') return []
  const problems: LedgerProblem[] = []
  for (const { oid, parents } of commits) {
    if (parents.length > 0) continue
    const content = outputOf(await git(directory, ['cat-file', 'commit', oid]), `read ${oid}`)
    if (!/^tree \w+\nparent /.test(content)) continue
    const problem = `commit ${oid.slice(0, 12)}: the clone is shallow, so earlier history is missing. Fetch it: git fetch --unshallow`
    problems.push({ path: HEAD_PATH, problem })
  }
  return problems
}

function* lineProblems(commit: Commit, before: Commit | undefined): Generator<LedgerProblem> {
  const expected = before === undefined ? '' : before.oid
  if (commit.parents.join(' ') !== expected) yield { path: HEAD_PATH, problem: 'history is not linear' }
}

function* changeProblems(commit: Commit): Generator<LedgerProblem> {
  for (const { status, mode, path } of commit.changes) {
    const rewrites = status === 'M' && isRewritten(path)
    if (status !== 'A' && !rewrites) yield { path, problem: `it was ${status === 'D' ? 'removed' : 'changed'}` }
    else if (mode !== '100644') yield { path, problem: `it has the mode ${mode}` }
  }
}

/** Whether a file tells of the newest record, and not of one alone: each commit may write it anew. */
function isRewritten(path: string): boolean {
  switch (parseLedgerPath(path)?.kind) {
    case 'head':
    case 'state':
    case 'newest':
    case 'newest-signature':
    case 'newest-token':
    case 'section-state':
    case 'index':
      return true
    default:
      return false
  }
}

/** How far the heads of a commit and of the one before it say that the ledger goes. */
interface Growth {
  /** The first commit opens the ledger: it may hold no record yet. */
  readonly isFirst: boolean
  readonly before: number
  readonly after: number | undefined
}

function* growthProblems(commit: Commit, { isFirst, before, after }: Growth): Generator<LedgerProblem> {
  if (after === undefined) {
    yield { path: HEAD_PATH, problem: 'it is missing or malformed' }
    return
  }
  const added = commit.changes
    .map(({ status, path }) => ({ status, parsed: parseLedgerPath(path) }))
    .flatMap(({ status, parsed }) => (status === 'A' && parsed?.kind === 'record' ? [parsed.sequence] : []))
    .sort((a, b) => a - b)
  // Counted, and not written out to be compared: the number is whatever somebody put into the file.
  if (added.length !== after - before || added.some((sequence, n) => sequence !== before + n + 1)) {
    yield {
      path: HEAD_PATH,
      problem: `it moved from ${before} to ${after}, but the commit adds records [${added.join(', ')}]`
    }
  } else if (added.length === 0 && !isFirst) yield { path: HEAD_PATH, problem: 'the commit adds no record' }
}

/** Whoever reads a ledger believes what its head names, at any commit: a lie that the next commit mends was believed in between. */
function* hashProblems(head: HeadPointer | undefined, found: Digest | undefined): Generator<LedgerProblem> {
  if (head?.hash === undefined || found === undefined || head.hash === found) return
  yield { path: HEAD_PATH, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${found}` }
}

/** Records that are in memory at once, to be hashed. */
const PAGE = 1000

/** Of each commit, the hash of the record that its head calls the newest; `undefined` where there is no such file. */
async function hashNewest(
  directory: string,
  commits: readonly Commit[],
  heads: readonly (HeadPointer | undefined)[]
): Promise<readonly (Digest | undefined)[]> {
  const hashes: (Digest | undefined)[] = []
  for (let start = 0; start < commits.length; start += PAGE) {
    const blobs = await readBlobs(
      directory,
      commits.slice(start, start + PAGE).map(({ oid }, n) => `${oid}:${recordPath(heads[start + n]?.sequence ?? 0)}`)
    )
    hashes.push(...blobs.map(blob => blob && sha256(blob)))
  }
  return hashes
}

/** All commits, oldest first, with what each changed against its first parent. */
async function readCommits(directory: string, tip: string): Promise<readonly Commit[]> {
  const args = [
    'log',
    '--reverse',
    '--topo-order',
    '--root',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    '--diff-merges=first-parent'
  ]
  const output = outputOf(await git(directory, [...args, '--format=commit %H %P', tip]), 'read the history')
  const commits: { oid: string; parents: string[]; changes: { status: string; mode: string; path: string }[] }[] = []
  for (const line of output.split('\n')) {
    const [, oid, parents] = /^commit (\w+) ?(.*)$/.exec(line) ?? []
    if (oid !== undefined && parents !== undefined) {
      commits.push({ oid, parents: parents === '' ? [] : parents.split(' '), changes: [] })
      continue
    }
    const [, mode, status, path] = /^:\d+ (\d+) \w+ \w+ (\w+)\t(.*)$/.exec(line) ?? []
    if (mode !== undefined && status !== undefined && path !== undefined)
      commits.at(-1)?.changes.push({ status, mode, path })
  }
  return commits
}
