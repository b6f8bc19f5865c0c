import { Failure } from '@sluice/core'
import { git } from './git.ts'

/** Reads blobs by git expression (`<commit>:<path>`, `<id>`) with one process; `undefined` for what is no blob or does not exist. */
export async function readBlobs(
  directory: string,
  expressions: readonly string[]
): Promise<readonly (Buffer | undefined)[]> {
  if (expressions.length === 0) return []
  const { code, stdout, stderr } = await git(directory, ['cat-file', '--batch', '--buffer'], {
    input: expressions.map(expression => `${expression}\n`).join('')
  })
  if (code !== 0) throw new Failure(`git cat-file in ${directory} failed with exit code ${code}: ${stderr.trim()}`)
  const blobs: (Buffer | undefined)[] = []
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf('\n', at)
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(stdout.toString('utf8', at, end)) ?? []
    at = end + 1
    if (size === undefined) {
      blobs.push(undefined)
      continue
    }
    blobs.push(type === 'blob' ? stdout.subarray(at, at + Number(size)) : undefined)
    at += Number(size) + 1
  }
  return blobs
}

/** Bounds what is held in memory at a time, in bytes. */
const BATCH_BYTES = 32 * 1024 * 1024

/** Reads files in groups that fit into memory; none may be larger than that. */
export async function* readFiles<T extends { readonly id: string; readonly size: number; readonly path: string }>(
  directory: string,
  files: readonly T[]
): AsyncGenerator<readonly [T, Buffer]> {
  for (const batch of batches(files)) {
    const blobs = await readBlobs(
      directory,
      batch.map(({ id }) => id)
    )
    for (const [n, file] of batch.entries()) {
      const content = blobs[n]
      if (content?.length !== file.size) throw new Failure(`git could not read ${file.path}: ${file.id} is not a file.`)
      yield [file, content]
    }
  }
}

function* batches<T extends { readonly size: number }>(files: readonly T[]): Generator<readonly T[]> {
  let batch: T[] = []
  let bytes = 0
  for (const file of files) {
    if (batch.length > 0 && bytes + file.size > BATCH_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(file)
    bytes += file.size
  }
  if (batch.length > 0) yield batch
}
