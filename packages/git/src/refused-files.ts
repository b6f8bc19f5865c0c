import { BUNDLE_FILE_LIMIT, bundleNameProblem, isTextName, UserError, visible } from '@sluice/core'
import { inRepository, LINK, SUBMODULE, type TreeFile } from './tree-file.ts'

/**
 * What a folder of a commit is taken for. `image` and `bundle`: it becomes part of an artifact, so what is not itself there (Git LFS,
 * submodules) or cannot keep its name is refused. `checkout`: it is looked at as it is.
 */
export type Purpose = Artifact | 'checkout'

type Artifact = 'image' | 'bundle'

/**
 * Refuses what cannot be part of an artifact, as far as the list of a folder shows it.
 * @throws UserError
 */
export function refuseMember(file: TreeFile, folder: string, artifact: Artifact): void {
  const whole = inRepository(folder, file.path)
  if (file.mode === SUBMODULE)
    throw new UserError(`${whole} is a submodule, whose files are not in this commit. Add them as files.`)
  const problem = nameProblem(file, artifact)
  if (problem !== undefined) throw new UserError(`${visible(whole)} cannot be part of ${OF[artifact]}: ${problem}.`)
}

const OF: Readonly<Record<Artifact, string>> = { image: 'an image', bundle: 'a bundle' }

function nameProblem({ name, size }: TreeFile, purpose: Artifact): string | undefined {
  // Builders pass names on as text, so that two such names become one.
  if (!isTextName(name)) return 'its name is not UTF-8. Rename it'
  if (purpose !== 'bundle') return undefined
  const problem = bundleNameProblem(name.toString('utf8'))
  if (problem !== undefined) return `${problem}. Rename it`
  return size > BUNDLE_FILE_LIMIT ? `it has ${size} bytes, and a file at most ${BUNDLE_FILE_LIMIT}` : undefined
}

/** No pointer is larger (Git LFS, specification). */
const POINTER_LIMIT = 1024

/**
 * As lenient as the readers of Git LFS are, which would fetch another file in its place: they trim the text, skip empty lines, drop the
 * carriage returns of Windows, and know the two names that the format had before its first release.
 */
const POINTER =
  /^\s*version (?:https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d|http:\/\/git-media\.io\/v\/\d)[^\n]*\n(?:[^\n]*\n)*?oid sha256:[0-9a-f]{64}\s/i

/** Whether a file may be a Git LFS pointer, by its size. */
export function mayBePointer({ mode, size }: TreeFile): boolean {
  return mode !== LINK && mode !== SUBMODULE && size < POINTER_LIMIT
}

/**
 * Refuses what stands in a commit for a file that is somewhere else.
 * @throws UserError
 */
export function refusePointer(file: TreeFile, content: Buffer, folder: string): void {
  if (!mayBePointer(file) || !POINTER.test(content.toString('latin1'))) return
  const whole = inRepository(folder, file.path)
  throw new UserError(
    `${whole} is a Git LFS pointer: the commit does not hold the file itself, so it would not be in what is built. Commit the file without LFS (git lfs migrate export), or fetch it in the Dockerfile.`
  )
}
