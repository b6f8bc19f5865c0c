/** A file, link or submodule of a commit's folder. */
export interface TreeFile {
  readonly mode: string
  readonly id: string
  /** In bytes; of a submodule none. */
  readonly size: number
  /** Path below the folder: git has bytes, which need not be text. */
  readonly name: Buffer
  /** The same for people. */
  readonly path: string
}

/** The mode of a file that may be run. */
export const EXECUTABLE = '100755'
/** The mode of a symbolic link, whose content is where it leads. */
export const LINK = '120000'
/** The mode of a submodule, whose id is a commit of another repository. */
export const SUBMODULE = '160000'

/** The path of a folder's file in the repository, for people. */
export function inRepository(folder: string, path: string): string {
  return folder === '.' ? path : `${folder.replace(/^\.\//, '').replace(/\/+$/, '')}/${path}`
}
