import { Failure, runCommand, UserError } from '@sluice/core'

/** Runs git on a repository. @throws Failure with git's own words. */
export async function git(directory: string, args: readonly string[], input?: string): Promise<Buffer> {
  const result = await runCommand('git', ['-C', directory, ...args], input === undefined ? {} : { input })
  if (result.code !== 0) {
    throw new Failure(`git ${args[0]} in ${directory} failed with exit code ${result.code}: ${result.stderr.trim()}`)
  }
  return result.stdout
}

/**
 * The commit that a branch stands at, and `undefined` when it does not exist. A clone that never checked the branch out has it as a
 * remote-tracking one.
 * @throws UserError when the directory is no git repository.
 */
export async function findBranch(directory: string, branch: string): Promise<string | undefined> {
  for (const ref of [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`]) {
    const { code, stdout, stderr } = await runCommand('git', [
      '-C',
      directory,
      'rev-parse',
      '--verify',
      '--quiet',
      `${ref}^{commit}`
    ])
    if (code === 0) return stdout.toString('utf8').trim()
    if (stderr !== '') throw new UserError(`${directory} is not a git repository that can be read: ${stderr.trim()}`)
  }
  return undefined
}

/** Reads blobs by git expression (`<commit>:<path>`, `<oid>`) with one process; `undefined` for what does not exist. */
export async function readBlobs(
  directory: string,
  expressions: readonly string[]
): Promise<readonly (Uint8Array | undefined)[]> {
  if (expressions.length === 0) return []
  const output = await git(directory, ['cat-file', '--batch'], `${expressions.join('\n')}\n`)
  const blobs: (Uint8Array | undefined)[] = []
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at)
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(output.toString('utf8', at, end)) ?? []
    at = end + 1
    if (size === undefined) {
      blobs.push(undefined)
      continue
    }
    blobs.push(type === 'blob' ? output.subarray(at, at + Number(size)) : undefined)
    at += Number(size) + 1
  }
  return blobs
}
