import { git, isPartialClone } from './git.ts'
import { findGitFolder } from './isolated-view.ts'

/** What a clone tells of the branch that rules: its past, and how far that can be believed. */
export interface DefaultBranch {
  /**
   * The commits that the branch stood at, oldest first, each with its place: from its tip back along first parents. What a pull request brought was
   * never in force by itself, as part of a merge, whatever it says.
   */
  readonly places: ReadonlyMap<string, number>
  /** All that its tip is built on: also what was merged, and tips that a merge in the other direction took off the line. */
  readonly merged: ReadonlySet<string>
  /** Whether a commit that is not among them was never on the branch. */
  readonly isWhole: boolean
  /** Whether files of its commits may be missing. */
  readonly isPartial: boolean
  /** What it is called; none where the clone does not say so. */
  readonly names: readonly string[]
  /** The commits of the line that changed a file, oldest first. */
  readonly changesOf: (path: string) => Promise<readonly string[]>
}

/** A branch that a clone tells nothing of. */
export const NO_BRANCH: DefaultBranch = {
  ...{ places: new Map(), merged: new Set(), isWhole: false, isPartial: false, names: [] },
  changesOf: async () => []
}

const ORIGIN_HEAD = 'refs/remotes/origin/HEAD'

/**
 * Reads the branch that origin calls the default one; of a bare clone, or one without origin, its own.
 * @param options.branch of the ledger: a clone of that alone has no other.
 */
export async function readDefaultBranch({
  directory,
  branch
}: {
  readonly directory: string
  readonly branch?: string
}): Promise<DefaultBranch> {
  for (const ref of [ORIGIN_HEAD, 'HEAD']) {
    const past = await readPast(directory, ref)
    if (past === undefined) continue
    const name = await targetOf(directory, ref)
    if (branch !== undefined && name === branch) break
    // In a work tree without origin's word, HEAD is whatever somebody works on.
    const isNamed = ref !== 'HEAD' || (await findGitFolder(directory))?.workTree === undefined
    return { ...past, names: isNamed && name !== undefined ? [name] : [] }
  }
  return NO_BRANCH
}

/** What a clone takes for origin's default branch, which stays what it was when origin's gets another name; `undefined` where it does not say. */
export async function originHead(directory: string): Promise<string | undefined> {
  return targetOf(directory, ORIGIN_HEAD)
}

/** The past of a commit, of which the default branch is known to be at it; `undefined` where the clone does not have it. */
export async function readPast(directory: string, commit: string): Promise<DefaultBranch | undefined> {
  const { code, stdout } = await git(directory, ['rev-list', '--topo-order', '--parents', commit, '--'])
  if (code !== 0) return undefined
  const lines = stdout.toString('utf8').trim().split('\n')
  const parents = new Map(lines.map(it => [it.split(' ', 1)[0] ?? '', it.split(' ', 2)[1]]))
  const [tip = commit] = parents.keys()
  const line: string[] = []
  for (let at: string | undefined = tip; at !== undefined; at = parents.get(at)) line.push(at)
  return {
    places: new Map(line.toReversed().map((it, place) => [it, place])),
    merged: new Set(parents.keys()),
    isWhole: (await answerOf(directory, ['rev-parse', '--is-shallow-repository'])) === 'false',
    isPartial: await isPartialClone(directory),
    names: [],
    changesOf: async path => {
      const args = ['rev-list', '--first-parent', '--reverse', tip, '--', path]
      return (await answerOf(directory, args))?.split('\n').filter(it => it !== '') ?? []
    }
  }
}

async function targetOf(directory: string, ref: string): Promise<string | undefined> {
  const target = await answerOf(directory, ['symbolic-ref', '--quiet', ref])
  return target?.replace(/^refs\/(?:heads|remotes\/origin)\//, '')
}

async function answerOf(directory: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await git(directory, args)
  return code === 0 ? stdout.toString('utf8').trim() : undefined
}
