import * as v from 'valibot'
import type { Shape } from './shape.ts'

/** A path below the top of a repository, in its one spelling: git takes `./x` and `a//b` for other questions than what they look like. */
const PLAIN_PATH = /^(?!\.{1,2}(?:\/|$))[^/\\\p{Cc}]+(?:\/(?!\.{1,2}(?:\/|$))[^/\\\p{Cc}]+)*$/u

/** The form of {@link isPlainPath}. */
export const plainPath: Shape<string> = v.pipe(v.string(), v.regex(PLAIN_PATH))

/** Whether a path is a file's in its one spelling: parts between single slashes, none of them `.` or `..`, no backslash and no control character. */
export function isPlainPath(path: string): boolean {
  return PLAIN_PATH.test(path)
}
