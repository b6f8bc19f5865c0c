import { Failure } from '@sluice/core'
import { isAskable } from './askable.ts'
import { git } from './git.ts'

/** An object of a repository. */
export interface GitObject {
  readonly type: string
  readonly content: Buffer
}

/** Reads blobs by git expression (`<commit>:<path>`, `<id>`) with one process; `undefined` for what is no blob or does not exist. */
export async function readBlobs(
  directory: string,
  expressions: readonly string[]
): Promise<readonly (Buffer | undefined)[]> {
  const objects = await readObjects(directory, expressions)
  return objects.map(found => (found?.type === 'blob' ? found.content : undefined))
}

/** The same for objects of any kind. */
export async function readObjects(
  directory: string,
  expressions: readonly string[]
): Promise<readonly (GitObject | undefined)[]> {
  return askAll(expressions, async asked => {
    const stdout = await catFile(directory, ['--batch', '--buffer'], asked)
    const objects: (GitObject | undefined)[] = []
    for (let at = 0; at < stdout.length; ) {
      const end = stdout.indexOf('\n', at)
      const found = headerOf(stdout.toString('utf8', at, end))
      at = end + 1
      objects.push(found && { type: found.type, content: stdout.subarray(at, at + found.size) })
      if (found !== undefined) at += found.size + 1
    }
    return objects
  })
}

/** How many bytes blobs have, which are not read: by git expression, as {@link readBlobs}. */
export async function readSizes(
  directory: string,
  expressions: readonly string[]
): Promise<readonly (number | undefined)[]> {
  return askAll(expressions, async asked => {
    const stdout = await catFile(directory, ['--batch-check', '--buffer'], asked)
    const lines = stdout.toString('utf8').split('\n')
    return lines.map(headerOf).map(found => (found?.type === 'blob' ? found.size : undefined))
  })
}

/** Asks what git can be asked, and gives each answer to its expression. */
async function askAll<T>(
  expressions: readonly string[],
  ask: (asked: readonly string[]) => Promise<readonly (T | undefined)[]>
): Promise<readonly (T | undefined)[]> {
  const asked = expressions.filter(isAskable)
  if (asked.length === 0) return expressions.map(() => undefined)
  const answers = (await ask(asked)).values()
  return expressions.map(expression => (isAskable(expression) ? answers.next().value : undefined))
}

async function catFile(directory: string, how: readonly string[], asked: readonly string[]): Promise<Buffer> {
  const { code, stdout, stderr } = await git(directory, ['cat-file', ...how], {
    input: asked.map(expression => `${expression}\n`).join('')
  })
  if (code !== 0) throw new Failure(`git cat-file in ${directory} failed with exit code ${code}: ${stderr.trim()}`)
  return stdout
}

/** What git says of an object before its content; `undefined` where there is none. */
function headerOf(line: string): { readonly type: string; readonly size: number } | undefined {
  const [, type = '', size] = /^\S+ (\w+) (\d+)$/.exec(line) ?? []
  return size === undefined ? undefined : { type, size: Number(size) }
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
