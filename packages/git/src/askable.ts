/**
 * Whether `git cat-file --batch` answers an expression. A line break would be a second question, and its answer somebody else's. Of a path that
 * begins with `./` or `../` git dies where there is no work tree, and takes all other answers with it; no such path names a file of a commit.
 */
export function isAskable(expression: string): boolean {
  return !/[\n\0]|^[^:]*:\.{1,2}\//.test(expression)
}
