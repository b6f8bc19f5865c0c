/** Whether a file's name, which is bytes to git and to Linux, is text: builders, buckets and archives know no other. */
export function isTextName(name: Uint8Array): boolean {
  return Buffer.compare(Buffer.from(Buffer.from(name).toString('utf8'), 'utf8'), name) === 0
}

/** A file's name for people; where it is no text, its foreign bytes are written as `\xe9`. */
export function showName(name: Uint8Array): string {
  if (isTextName(name)) return Buffer.from(name).toString('utf8')
  const bytes = Buffer.from(name).toString('latin1')
  return bytes.replace(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16)}`)
}

/** What a reader of zip archives, a bucket and a file system must take for the same path. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\\/, 'a backslash, which readers of archives take for a slash'],
  [/:/, 'a colon, which readers of archives take for a drive'],
  [/\0/, 'a character that no file system takes']
]

/** What is wrong with a path as the name of a file in a bundle; absent when nothing is. Writer and reader have the one rule. */
export function bundleNameProblem(path: string): string | undefined {
  const found = FORBIDDEN.find(([pattern]) => pattern.test(path))
  if (found !== undefined) return `its name holds ${found[1]}`
  const leaves = path.split('/').some(segment => segment === '' || segment === '.' || segment === '..')
  return leaves ? 'its name leaves its folder' : undefined
}

/** A file of a bundle is read whole when it is published, which nobody should have to do above this; in bytes. */
export const BUNDLE_FILE_LIMIT = 2 * 1024 ** 3 - 1
