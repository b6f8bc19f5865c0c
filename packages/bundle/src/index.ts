export { type BundleDifference, compareBundle } from './compare.ts'
export { invalidate } from './invalidate.ts'
export {
  type Published,
  type PublishedBundle,
  type PublishRequest,
  publishBundle,
  publishedBundle,
  publishedDigest,
  replacedBy
} from './publish.ts'
export { type PublishedFiles, readFiles } from './published-files.ts'
export { type BundleEntry, readBundle } from './read.ts'
export { type WrittenBundle, writeBundle } from './write.ts'
