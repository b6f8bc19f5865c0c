export { type Published, type PublishRequest, publishBundle, publishedDigest } from './publish.ts'
export { type BundleEntry, readBundle } from './read.ts'
export { type WrittenBundle, writeBundle } from './write.ts'
