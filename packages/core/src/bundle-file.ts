/** A file of a bundle is read whole when it is published, which nobody should have to do above this; in bytes. */
export const BUNDLE_FILE_LIMIT = 2 * 1024 ** 3 - 1

/** What a reader of zip archives, a bucket and a file system must take for the same path. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\\/, 'a backslash, which readers of archives take for a slash'],
  [/:/, 'a colon, which readers of archives take for a drive'],
  [/\p{Cc}/u, 'a control character, which breaks the lines of listings and logs, or ends a name']
]

/** Where Sluice keeps its notes in a bucket to which it publishes. */
const OWN_FOLDER = '.sluice/'

/** What is wrong with a path as the name of a file in a bundle; absent when nothing is. Writer and reader have the one rule. */
export function bundleNameProblem(path: string): string | undefined {
  const found = FORBIDDEN.find(([pattern]) => pattern.test(path))
  if (found !== undefined) return `its name holds ${found[1]}`
  if (path.startsWith(OWN_FOLDER))
    return `it is under ${OWN_FOLDER}, where Sluice notes in a bucket what it has published`
  const leaves = path.split('/').some(segment => segment === '' || segment === '.' || segment === '..')
  return leaves ? 'its name leaves its folder' : undefined
}
