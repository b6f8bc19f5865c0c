import { type Relation, UserError } from '@sluice/core'
import { git, outputOf, parseCommit } from './git.ts'

/**
 * The commit that a branch stands at, and `undefined` when it does not exist. A clone that never checked the branch out has it as a
 * remote-tracking one.
 * @throws UserError when the directory is no git repository.
 */
export async function findBranch(directory: string, branch: string): Promise<string | undefined> {
  return (await tipOf(directory, localRef(branch))) ?? tipOf(directory, originRef(branch))
}

/**
 * How a branch of a clone stands to what was last fetched of it; absent unless the clone has both, at different commits. A local branch
 * does not move when origin's is fetched, so that whoever reads it may read old news.
 */
export async function againstOrigin(directory: string, branch: string): Promise<Relation | undefined> {
  const [local, origin] = [await tipOf(directory, localRef(branch)), await tipOf(directory, originRef(branch))]
  if (local === undefined || origin === undefined || local === origin) return undefined
  if (await isAncestor(directory, local, origin)) return 'behind'
  return (await isAncestor(directory, origin, local)) ? 'ahead' : 'diverged'
}

/** Every branch of a clone and of its origin, as last fetched, by name; of one that both have, the clone's own. @throws Failure */
export async function branchesOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const refs = ['refs/remotes/origin', 'refs/heads']
  const listed = await git(directory, ['for-each-ref', '--format=%(objectname) %(refname)', ...refs])
  const lines = outputOf(listed, `list the branches of ${directory}`).trim().split('\n')
  const found = lines.flatMap(line => {
    const [, oid, name] = /^(\w+) refs\/(?:heads|remotes\/origin)\/(.+)$/.exec(line) ?? []
    return oid === undefined || name === undefined || name === 'HEAD' ? [] : [[line, oid, name] as const]
  })
  const own = found.filter(([line]) => line.includes(' refs/heads/'))
  return new Map([...found, ...own].map(([, oid, name]) => [name, oid]))
}

/**
 * The commit that a branch of origin had when everything was fetched; `undefined` where that cannot be told: the clone is shallow, so that a
 * later fetch may have left the branch out, or lacks `known`, a commit that the repository has, so that it may be one of another repository.
 */
export async function fetchedTip(directory: string, branch: string, known: string): Promise<string | undefined> {
  const commits = [originRef(branch), parseCommit(known)].map(name => `${name}^{commit}`)
  const { code, stdout } = await git(directory, ['rev-parse', '--is-shallow-repository', ...commits])
  const [isShallow, tip] = stdout.toString('utf8').split('\n')
  return code === 0 && isShallow === 'false' ? tip : undefined
}

function localRef(branch: string): string {
  return `refs/heads/${branch}`
}

function originRef(branch: string): string {
  return `refs/remotes/origin/${branch}`
}

async function tipOf(directory: string, ref: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await git(directory, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  if (code === 0) return stdout.toString('utf8').trim()
  if (stderr !== '') throw new UserError(`${directory} is not a git repository that can be read: ${stderr.trim()}`)
  return undefined
}

async function isAncestor(directory: string, ancestor: string, commit: string): Promise<boolean> {
  return (await git(directory, ['merge-base', '--is-ancestor', ancestor, commit])).code === 0
}
