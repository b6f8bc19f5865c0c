export { type BundleEntry, readBundle } from './read.ts'
export { type WrittenBundle, writeBundle } from './write.ts'
