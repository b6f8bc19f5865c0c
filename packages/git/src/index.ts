export { exportTree } from './export-tree.ts'
export { relate } from './relation.ts'
export { type LogEntry, openRepository, type Repository, type TreeEntry } from './repository.ts'
