export { andFetched } from './and-fetched.ts'
export { type BlobReader, blobsOf, type OpenBlobReader, openBlobs } from './blob-reader.ts'
export { againstOrigin, branchesOf, fetchedTip, findBranch } from './branch.ts'
export { type DefaultBranch, NO_BRANCH, originHead, readDefaultBranch, readPast } from './default-branch.ts'
export { type ExportRequest, exportTree } from './export-tree.ts'
export type { FetchTerms, Remote } from './fetch-from.ts'
export { type GitOptions, git, isPartialClone, originUrl, outputOf, PARTIAL } from './git.ts'
export { readBlobs, readSizes } from './objects.ts'
export {
  ownGit,
  ownGitArguments,
  ownGitEnvironment,
  runOwnGit,
  type Signature,
  type WriteOptions
} from './own-git.ts'
export { PartialCopy, type PartialCopyOptions } from './partial-copy.ts'
export type { Purpose } from './refused-files.ts'
export { relate } from './relation.ts'
export { COUNTED_COMMITS, type LogEntry, openRepository, type Repository } from './repository.ts'
export type { TreeEntry } from './tree-entry.ts'
export { parseTree, type TreeMember } from './tree-object.ts'
